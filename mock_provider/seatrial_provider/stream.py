"""Turns output items into the whole event stream of one response, cut where gates hold it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from seatrial_provider.builders import Usage, item_event, response_event, response_object
from seatrial_provider.gates import Gate
from seatrial_provider.items import OutputItem
from seatrial_provider.jsontypes import JsonObject
from seatrial_provider.sse import encode_all

HEADERS = "headers"
"""The point before the headers of the HTTP response."""

FIRST_BYTE = "first-byte"
"""The point after the headers and before the first byte of the body."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A part of a body that is written at once.

    Attributes:
        gate: Where to hold before it is written, if anywhere.
        payload: The bytes.
        events: The events in those bytes; none for a body that is no stream.
    """

    gate: Gate | None
    payload: bytes
    events: tuple[JsonObject, ...] = ()


def completed_response(*, id_: str, model: str, items: Sequence[OutputItem]) -> JsonObject:
    """Builds the response object as it is when all is said.

    Args:
        id_: The response's id.
        model: The model that the request named.
        items: The output items.
    """
    output = [item.done() for item in items]
    return response_object(id_=id_, model=model, output=output, usage=Usage())


def events_of(*, id_: str, model: str, items: Sequence[OutputItem]) -> list[JsonObject]:
    """Builds every event of a response, `sequence_number` counted from 0 without a gap.

    Args:
        id_: The response's id.
        model: The model that the request named.
        items: The output items, each streamed from start to end before the next one.

    Returns:
        The events from `response.created` to `response.completed`.
    """
    events = [
        response_event("response.created", response_object(id_=id_, model=model)),
        response_event("response.in_progress", response_object(id_=id_, model=model)),
    ]
    for index, item in enumerate(items):
        added, done = "response.output_item.added", "response.output_item.done"
        events.append(item_event(added, output_index=index, item=item.added()))
        events.extend(item.progress(index))
        events.append(item_event(done, output_index=index, item=item.done()))
    final = completed_response(id_=id_, model=model, items=items)
    events.append(response_event("response.completed", final))
    for number, event in enumerate(events):
        event["sequence_number"] = number
    return events


def segments_of(events: Sequence[JsonObject], gates: Mapping[str, Gate]) -> tuple[Segment, ...]:
    """Cuts a stream into the parts that are written at once.

    Args:
        events: All events of the stream, in order.
        gates: Gates by the name of their point; the point `headers` is not of the body.

    Returns:
        The parts in order: one if no gate holds the body.
    """
    segments: list[Segment] = []
    waiting = dict(gates)
    gate = waiting.pop(FIRST_BYTE, None)
    batch: list[JsonObject] = []

    for event in events:
        next_gate = waiting.pop(event["type"], None)
        if next_gate is not None:
            if batch or gate is not None:
                segments.append(_segment(gate, batch))
            gate, batch = next_gate, []
        batch.append(event)
    segments.append(_segment(gate, batch))
    return tuple(segments)


def _segment(gate: Gate | None, events: Sequence[JsonObject]) -> Segment:
    return Segment(gate=gate, payload=encode_all(events), events=tuple(events))
