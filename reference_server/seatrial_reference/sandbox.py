"""Putting a command into the sandbox that this system has: Landlock, or Seatbelt on macOS."""

from __future__ import annotations

import os
import sys

from seatrial_reference.errors import SandboxUnavailable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from seatrial_reference.settings import SandboxPolicy

_SEATBELT = "/usr/bin/sandbox-exec"
_DEVICES = ("/dev/null", "/dev/zero", "/dev/tty")


class Sandbox:
    """Wraps a program so that it starts confined."""

    def wrap(self, argv: Sequence[str], policy: SandboxPolicy, cwd: str) -> list[str]:
        """Give the arguments that run `argv` under the policy.

        Raises:
            SandboxUnavailable: This system has no sandbox; the command must not run.
        """
        roots = [os.path.realpath(root) for root in policy.roots(cwd)]
        if sys.platform == "darwin" and os.access(_SEATBELT, os.X_OK):
            return [_SEATBELT, "-p", seatbelt_profile(roots, network=policy.network), *argv]
        if sys.platform == "linux":
            from seatrial_reference import landlock

            if landlock.abi():
                switch = "on" if policy.network else "off"
                launcher = [sys.executable, "-I", "-S", landlock.__file__]
                return [*launcher, switch, str(len(roots)), *roots, *argv]
        raise SandboxUnavailable(
            "the command was not run: it has to run in a sandbox, and this system offers neither "
            "Landlock nor sandbox-exec; ask for danger-full-access to run without a sandbox"
        )


def seatbelt_profile(roots: Sequence[str], *, network: bool) -> str:
    """Write the macOS sandbox profile: everything but writing elsewhere and the network."""
    folders = " ".join(f"(subpath {_scheme(root)})" for root in roots)
    devices = " ".join(f"(literal {_scheme(device)})" for device in _DEVICES)
    lines = ["(version 1)", "(allow default)", "(deny file-write*)"]
    lines.append(f"(allow file-write* {folders} {devices})")
    if not network:
        lines.append("(deny network*)")
    return "\n".join(lines)


def _scheme(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
