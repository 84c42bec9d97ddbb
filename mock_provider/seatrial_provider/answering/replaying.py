"""Answers with what was recorded, and keeps the response in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from seatrial_provider.answering.answers import Answer, held
from seatrial_provider.intents.replaying import Replay
from seatrial_provider.responses.points import FIRST_BYTE, HEADERS
from seatrial_provider.wire.plan import Delay, End, Head, Step, Write
from seatrial_provider.wire.sse import whole_events, whole_objects

if TYPE_CHECKING:
    from seatrial_provider.answering.context import Context
    from seatrial_provider.jsontypes import JsonObject
    from seatrial_provider.recorded import RecordedRequest
    from seatrial_provider.script import Use


_DONE = "response.output_item.done"


def replayed(context: Context, request: RecordedRequest, use: Use) -> Answer | None:
    """Builds the answer of a reply that was recorded.

    The response in it is kept under its own id, so that a request can go on from it.

    Args:
        context: What the routes share.
        request: The request.
        use: What the request took from the script.

    Returns:
        The answer, its pieces written one by one; None for a reply of another sort.
    """
    (first, *_) = (*use.reply.intents, None)
    if not isinstance(first, Replay):
        return None
    events = _events_with_response(first)
    if events:
        context.store.keep(request, id_=events[-1]["response"]["id"], build=lambda: events)
    return Answer(plan=tuple(_steps(first, use, timed=context.replays_timing)))


def _events_with_response(recording: Replay) -> list[JsonObject]:
    """Returns the events of a recorded response, its output in the last; none of other answers."""
    body = "".join(piece.text for piece in recording.pieces).encode()
    plain = [{"response": one} for one in whole_objects([body]) if one.get("object") == "response"]
    events = [event for event in plain or whole_events(body) if _has_response(event)]
    if not events:
        return []
    done = [event.get("item") for event in whole_events(body) if event.get("type") == _DONE]
    last = events[-1]["response"]
    return [*events[:-1], {"response": {**last, "output": last.get("output") or done}}]


def _has_response(event: JsonObject) -> bool:
    response = event.get("response")
    return isinstance(response, dict) and isinstance(response.get("id"), str)


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
