"""The points of a reply at which a gate can hold it, and a stream cut at them."""

import re
from collections import Counter
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


EVENT = "event"
"""What stands for any type of event where one is counted."""

_COUNTED = re.compile(r"(.+)\[(\d+)\]")


def counted(name: str) -> tuple[str, int]:
    """Reads the name of an event.

    Args:
        name: A type for the first event of it; `TYPE[2]` for the third one; `event[2]` for the
            third event, whatever its type.

    Returns:
        The type, and how many of it come before.
    """
    found = _COUNTED.fullmatch(name)
    return (found[1], int(found[2])) if found else (name, 0)


def is_event(name: str) -> bool:
    """Tells whether a name is that of an event which a scripted reply can send."""
    type_, _ = counted(name)
    return type_ in EVENT_TYPES or (type_ == EVENT != name)


def is_point(name: str) -> bool:
    """Tells whether a gate can be set at a point of this name."""
    return name in (HEADERS, FIRST_BYTE) or is_event(name)


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
    waiting = {counted(name): gate for name, gate in gates.items() if is_event(name)}
    seen: Counter[str] = Counter()
    batch: list[JsonObject] = []
    if FIRST_BYTE in gates:
        steps.append(Hold(gates[FIRST_BYTE]))
    for type_, objects in said:
        if waiting:
            points = [(name, seen[name]) for name in (EVENT, type_)]
            seen.update((EVENT, type_))
            holds = [Hold(waiting.pop(point)) for point in points if point in waiting]
            if holds and batch:
                steps.append(Write(encode(batch)))
                batch = []
            steps += holds
        batch += objects
    if batch:
        steps.append(Write(encode(batch)))
    return tuple(steps)
