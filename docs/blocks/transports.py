"""Blocks about the ways in which a server is reached."""

from __future__ import annotations

from collections.abc import Callable

from blocks.writing import code, model_keys, table, window
from seatrial.profiles import Transport, builtin_names, load


def transports() -> str:
    """Returns the transports of the built-in profiles, besides stdio."""
    rows = [
        [
            f"`{name}`",
            f"`{one.name}`",
            window(one.since, one.until),
            code(one.dialects) if one.dialects else "all",
            f"`{' '.join(one.arguments)}`",
        ]
        for name in builtin_names()
        for one in load(name).transports
        if one.name != "stdio"
    ]
    return table(["profile", "transport", "releases", "dialects", "arguments"], rows)


BLOCKS: dict[str, Callable[[], str]] = {
    "transport-keys": model_keys(Transport),
    "transports": transports,
}
