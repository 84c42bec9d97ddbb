"""Turns output items into the whole event stream of one response, held where gates say so."""

from collections.abc import Mapping, Sequence

from seatrial_provider.gates import Gate
from seatrial_provider.jsontypes import JsonObject
from seatrial_provider.responses.builders import Usage, item_event, response_event, response_object
from seatrial_provider.responses.items import OutputItem
from seatrial_provider.wire.plan import Hold, Plan, Step, Write
from seatrial_provider.wire.sse import encode_all

HEADERS = "headers"
"""The point before the headers of the HTTP response."""

FIRST_BYTE = "first-byte"
"""The point after the headers and before the first byte of the body."""


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


def body_plan(events: Sequence[JsonObject], gates: Mapping[str, Gate]) -> Plan:
    """Cuts a stream into the steps in which its body is sent.

    Args:
        events: All events of the stream, in order.
        gates: Gates by the name of their point; the point `headers` is not of the body.

    Returns:
        One write for what comes between two gates.
    """
    steps: list[Step] = []
    waiting = dict(gates)
    batch: list[JsonObject] = []
    if first := waiting.pop(FIRST_BYTE, None):
        steps.append(Hold(first))
    for event in events:
        gate = waiting.pop(event["type"], None)
        if gate is not None:
            steps += [*_written(batch), Hold(gate)]
            batch = []
        batch.append(event)
    return (*steps, *_written(batch))


def _written(batch: Sequence[JsonObject]) -> list[Step]:
    return [Write(encode_all(batch), tuple(batch))] if batch else []
