"""This machine in the words of those who build programs for it."""

from __future__ import annotations

import platform
import sys

__all__ = ["words"]

_SYSTEMS = {"linux": ("linux", "unknown-linux-musl"), "darwin": ("darwin", "apple-darwin")}
_MACHINES = {
    "x86_64": ("x64", "x86_64"),
    "amd64": ("x64", "x86_64"),
    "aarch64": ("arm64", "aarch64"),
    "arm64": ("arm64", "aarch64"),
}


def words(system: str | None = None, machine: str | None = None) -> dict[str, str] | None:
    """Returns what the placeholders of a source stand for here.

    Args:
        system: The system as `sys.platform` has it; None for this one.
        machine: The processor as `platform.machine()` has it; None for this one.

    Returns:
        `platform` as Node says it (`linux-x64`) and `triple` as Rust says it
        (`x86_64-unknown-linux-musl`); None for a machine that no release is built for.
    """
    found = _SYSTEMS.get(system or sys.platform)
    built = _MACHINES.get((machine or platform.machine()).lower())
    if found is None or built is None:
        return None
    return {"platform": f"{found[0]}-{built[0]}", "triple": f"{built[1]}-{found[1]}"}
