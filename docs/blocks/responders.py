"""Blocks about the responders: their table, and what each kind of request can be told."""

from __future__ import annotations

from collections.abc import Callable

from blocks.writing import code, table
from seatrial.dialects import Decision
from seatrial.responders import RESPONDERS, WORDINGS


def responders() -> str:
    """Returns every responder with what it does, and what the server has to make of it."""
    rows = [[f"`{one.name}`", one.kind, one.does, one.effect.value] for one in RESPONDERS.values()]
    return table(["responder", "kind", "what it does", "what the server has to make of it"], rows)


def wordings() -> str:
    """Returns the decisions that there are words for in the answer to each request."""
    rows = [
        [
            f"`{one.method}`" + (", for an approval" if one.marked else ""),
            f"`{one.member}`",
            code(decision.value for decision in Decision if decision in one.results),
        ]
        for one in WORDINGS
    ]
    return table(["request", "the member that decides", "decisions"], rows)


BLOCKS: dict[str, Callable[[], str]] = {"responders": responders, "wordings": wordings}
