"""A transcript as the arrows of a sequence diagram between client, server and model."""

from __future__ import annotations

import json
from dataclasses import dataclass

from seatrial.conformance import TranscriptStep

__all__ = ["Arrow", "arrows"]

_TITLES = {
    "request": "request to the server",
    "ask": "request of the server",
    "reply": "answer to the server",
    "answer": "answer of the server",
    "error": "error",
    "notice": "notification",
    "odd": "not a message",
    "asks": "server to model",
    "note": "note",
}
_NAMED = {"request", "ask", "notice"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrow:
    """One row of the diagram.

    Attributes:
        step: The step that it shows.
        way: From whom it goes: client, server, model (from the server to the model), or note.
        kind: What it is: request, ask (a request of the server's), reply (the client's to one),
            answer, error, notice, odd (not a message), asks (of the model), or note.
        title: The kind in words, for whoever does not see the line.
        name: The part of the label that names what was sent.
        rest: The rest of the label.
    """

    step: TranscriptStep
    way: str
    kind: str
    title: str
    name: str
    rest: str


def arrows(steps: tuple[TranscriptStep, ...]) -> list[Arrow]:
    """Returns the arrow of each step, in order."""
    return [_arrow(step) for step in steps]


def _arrow(step: TranscriptStep) -> Arrow:
    way = step.direction if step.direction in {"client", "server", "model"} else "note"
    kind = {"model": "asks", "note": "note"}.get(way) or _kind(step)
    name, _, rest = step.label.partition(" ") if kind in _NAMED else (step.label, "", "")
    return Arrow(step=step, way=way, kind=kind, title=_TITLES[kind], name=name, rest=rest)


def _kind(step: TranscriptStep) -> str:
    """Returns the kind of a message on the wire (JSON-RPC 2.0, with or without its version)."""
    try:
        message = json.loads(step.detail)
    except (ValueError, RecursionError):
        return "odd"
    if not isinstance(message, dict):
        return "odd"
    by_client = step.direction == "client"
    if "method" in message:
        if "id" not in message:
            return "notice"
        return "request" if by_client else "ask"
    if "error" in message:
        return "error"
    return "reply" if by_client else "answer"
