"""Every type of event is a point at which a gate holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial_provider import Gate
from seatrial_provider.responses.points import EVENT_TYPES, FIRST_BYTE, body_plan
from seatrial_provider.wire.plan import Hold, Write

if TYPE_CHECKING:
    from tests.provider.responses.conftest import StreamOf

    from seatrial_provider import Reply


def test_a_gate_holds_before_the_first_event_of_its_type(shape: Reply, stream_of: StreamOf) -> None:
    events = stream_of(shape)
    for type_ in {event["type"] for event in events}:
        gate = Gate(type_)
        steps = body_plan(events, {type_: gate})
        held = steps.index(Hold(gate))
        before, after = steps[:held], steps[held + 1 :]
        written = [
            event["type"] for step in before if isinstance(step, Write) for event in step.events
        ]
        assert type_ not in written
        assert isinstance(after[0], Write)
        assert after[0].events[0]["type"] == type_


def test_a_body_without_gates_is_one_write(shape: Reply, stream_of: StreamOf) -> None:
    events = stream_of(shape)
    (write,) = body_plan(events, {})
    assert isinstance(write, Write)
    assert list(write.events) == events
    gate = Gate("first")
    assert body_plan(events, {FIRST_BYTE: gate}) == (Hold(gate), write)


def test_all_points_are_of_events_that_some_shape_has(
    shapes: dict[str, Reply], stream_of: StreamOf
) -> None:
    assert {event["type"] for one in shapes.values() for event in stream_of(one)} == EVENT_TYPES
