"""Answers with what was recorded."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from seatrial_provider.answering.answers import Answer, held
from seatrial_provider.intents.replaying import Replay
from seatrial_provider.responses.points import FIRST_BYTE, HEADERS
from seatrial_provider.wire.plan import Delay, End, Head, Step, Write

if TYPE_CHECKING:
    from seatrial_provider.script import Use


def replayed(use: Use, *, timed: bool) -> Answer | None:
    """Builds the answer of a reply that was recorded.

    Args:
        use: What the request took from the script.
        timed: Whether it takes its time as it did then.

    Returns:
        The answer, its pieces written one by one; None for a reply of another sort.
    """
    (first, *_) = (*use.reply.intents, None)
    if not isinstance(first, Replay):
        return None
    return Answer(plan=tuple(_steps(first, use, timed=timed)))


def _steps(recording: Replay, use: Use, *, timed: bool) -> Iterator[Step]:
    gates = use.reply.gates
    headers = {**recording.headers, **use.reply.headers}
    headers.setdefault("x-request-id", use.request_id)
    streams = headers.get("content-type", "").startswith("text/event-stream")
    pieces = [(piece.after, piece.text.encode()) for piece in recording.pieces]
    length = None if streams else sum(len(payload) for _, payload in pieces)
    yield from held(gates.get(HEADERS))
    yield Head(recording.status, tuple(headers.items()), length)
    yield from held(gates.get(FIRST_BYTE))
    for after, payload in pieces:
        if timed and after > 0:
            yield Delay(after)
        yield Write(payload)
    yield End()
