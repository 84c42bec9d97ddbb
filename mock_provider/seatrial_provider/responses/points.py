"""The points of a reply at which a gate can hold it, and a stream cut at them."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from seatrial_provider.gates import Gate
from seatrial_provider.jsontypes import JsonObject
from seatrial_provider.responses.builders import FRAME_EVENTS
from seatrial_provider.responses.items import ITEMS
from seatrial_provider.wire.plan import Hold, Plan, Step, Write
from seatrial_provider.wire.sse import encode_all

HEADERS = "headers"
"""The point before the headers of the HTTP response."""

FIRST_BYTE = "first-byte"
"""The point after the headers and before the first byte of the body."""

EVENT_TYPES = frozenset(FRAME_EVENTS).union(*(sort.builder.EVENTS for sort in ITEMS.values()))
"""The types of event that a scripted reply can send; each is a point, before the first of it."""


def body_plan(events: Sequence[JsonObject], gates: Mapping[str, Gate]) -> Plan:
    """Cuts a stream into the steps in which its body is sent.

    Args:
        events: All events of the stream, in order.
        gates: Gates by the name of their point; the point `headers` is not of the body.

    Returns:
        One write for what comes between two gates.
    """
    return cut_at_gates(((event["type"], (event,)) for event in events), gates, encode_all)


def cut_at_gates(
    said: Iterable[tuple[str, Sequence[JsonObject]]],
    gates: Mapping[str, Gate],
    encode: Callable[[Sequence[JsonObject]], bytes],
) -> Plan:
    """Cuts what is said at each point into the steps in which it is sent.

    Args:
        said: The name of each point, and the objects that are sent there, in order.
        gates: Gates by the name of their point; the point `headers` is not of the body.
        encode: Encodes objects.

    Returns:
        One write for what comes between two gates.
    """
    steps: list[Step] = []
    waiting = dict(gates)
    batch: list[JsonObject] = []
    if first := waiting.pop(FIRST_BYTE, None):
        steps.append(Hold(first))
    for point, objects in said:
        gate = waiting.pop(point, None)
        if gate is not None:
            if batch:
                steps.append(Write(encode(batch), tuple(batch)))
            steps.append(Hold(gate))
            batch = []
        batch += objects
    if batch:
        steps.append(Write(encode(batch), tuple(batch)))
    return tuple(steps)
