"""Places in a response at which a fault can happen: an event, or a byte of the body."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from seatrial_provider.faults.base import Carrier, NotApplicableError, Setting
from seatrial_provider.faults.frames import event_name, is_terminal, length_of, writes
from seatrial_provider.responses.points import EVENT, counted
from seatrial_provider.wire.plan import Message, Plan, Write

if TYPE_CHECKING:
    from collections.abc import Sequence

HEADERS = "headers"
"""Before anything is sent, for the faults that can happen there."""

TERMINAL = "terminal"
"""The event that ends the stream; in a JSON body its last byte."""

ANYWHERE = "anywhere"
"""An event that the seed chooses; in a JSON body a byte."""


@dataclass(frozen=True, slots=True)
class Byte:
    """A place between two bytes of the body.

    Attributes:
        byte: How many bytes come before it; below zero it is counted from the end.
    """

    byte: int


Place = str | int | Byte
"""The first event of this name, the event of this number (from 0; -1 is the last), or a byte.

A name may be counted: `content[2]` is the third event of the name, `event[2]` the third of all.

The name of an event is its type; in a Chat Completions stream it is one of `CHAT_NAMES`, or the
type of the Responses event that says the same.
"""

CHAT_NAMES = frozenset(
    {
        "role",
        "content",
        "reasoning_content",
        "refusal",
        "tool_calls",
        "finish_reason",
        "usage",
        "[DONE]",
    }
)
"""The names of the events of a Chat Completions stream: what is in their chunk."""

_IN_CHAT = {
    "response.created": "role",
    "response.output_text.delta": "content",
    "response.reasoning_text.delta": "reasoning_content",
    "response.refusal.delta": "refusal",
    "response.function_call_arguments.delta": "tool_calls",
    "response.custom_tool_call_input.delta": "tool_calls",
    "response.completed": "finish_reason",
    "response.incomplete": "finish_reason",
}


def step_of(plan: Plan, place: Place, setting: Setting) -> int:
    """Finds the write of the event at a place.

    Args:
        plan: The response, each event a write of its own.
        place: Which event.
        setting: What is known of the moment.

    Returns:
        The position in the plan.

    Raises:
        NotApplicableError: There is no such event.
    """
    if isinstance(place, Byte):
        raise NotApplicableError("a byte is not an event")
    steps = writes(plan)
    if not steps:
        raise NotApplicableError("the response has no events")
    if place == ANYWHERE:
        return setting.random.choice(steps)
    if isinstance(place, int):
        if -len(steps) <= place < len(steps):
            return steps[place]
        raise NotApplicableError(f"there is no event {place} among {len(steps)}")
    names = [event_name(_write(plan, step)) for step in steps]
    if place == TERMINAL:
        ends = [step for step in steps if is_terminal(_write(plan, step))]
        if ends:
            return ends[-1]
    name, before = counted(place)
    for wanted in (name, _IN_CHAT.get(name)):
        found = [step for step, own in zip(steps, names, strict=True) if wanted in (own, EVENT)]
        if before < len(found):
            return found[before]
    raise NotApplicableError(f"there is no event {place!r} among {', '.join(map(str, names))}")


def split_at(plan: Plan, place: Place, setting: Setting) -> tuple[Plan, Plan]:
    """Cuts a plan in two before a place.

    Args:
        plan: The response.
        place: Where; a gate that holds the event there stays in the first half.
        setting: What is known of the moment.

    Returns:
        What comes before the place, and the rest.

    Raises:
        NotApplicableError: There is no such place.
    """
    if setting.carrier is Carrier.JSON and not isinstance(place, Byte):
        place = _byte_of_json(plan, place, setting)
    if isinstance(place, Byte):
        return _split_at_byte(plan, place.byte)
    step = step_of(plan, place, setting)
    return plan[:step], plan[step:]


def cut_write(write: Write, offsets: Sequence[int]) -> Plan:
    """Cuts a write in pieces; those of a message are its fragments.

    Args:
        write: The write.
        offsets: Where to cut, ascending; those at an end of the payload are left out.
    """
    ends = [0, *(o for o in offsets if 0 < o < len(write.payload)), len(write.payload)]
    *others, last = (replace(write, payload=write.payload[a:b]) for a, b in pairwise(ends))
    return (*map(_going_on, others), last)


def _going_on(piece: Write) -> Write:
    return replace(piece, more=True) if isinstance(piece, Message) else piece


def _byte_of_json(plan: Plan, place: str | int, setting: Setting) -> Byte:
    if place == TERMINAL:
        return Byte(-1)
    if not length_of(plan):
        raise NotApplicableError("the response has no body")
    if place == ANYWHERE:
        return Byte(setting.random.randrange(length_of(plan)))
    raise NotApplicableError(f"a JSON body has no event {place!r}; give a Byte")


def _split_at_byte(plan: Plan, offset: int) -> tuple[Plan, Plan]:
    length = length_of(plan)
    left = offset if offset >= 0 else length + offset
    if not 0 <= left < length:
        raise NotApplicableError(f"there is no byte {offset} among {length}")
    for position, step in enumerate(plan):
        if not isinstance(step, Write):
            continue
        if left < len(step.payload):
            pieces = cut_write(step, [left])
            before = pieces[:-1]
            return (*plan[:position], *before), (*pieces[-1:], *plan[position + 1 :])
        left -= len(step.payload)
    raise AssertionError("unreachable: the offset lies within the body")


def _write(plan: Plan, position: int) -> Write:
    step = plan[position]
    assert isinstance(step, Write)
    return step
