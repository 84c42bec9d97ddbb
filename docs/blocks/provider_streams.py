"""Blocks about the streams of the mock provider."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable
from dataclasses import MISSING, fields

from blocks.writing import code, table
from seatrial_provider.responses.builders import FRAME_EVENTS
from seatrial_provider.responses.echo import MEMBERS
from seatrial_provider.responses.endings import ENDINGS
from seatrial_provider.responses.items import ITEMS
from seatrial_provider.responses.oracle import RULES
from seatrial_provider.responses.points import EVENT, EVENT_TYPES, FIRST_BYTE, HEADERS

WITHOUT_BUILDER = {
    f"response.audio.{name}": "the API sends no audio in answers of text models"
    for name in ("delta", "done", "transcript.delta", "transcript.done")
} | {
    "response.metadata": "it is in no public description of the API, and not in the SDK; "
    "what it holds is known to those who send it"
}


def gate_points() -> str:
    """Returns the points of a reply at which a gate can hold it."""
    points = {
        f"`{HEADERS}`": "before the headers of the HTTP response",
        f"`{FIRST_BYTE}`": "after the headers, before the first byte of the body",
        "a type of event": "before the first event of this type",
        "a type and a number, such as `response.output_item.done[1]`": "before the second one, "
        "since the first has the number 0",
        f"`{EVENT}[5]`": "before the event of this number, whatever its type",
    }
    return table(["point", "where the reply is held"], [list(row) for row in points.items()])


def events() -> str:
    """Returns every type of event that can be sent, and what sends it."""
    rows = []
    for type_ in sorted(EVENT_TYPES):
        items = [name for name, sort in ITEMS.items() if type_ in sort.builder.EVENTS]
        rows.append([f"`{type_}`", FRAME_EVENTS.get(type_) or f"inside {code(items)}"])
    return table(["type of event, and gate point", "where it comes"], rows)


def without_builder() -> str:
    """Returns the types of event that no script builds, and why."""
    rows = [[f"`{type_}`", why] for type_, why in WITHOUT_BUILDER.items()]
    return table(["type of event", "why there is no builder"], rows)


def items() -> str:
    """Returns every sort of item: what it is, and the fields that its builder takes."""
    rows = []
    for name, sort in ITEMS.items():
        given = {"id", "call_id"} if sort.is_call else {"id"}
        taken = {one.name: one.default is MISSING for one in fields(sort.builder)}
        needed = code(one for one, needs in taken.items() if needs and one not in given)
        others = code(one for one, needs in taken.items() if one != "id" and not needs)
        if sort.is_call:
            others = f"`call_id`, {others}" if others else "`call_id`"
        rows.append([f"`{name}`", _summary(sort.builder), needed, others])
    return table(["sort of item", "what it is", "fields it needs", "fields it may have"], rows)


def endings() -> str:
    """Returns every ending: its class, its fields, and the event that it sends."""
    rows = []
    for name, ending in ENDINGS.items():
        taken = code(field.name for field in fields(ending)) or "none"
        rows.append([f"`{name}`", f"`{ending.__name__}`", _summary(ending), taken])
    return table(["ending", "class", "what happens", "fields"], rows)


def echoed() -> str:
    """Returns what a response repeats of its request."""
    rows = []
    for name, member in MEMBERS.items():
        if member.repeated is not None:
            default = f"`{json.dumps(member.default)}`" if member.always else "left out"
            rows.append([f"`{name}`", " or ".join(member.kinds), default])
    return table(["member", "must be", "if the request does not say"], rows)


def stream_rules() -> str:
    """Returns the rules of a correct event stream."""
    rows = [
        [name, rule.asks, rule.tier.value, "yes" if rule.in_minimal else "no"]
        for name, rule in RULES.items()
    ]
    return table(["rule", "what must hold", "tier", "in the minimal flavour too"], rows)


def _summary(of: type) -> str:
    return " ".join((inspect.getdoc(of) or "").partition("\n\n")[0].split())


BLOCKS: dict[str, Callable[[], str]] = {
    "gate-points": gate_points,
    "stream-echo": echoed,
    "stream-endings": endings,
    "stream-events": events,
    "stream-items": items,
    "stream-rules": stream_rules,
    "stream-without-builder": without_builder,
}
