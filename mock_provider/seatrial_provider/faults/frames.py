"""Reads and rewrites the events in the writes of a plan, one event a write."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import orjson

from seatrial_provider.faults.base import NotApplicableError
from seatrial_provider.wire.plan import Head, Message, Plan, Step, Write
from seatrial_provider.wire.sse import whole_events, whole_objects

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from seatrial_provider.jsontypes import JsonObject

DONE = "[DONE]"
"""The data of the last event of a Chat Completions stream, and its name here."""

DAMAGED = "damaged"
"""The name of what was an event until a fault damaged it."""

_FIELDS = re.compile(rb"(?:event: [^\n]*\n)?data: ")
_END = b"\n\n"
_TERMINAL = frozenset(
    {"response.completed", "response.failed", "response.incomplete", "error", "finish_reason"}
)
_DELTAS = ("tool_calls", "refusal", "reasoning_content", "content", "role")
"""The members of a chunk's delta, the one that names the chunk first."""


def one_event_a_write(plan: Plan) -> Plan:
    """Gives each event of an event stream a write of its own.

    Args:
        plan: A plan whose writes hold whole events, each ended by a blank line.
    """
    steps: list[Step] = []
    for step in plan:
        steps.extend(_one_each(step) if isinstance(step, Write) else [step])
    return tuple(steps)


def writes(plan: Plan) -> list[int]:
    """Returns the positions of the writes of a plan."""
    return [position for position, step in enumerate(plan) if isinstance(step, Write)]


def data_of(write: Write) -> bytes:
    """Returns the data of an event as it is written."""
    found = _FIELDS.match(write.payload)
    return write.payload[found.end() :].removesuffix(_END) if found else write.payload


def event_of(write: Write) -> JsonObject | None:
    """Returns the event of a write, however it is framed; None if it is no JSON object."""
    is_message = isinstance(write, Message)
    found = whole_objects([write.payload]) if is_message else whole_events(write.payload)
    return next(iter(found), None)


def with_data(write: Write, data: bytes) -> Write:
    """Returns an event with other data, which is not judged.

    Args:
        write: The event.
        data: The new data, without a line end.
    """
    found = _FIELDS.match(write.payload)
    return replace(write, payload=found[0] + data + _END if found else data)


def with_event(write: Write, event: JsonObject) -> Write:
    """Returns a write with another event in it; the line with the event's name stays.

    Args:
        write: The event.
        event: The object that takes its place.
    """
    return with_data(write, orjson.dumps(event))


def new_event(like: Write, event: JsonObject) -> Write:
    """Encodes an event in the way that another one is.

    Args:
        like: An event of the same stream.
        event: The new event; its type becomes its name where events have one.
    """
    write = with_event(like, event)
    if not write.payload.startswith(b"event: "):
        return write
    _, _, rest = write.payload.partition(b"\n")
    return Write(b"event: %b\n%b" % (str(event["type"]).encode(), rest))


def is_chat(event: JsonObject) -> bool:
    """Tells whether an event is a chunk of Chat Completions."""
    return "type" not in event


def event_name(write: Write) -> str:
    """Returns the name by which the event of a write is found; see `Place`."""
    event = event_of(write)
    if event is None:
        return DONE if DONE.encode() in write.payload else DAMAGED
    if not is_chat(event):
        return str(event["type"])
    choices = event.get("choices") or [{}]
    if choices[0].get("finish_reason"):
        return "finish_reason"
    delta = choices[0].get("delta") or {}
    said = [name for name in _DELTAS if delta.get(name)] or [n for n in _DELTAS if n in delta]
    return said[0] if said else "usage"


def is_terminal(write: Write) -> bool:
    """Tells whether the response ends with this event."""
    return event_name(write) in _TERMINAL


def map_events(plan: Plan, change: Callable[[Write], Iterable[Step]]) -> Plan:
    """Replaces each write by what a function makes of it.

    Args:
        plan: The response.
        change: Called with each write in order.
    """
    steps: list[Step] = []
    for step in plan:
        steps.extend(change(step) if isinstance(step, Write) else [step])
    return tuple(steps)


def changed(plan: Plan, position: int, change: Callable[[Write], Iterable[Step]]) -> Plan:
    """Replaces one write by what a function makes of it.

    Args:
        plan: The response.
        position: The position of the write.
        change: Called with the write.
    """
    return (*plan[:position], *map_events(plan[position : position + 1], change),
            *plan[position + 1 :])  # fmt: skip


def map_payloads(plan: Plan, change: Callable[[bytes], bytes]) -> Plan:
    """Replaces the bytes of each write by what a function makes of them."""
    return map_events(plan, lambda write: (Write(change(write.payload)),))


def length_of(plan: Plan) -> int:
    """Returns how many bytes the body has."""
    return sum(len(step.payload) for step in plan if isinstance(step, Write))


def measured(plan: Plan) -> Plan:
    """Returns a plan with the length in its head set right, if it has one."""
    length = length_of(plan)
    return map_head(
        plan, lambda head: head if head.length is None else replace(head, length=length)
    )


def head_of(plan: Plan) -> int:
    """Returns the position of the head of a plan.

    Raises:
        NotApplicableError: The response has none, because it is no HTTP any more.
    """
    for position, step in enumerate(plan):
        if isinstance(step, Head):
            return position
    raise NotApplicableError("the response has no headers")


def map_head(plan: Plan, change: Callable[[Head], Head]) -> Plan:
    """Replaces the head of a plan by what a function makes of it."""
    return tuple(change(step) if isinstance(step, Head) else step for step in plan)


def with_header(head: Head, name: str, value: str) -> Head:
    """Returns a head with a header set, or added if it has none of the name."""
    others = tuple(pair for pair in head.headers if pair[0].lower() != name)
    return replace(head, headers=(*others, (name, value)))


def _one_each(write: Write) -> list[Write]:
    return [Write(piece + _END) for piece in write.payload.split(_END) if piece]
