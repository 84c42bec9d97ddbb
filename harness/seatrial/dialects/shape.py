"""Reading a server's messages: a shape that is not the dialect's is the server's failure."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from seatrial.errors import SeatrialError
from seatrial.peer import Peer

__all__ = ["PLAIN", "Misshapen", "member", "named", "tables", "text_at"]

PLAIN: Mapping[str, str] = MappingProxyType({})
"""The words of a server that spells policies and sandbox modes as the port does."""


class Misshapen(SeatrialError):
    """A message of the server's that has not the shape that its dialect prescribes."""

    by_server = True


def member(value: Any, name: str) -> dict[str, Any]:
    """Returns the object under a name; an empty one where there is none."""
    found = value.get(name) if isinstance(value, dict) else None
    return found if isinstance(found, dict) else {}


def tables(value: Any, name: str) -> list[dict[str, Any]]:
    """Returns the objects of the array under a name; none where there is no array."""
    found = value.get(name) if isinstance(value, dict) else None
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def named(params: Mapping[str, Any], spelling: Mapping[str, str]) -> dict[str, Any]:
    """Returns the members that are there and not null, under the port's names.

    Args:
        params: What the server sent.
        spelling: The dialect's own name of each of the port's names.
    """
    return {
        name: params[spelled]
        for name, spelled in spelling.items()
        if params.get(spelled) is not None
    }


def text_at(peer: Peer, what: str, value: Any, *path: str) -> str:
    """Returns the text at a path of names in a result.

    Raises:
        Misshapen: There is none.
    """
    found = value
    for name in path:
        found = found.get(name) if isinstance(found, dict) else None
    if isinstance(found, str):
        return found
    raise Misshapen(
        f"{what} has not the shape of the dialect",
        expected=f"a string at {'.'.join(path)}",
        arrived=f"{value!r:.200}",
        cause="does the server speak another generation of the dialect?",
        remedy="compare the message in the transcript with the schema of the dialect",
        evidence=peer.evidence(),
    )
