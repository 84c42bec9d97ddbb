"""Rules about the stream as a whole: its order, its beginning, its end, its response."""

from collections.abc import Sequence
from itertools import pairwise

from seatrial_provider.jsontypes import JsonObject
from seatrial_provider.responses.oracle.items import ADDED, DONE
from seatrial_provider.responses.oracle.sorts import HOMES, OTHER_NAMES
from seatrial_provider.responses.oracle.walk import Walk

Placed = Sequence[tuple[int, JsonObject]]
"""Events, each with its place in the stream."""

_STATUSES = {
    "response.created": {"in_progress", "queued"},
    "response.queued": {"queued"},
    "response.in_progress": {"in_progress"},
    "response.completed": {"completed"},
    "response.incomplete": {"incomplete"},
    "response.failed": {"failed"},
}
_FRAME = frozenset({ADDED, DONE, "error", *_STATUSES})
_REASONS = {"response.failed": "error", "response.incomplete": "incomplete_details"}
_RESPONSES = frozenset({"response.completed", "response.failed", "response.incomplete"})
_STABLE = ("id", "model", "created_at")


def is_known(event: JsonObject) -> bool:
    """Tells whether an event is of a type that the rules are about."""
    stem, _, end = event["type"].rpartition(".")
    return event["type"] in _FRAME or f"{OTHER_NAMES.get(stem, stem)}.{end}" in HOMES


def terminal_of(events: Placed) -> tuple[int, JsonObject] | None:
    """Returns the event that ends the stream, with its place; None if none does.

    An `error` event ends it, unless a `response.failed` comes right after it.
    """
    for number, (position, event) in enumerate(events):
        if event["type"] in _RESPONSES:
            return position, event
        if event["type"] == "error":
            after = events[number + 1][1]["type"] if number + 1 < len(events) else None
            if after != "response.failed":
                return position, event
    return None


def check_numbers(walk: Walk, events: Placed) -> None:
    """Checks the sequence numbers: there, increasing, without a gap."""
    numbers = [
        (position, event.get("sequence_number"))
        for position, event in events
        if is_known(event) or "sequence_number" in event
    ]
    for position, number in numbers:
        if not isinstance(number, int):
            walk.add("R02", position, f"sequence_number {number!r}")
    for (_, before), (position, number) in pairwise(numbers):
        if not (isinstance(before, int) and isinstance(number, int)):
            continue
        if number <= before:
            walk.add("R02", position, f"{number} after {before}")
        elif number > before + 1:
            walk.add("R27", position, f"{number} after {before}")


def check_frame(walk: Walk, events: Placed) -> None:
    """Checks how the stream begins and ends, and that its response stays the same one."""
    types = [event["type"] for _, event in events]
    if types[:1] != ["response.created"]:
        walk.add("R04", 0 if types else None, f"{types[:1]}")
    terminal = terminal_of(events)
    if terminal is None:
        walk.add("R14", None, "none")
    elif terminal[0] != events[-1][0]:
        later = [event["type"] for position, event in events if position > terminal[0]]
        walk.add("R03", terminal[0] + 1, f"{later}")
    responses = [(position, _response(event)) for position, event in events if "response" in event]
    for position, response in responses:
        first = responses[0][1]
        for member in first.keys() & response.keys() & set(_STABLE):
            if response[member] != first[member]:
                detail = f"{member} {response[member]!r} after {first[member]!r}"
                walk.add("R05", position, detail)


def check_statuses(walk: Walk, events: Placed) -> None:
    """Checks that each status fits its event."""
    for position, event in events:
        allowed = _STATUSES.get(event["type"])
        response = _response(event)
        if allowed is not None and response.get("status") not in allowed:
            walk.add("R23", position, f"{response.get('status')!r} in {event['type']}")
        for type_, member in _REASONS.items():
            if (response.get(member) is not None) != (event["type"] == type_) and allowed:
                walk.add("R23", position, f"{member} {response.get(member)!r} in {event['type']}")


def check_final(walk: Walk, events: Placed) -> None:
    """Checks the output of the last event, and its usage."""
    terminal = terminal_of(events)
    if terminal is None or terminal[1]["type"] not in ("response.completed", "response.incomplete"):
        return
    position, event = terminal
    output = _response(event).get("output")
    output = output if isinstance(output, list) else []
    done = [item.done for item in walk.items.values() if item.done is not None]
    if output != done:
        walk.add("R15", position, f"{len(output)} items in the output, {len(done)} done")
    streamed = {item.added.get("id") for item in walk.items.values()}
    for item in output:
        if item.get("id") not in streamed:
            walk.add("R18", position, f"{item.get('type')} {item.get('id')!r} was not streamed")


def check_usage(walk: Walk, events: Placed) -> None:
    """Checks that the usage of a completed response is there and adds up."""
    terminal = terminal_of(events)
    if terminal is None or terminal[1]["type"] == "error":
        return
    position, event = terminal
    usage = _response(event).get("usage")
    missing = usage is None and event["type"] == "response.completed"
    if missing or (usage is not None and not _adds_up(usage)):
        walk.add("R17", position, f"{usage}")


def _adds_up(usage: JsonObject) -> bool:
    cached = (usage.get("input_tokens_details") or {}).get("cached_tokens", 0)
    reasoning = (usage.get("output_tokens_details") or {}).get("reasoning_tokens", 0)
    taken, given = usage.get("input_tokens", 0), usage.get("output_tokens", 0)
    adds_up = bool(usage.get("total_tokens") == taken + given)
    return adds_up and cached <= taken and reasoning <= given


def _response(event: JsonObject) -> JsonObject:
    response = event.get("response")
    return response if isinstance(response, dict) else {}
