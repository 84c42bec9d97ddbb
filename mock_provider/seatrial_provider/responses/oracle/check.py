"""Checks a whole Responses stream against the rules, as a pure function over its events."""

from collections.abc import Sequence

from seatrial_provider.jsontypes import JsonObject
from seatrial_provider.responses.flavours import Flavour
from seatrial_provider.responses.oracle import frame
from seatrial_provider.responses.oracle.items import (
    DONE,
    check_arguments,
    check_item_event,
    check_unique,
)
from seatrial_provider.responses.oracle.rules import Violation
from seatrial_provider.responses.oracle.walk import Walk, short
from seatrial_provider.wire.sse import carried

END_MARK = "[DONE]"
"""What an event carries that is no event but the end of the stream."""


def check_responses_stream(
    stream: bytes | Sequence[JsonObject | str],
    *,
    flavour: Flavour = Flavour.FULL,
    names: Sequence[str | None] | None = None,
) -> list[Violation]:
    """Checks a whole stream against the rules.

    Types of event that it does not know are not its business, and neither are unknown fields:
    validate the events against a schema beside it.

    Args:
        stream: The stream as it came over the wire, in any framing that server-sent events
            allow; or what its events carry, in order: objects, and `[DONE]` as a text.
        flavour: The flavour that the stream is in.
        names: The names of the `event:` lines of objects in the same order; None leaves R01 out.

    Returns:
        Every violation found; empty for a correct stream.
    """
    walk = Walk()
    own_names, data = carried(stream)
    names = own_names or names
    events = _events(walk, data)
    if names is not None:
        _check_names(walk, events, names)
    _check_end_mark(walk, data, flavour)
    known = [placed for placed in events if frame.is_known(placed[1])]
    frame.check_frame(walk, known)
    frame.check_usage(walk, known)
    if flavour is Flavour.MINIMAL:
        _check_minimal(walk, known)
    else:
        frame.check_numbers(walk, events)
        _check_items(walk, known)
    return walk.violations


def _events(walk: Walk, data: Sequence[JsonObject | str]) -> frame.Placed:
    events = []
    for position, one in enumerate(data):
        if isinstance(one, dict) and isinstance(one.get("type"), str):
            events.append((position, one))
        elif one != END_MARK:
            walk.add("R31", position, short(one))
    return events


def _check_names(walk: Walk, events: frame.Placed, names: Sequence[str | None]) -> None:
    for position, event in events:
        name = names[position] if position < len(names) else None
        if name != event["type"]:
            walk.add("R01", position, f"name {name!r}, type {event['type']!r}")


def _check_end_mark(walk: Walk, data: Sequence[JsonObject | str], flavour: Flavour) -> None:
    marks = [position for position, one in enumerate(data) if one == END_MARK]
    wanted = [len(data) - 1] if flavour is Flavour.OPEN else []
    if marks != wanted:
        walk.add("R29", marks[0] if marks else None, f"{len(marks)} of them at {marks}")


def _check_items(walk: Walk, events: frame.Placed) -> None:
    terminal = frame.terminal_of(events)
    walk.is_cut_short = terminal is not None and terminal[1]["type"] in ("error", "response.failed")
    frame.check_statuses(walk, events)
    for position, event in events:
        if "output_index" in event:
            check_item_event(walk, position, event)
    for index, item in walk.items.items():
        if item.done is None and not walk.is_cut_short:
            walk.add("R16", None, f"output_index {index} is not done")
    check_unique(walk, [item.added for item in walk.items.values()])
    frame.check_final(walk, events)


def _check_minimal(walk: Walk, events: frame.Placed) -> None:
    items = []
    for position, event in events:
        item = event.get("item")
        if event["type"] == DONE and isinstance(item, dict):
            items.append(item)
            check_arguments(walk, position, item)
    check_unique(walk, items)
