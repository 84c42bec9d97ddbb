"""Rules about the life of an item: added once, then its events, then done once."""

import json

from seatrial_provider.jsontypes import JsonObject
from seatrial_provider.responses.oracle.inside import check_inside, check_whole
from seatrial_provider.responses.oracle.walk import Item, Walk, short

ADDED = "response.output_item.added"
DONE = "response.output_item.done"

_SAME = ("type", "call_id", "name", "server_label")
_WITH_JSON = frozenset({"function_call", "mcp_call"})
_NOT_DONE = frozenset({"in_progress", "searching", "interpreting", "calling"})
_UNDER_WAY = _NOT_DONE | {"generating"}  # with which the API is seen to call an image done, too


def check_item_event(walk: Walk, position: int, event: JsonObject) -> None:
    """Checks an event that has an output_index.

    Args:
        walk: What is known of the stream.
        position: The place of the event.
        event: The event.
    """
    index, type_ = event["output_index"], event["type"]
    item = walk.items.get(index)
    if item is None:
        if type_ != ADDED:
            walk.add("R07", position, f"{type_} for output_index {index}")
            return
        if index != len(walk.items):
            walk.add("R06", position, f"{index} where {len(walk.items)} comes next")
        walk.items[index] = Item(added=_item(event))
        status = walk.items[index].added.get("status", "in_progress")
        if status not in _UNDER_WAY:
            walk.add("R30", position, f"status {status!r}")
        return
    if item.done is not None or type_ == ADDED:
        walk.add("R08" if item.done is not None else "R06", position, type_)
        return
    carried = _item(event).get("id") if type_ == DONE else event.get("item_id")
    if (type_ == DONE or "item_id" in event) and carried != item.added.get("id"):
        walk.add("R09", position, f"{carried!r}, the item is {item.added.get('id')!r}")
    if type_ == DONE:
        item.done = _item(event)
        _check_done(walk, position, item.added, item.done)
        check_whole(walk, position, item)
    else:
        check_inside(walk, position, event, item)


def check_arguments(walk: Walk, position: int | None, item: JsonObject) -> None:
    """Checks that the arguments of a call that is whole are JSON.

    Args:
        walk: What is known of the stream.
        position: The place of the event; None for none.
        item: The item as it is done.
    """
    arguments = item.get("arguments")
    whole = item.get("type") in _WITH_JSON and item.get("status") != "incomplete"
    if whole and not _is_json(arguments):
        walk.add("R13", position, short(arguments))


def check_unique(walk: Walk, items: list[JsonObject]) -> None:
    """Checks that no two items share an id, and no two calls a call_id.

    Args:
        walk: What is known of the stream.
        items: The items of the stream.
    """
    for member, of in (
        ("id", items),
        ("call_id", [one for one in items if str(one.get("type")).endswith("_call")]),
    ):
        ids = [item[member] for item in of if isinstance(item.get(member), str)]
        for twice in sorted({one for one in ids if ids.count(one) > 1}):
            walk.add("R25", None, f"{member} {twice!r} twice")


def _check_done(walk: Walk, position: int, added: JsonObject, done: JsonObject) -> None:
    for member in _SAME:
        if added.get(member) != done.get(member):
            was, now = added.get(member), done.get(member)
            walk.add("R24", position, f"{member} {was!r} when added, {now!r} when done")
    if done.get("status") in _NOT_DONE:
        walk.add("R30", position, f"status {done['status']!r}")
    check_arguments(walk, position, done)


def _item(event: JsonObject) -> JsonObject:
    item = event.get("item")
    return item if isinstance(item, dict) else {}


def _is_json(text: object) -> bool:
    try:
        json.loads(str(text))
    except ValueError:
        return False
    return True
