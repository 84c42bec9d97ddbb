"""The rules of a correct Responses stream, as a pure function over its events.

The rules are conventions of the Responses API as it is observed to behave. Unknown types of
event are not its business: validate the events against a schema beside it.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from seatrial_provider.jsontypes import JsonObject

RULES: dict[str, str] = {
    "R01": "the name of an event equals its type",
    "R02": "sequence_number is there and strictly increases",
    "R03": "nothing follows the terminal event",
    "R04": "the first event is response.created",
    "R05": "the id of the response stays the same",
    "R06": "output_index counts from 0 without a gap",
    "R07": "an item has no events before it is added",
    "R08": "an item has no events after it is done",
    "R09": "item_id is the id of the item at output_index",
    "R10": "text comes inside an open content part",
    "R11": "the deltas add up to the done event and to the done item",
    "R12": "a text or arguments that are not empty came in deltas",
    "R13": "the arguments of a call are JSON",
    "R14": "there is a terminal event",
    "R15": "the output of the terminal event is the done items in order",
    "R16": "every item that was added is done",
    "R17": "the usage of a completed response adds up",
    "R18": "every item of the output was streamed",
}
"""What each rule asks, by its name."""

_TERMINAL = frozenset({"response.completed", "response.failed", "response.incomplete"})
_ADDED = "response.output_item.added"
_DONE = "response.output_item.done"
_DONE_TEXTS = {
    "response.output_text.done": "text",
    "response.function_call_arguments.done": "arguments",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """One way in which a stream breaks a rule.

    Attributes:
        rule: The name of the rule; see `RULES`.
        position: The place of the event at fault; None if the whole stream is.
        detail: What was found.
    """

    rule: str
    position: int | None
    detail: str

    def __str__(self) -> str:
        place = "stream" if self.position is None else f"event {self.position}"
        return f"{self.rule} at {place}: {RULES[self.rule]}; found {self.detail}"


@dataclass(slots=True)
class _Item:
    """What was streamed of one item so far."""

    added: JsonObject
    open_parts: set[object] = field(default_factory=set)
    deltas: dict[object, str] = field(default_factory=dict)
    done: JsonObject | None = None


@dataclass(slots=True)
class _Walk:
    """The state while the events are read in order."""

    violations: list[Violation] = field(default_factory=list)
    items: dict[object, _Item] = field(default_factory=dict)

    def add(self, rule: str, position: int | None, detail: str) -> None:
        self.violations.append(Violation(rule=rule, position=position, detail=detail))


def check_stream(
    events: Sequence[JsonObject], *, names: Sequence[str | None] | None = None
) -> list[Violation]:
    """Checks a whole stream against the rules.

    Args:
        events: The events in order, each with a `type`.
        names: The names of their `event:` lines in the same order; None leaves R01 out.

    Returns:
        Every violation found; empty for a correct stream.
    """
    walk = _Walk()
    for position, (event, name) in enumerate(zip(events, names or (), strict=False)):
        if event.get("type") != name:
            walk.add("R01", position, f"name {name!r}, type {event.get('type')!r}")
    _check_order(walk, events)
    for position, event in enumerate(events):
        if "output_index" in event:
            _step(walk, position, event)
    _check_end(walk, events)
    return walk.violations


def _check_order(walk: _Walk, events: Sequence[JsonObject]) -> None:
    numbers = [event.get("sequence_number") for event in events]
    for position, number in enumerate(numbers):
        if not isinstance(number, int):
            walk.add("R02", position, f"sequence_number {number!r}")
    for position, (before, number) in enumerate(pairwise(numbers), start=1):
        if isinstance(before, int) and isinstance(number, int) and number <= before:
            walk.add("R02", position, f"{number} after {before}")
    types = [event["type"] for event in events]
    if types[:1] != ["response.created"]:
        walk.add("R04", 0 if types else None, f"{types[:1]}")
    ends = [position for position, type_ in enumerate(types) if type_ in _TERMINAL]
    if not ends:
        walk.add("R14", None, "none")
    elif ends[0] != len(types) - 1:
        walk.add("R03", ends[0] + 1, f"{types[ends[0] + 1 :]}")
    ids = {event["response"].get("id") for event in events if "response" in event}
    if len(ids) > 1:
        walk.add("R05", None, f"{sorted(map(repr, ids))}")


def _step(walk: _Walk, position: int, event: JsonObject) -> None:
    index = event["output_index"]
    item = walk.items.get(index)
    if event["type"] == _ADDED and item is None:
        if index != len(walk.items):
            walk.add("R06", position, f"{index} where {len(walk.items)} comes next")
        walk.items[index] = _Item(added=event["item"])
        return
    if item is None:
        walk.add("R07", position, f"{event['type']} for output_index {index}")
        return
    if item.done is not None or event["type"] == _ADDED:
        walk.add("R08" if item.done is not None else "R06", position, event["type"])
        return
    item_id = event["item"].get("id") if event["type"] == _DONE else event.get("item_id")
    if item_id != item.added.get("id"):
        walk.add("R09", position, f"{item_id!r}, the item is {item.added.get('id')!r}")
    if event["type"] == _DONE:
        item.done = event["item"]
        for detail in _differences(item):
            walk.add("R11", position, detail)
        return
    _inside_item(walk, position, event, item)


def _inside_item(walk: _Walk, position: int, event: JsonObject, item: _Item) -> None:
    type_, part = event["type"], event.get("content_index")
    if type_ == "response.content_part.added":
        item.open_parts.add(part)
    elif part is not None and part not in item.open_parts:
        walk.add("R10", position, f"{type_} for content_index {part}")
    elif type_ == "response.content_part.done":
        item.open_parts.discard(part)
        _compare(walk, position, item, part, str(event["part"].get("text", "")))
    if type_.endswith(".delta"):
        item.deltas[part] = item.deltas.get(part, "") + event["delta"]
    if type_ in _DONE_TEXTS:
        whole = event[_DONE_TEXTS[type_]]
        if whole and part not in item.deltas:
            walk.add("R12", position, f"{whole[:60]!r} without a delta")
        _compare(walk, position, item, part, whole)


def _compare(walk: _Walk, position: int, item: _Item, part: object, whole: str) -> None:
    streamed = item.deltas.get(part, "")
    if part in item.deltas and streamed != whole:
        walk.add("R11", position, f"deltas {streamed[:60]!r}, done {whole[:60]!r}")


def _differences(item: _Item) -> Iterator[str]:
    done = item.done or {}
    if "arguments" in done and item.deltas.get(None, "") != done["arguments"]:
        yield f"deltas {item.deltas.get(None, '')[:60]!r}, item {done['arguments'][:60]!r}"
    for part, content in enumerate(done.get("content") or ()):
        if item.deltas.get(part, "") != content.get("text", ""):
            yield f"deltas {item.deltas.get(part, '')[:60]!r}, item {content.get('text')!r}"


def _check_end(walk: _Walk, events: Sequence[JsonObject]) -> None:
    for index, item in walk.items.items():
        if item.done is None:
            walk.add("R16", None, f"output_index {index} is not done")
        elif "arguments" in item.done and not _is_json(item.done["arguments"]):
            walk.add("R13", None, repr(item.done["arguments"][:60]))
    finals = [e["response"] for e in events if e["type"] in _TERMINAL and "response" in e]
    for final in finals[:1]:
        output = final.get("output", [])
        done = [item.done for _, item in walk.items.items()]
        if output != [item for item in done if item is not None]:
            walk.add("R15", None, f"{len(output)} items in the output, {len(done)} streamed")
        streamed = {item.added.get("id") for item in walk.items.values()}
        for missing in (item for item in output if item.get("id") not in streamed):
            walk.add("R18", None, f"{missing.get('type')} {missing.get('id')!r} was not streamed")
        if final.get("status") == "completed" and not _adds_up(final.get("usage")):
            walk.add("R17", None, f"{final.get('usage')}")


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def _adds_up(usage: JsonObject | None) -> bool:
    if usage is None:
        return False
    cached = (usage.get("input_tokens_details") or {}).get("cached_tokens", 0)
    reasoning = (usage.get("output_tokens_details") or {}).get("reasoning_tokens", 0)
    taken, given = usage.get("input_tokens", 0), usage.get("output_tokens", 0)
    adds_up = bool(usage.get("total_tokens") == taken + given)
    return adds_up and cached <= taken and reasoning <= given
