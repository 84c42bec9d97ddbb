"""Who takes part in a matrix: each name as a server, or as the reason why it is none."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from seatrial.errors import SeatrialError
from seatrial.servers import ServerUnderTest, resolve

__all__ = ["Entrant", "entrants"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entrant:
    """One name, and what came of it.

    Attributes:
        name: As the user named it.
        server: The server, if there is one.
        error: Why there is none, otherwise.
    """

    name: str
    server: ServerUnderTest | None = None
    error: SeatrialError | None = None


def entrants(names: Iterable[str], bring: Callable[[str], None] | None = None) -> list[Entrant]:
    """Returns the entrants of a matrix, each name once.

    Args:
        names: What `resolve` takes.
        bring: Fetches a release by its name, for what is not here.
    """
    return [_entrant(name, bring) for name in dict.fromkeys(names)]


def _entrant(name: str, bring: Callable[[str], None] | None) -> Entrant:
    try:
        try:
            return Entrant(name=name, server=resolve(name))
        except SeatrialError:
            if bring is None or "@" not in name:
                raise
            bring(name)
            return Entrant(name=name, server=resolve(name))
    except SeatrialError as error:
        return Entrant(name=name, error=error)
