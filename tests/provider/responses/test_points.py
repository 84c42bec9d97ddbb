"""Every type of event is a point at which a gate holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from seatrial_provider import Gate, ScriptError, reply, say
from seatrial_provider.responses.points import EVENT_TYPES, FIRST_BYTE, body_plan
from seatrial_provider.wire.plan import Hold, Write
from seatrial_provider.wire.sse import whole_events

if TYPE_CHECKING:
    from tests.provider.conftest import JsonObject
    from tests.provider.responses.conftest import StreamOf

    from seatrial_provider import Reply
    from seatrial_provider.wire.plan import Plan


def test_a_gate_holds_before_the_first_event_of_its_type(shape: Reply, stream_of: StreamOf) -> None:
    events = stream_of(shape)
    for type_ in {event["type"] for event in events}:
        gate = Gate(type_)
        steps = body_plan(events, {type_: gate})
        held = steps.index(Hold(gate))
        before, after = steps[:held], steps[held + 1 :]
        assert type_ not in [event["type"] for event in said(before)]
        assert said(after[:1])[0]["type"] == type_


def test_a_gate_holds_before_any_event_by_its_number(shape: Reply, stream_of: StreamOf) -> None:
    events = stream_of(shape)
    for number in range(len(events)):
        gate = Gate(str(number))
        steps = body_plan(events, {f"event[{number}]": gate})
        assert said_before(steps, gate) == events[:number]


def test_a_gate_holds_before_any_event_of_a_type(shape: Reply, stream_of: StreamOf) -> None:
    events = stream_of(shape)
    for place, event in enumerate(events):
        before = [one for one in events[:place] if one["type"] == event["type"]]
        gate = Gate("counted")
        steps = body_plan(events, {f"{event['type']}[{len(before)}]": gate})
        assert said_before(steps, gate) == events[:place]


def test_two_gates_may_hold_before_one_event(shapes: dict[str, Reply], stream_of: StreamOf) -> None:
    events = stream_of(shapes["short text"])
    first, second = Gate("by its number"), Gate("by its type")
    steps = body_plan(events, {"response.in_progress": second, "event[1]": first})
    assert said_before(steps, first) == said_before(steps, second) == events[:1]


@pytest.mark.parametrize(
    ("point", "meant"),
    [
        ("response.complete", "response.completed"),
        ("response.output_text.dleta[2]", "response.output_text.delta"),
        ("headers[1]", "headers"),
        ("event", "error"),
        ("event[x]", "event"),
    ],
)
def test_a_point_that_is_none_is_refused_with_the_one_that_is_like_it(
    point: str, meant: str
) -> None:
    with pytest.raises(ScriptError) as raised:
        reply(say("hi"), gates={point: Gate("g")})
    assert repr(point) in raised.value.arrived
    assert meant in raised.value.cause or "not send" in raised.value.cause


def said_before(steps: Plan, gate: Gate) -> list[JsonObject]:
    return said(steps[: steps.index(Hold(gate))])


def said(steps: Plan) -> list[JsonObject]:
    return whole_events(b"".join(step.payload for step in steps if isinstance(step, Write)))


def test_a_body_without_gates_is_one_write(shape: Reply, stream_of: StreamOf) -> None:
    events = stream_of(shape)
    (write,) = body_plan(events, {})
    assert isinstance(write, Write)
    assert said((write,)) == events
    gate = Gate("first")
    assert body_plan(events, {FIRST_BYTE: gate}) == (Hold(gate), write)


def test_all_points_are_of_events_that_some_shape_has(
    shapes: dict[str, Reply], stream_of: StreamOf
) -> None:
    assert {event["type"] for one in shapes.values() for event in stream_of(one)} == EVENT_TYPES
