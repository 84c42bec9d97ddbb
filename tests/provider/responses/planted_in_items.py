"""Defects of what a stream says: its items, their parts, and their deltas."""

from __future__ import annotations

from tests.provider.responses.planting import (
    Events,
    done_items,
    drop,
    insert,
    inside,
    is_whole,
    output,
    places,
    plants,
)


@plants("R06")
def skip_an_index(events: Events) -> bool:
    last = max((event.get("output_index", -1) for event in events), default=-1)
    for event in events:
        if event.get("output_index") == last:
            event["output_index"] = last + 1
    return last >= 0


@plants("R06")
def add_an_item_twice(events: Events) -> bool:
    added = places(events, "output_item.added")
    return bool(added) and insert(events, added[0] + 1, events[added[0]])


@plants("R07")
def drop_added(events: Events) -> bool:
    found = [p for p in places(events, "output_item.added") if "output_index" in events[p + 1]]
    return drop(events, found[:1])


@plants("R08")
def go_on_after_done(events: Events) -> bool:
    done, within = places(events, "output_item.done"), inside(events)
    return bool(done and within) and insert(events, done[-1] + 1, events[within[-1]])


@plants("R09")
def change_the_item_id(events: Events) -> bool:
    found = inside(events, "item_id")
    for place in found[:1]:
        events[place]["item_id"] = "other"
    return bool(found)


@plants("R09")
def change_the_id_of_a_done_item(events: Events) -> bool:
    for item in done_items(events)[:1]:
        item["id"] = "other"
    return bool(done_items(events))


@plants("R10")
def drop_part_added(events: Events) -> bool:
    return drop(events, places(events, "part.added")[:1])


@plants("R11")
def change_a_delta(events: Events) -> bool:
    found = [p for p in places(events, ".delta") if isinstance(events[p]["delta"], str)]
    for place in found[:1]:
        events[place]["delta"] += "x"
    return bool(found) and is_whole(events)


@plants("R11")
def drop_a_delta(events: Events) -> bool:
    found = [p for p in places(events, ".delta") if isinstance(events[p]["delta"], str)]
    return is_whole(events) and drop(events, found[-1:])


@plants("R11")
def change_the_done_text(events: Events) -> bool:
    for item in done_items(events):
        for part in item.get("content", []):
            part["text"] = "other"
            return True
    return False


@plants("R12")
def drop_every_delta(events: Events) -> bool:
    found = [p for p in places(events, ".delta") if isinstance(events[p]["delta"], str)]
    return is_whole(events) and drop(events, found)


@plants("R13")
def cut_the_arguments(events: Events) -> bool:
    kinds = ("function_call", "mcp_call")
    found = [item for item in done_items(events) if item["type"] in kinds]
    for item in found:
        item["arguments"] = "{"
    return any(item["status"] != "incomplete" for item in found)


@plants("R15")
def drop_from_the_output(events: Events) -> bool:
    return is_whole(events) and bool(output(events)) and bool(output(events).pop())


@plants("R15")
def swap_the_output(events: Events) -> bool:
    output(events).reverse()
    return is_whole(events) and len(output(events)) > 1


@plants("R16")
def drop_item_done(events: Events) -> bool:
    return is_whole(events) and drop(events, places(events, "output_item.done")[-1:])


@plants("R18")
def add_to_the_output(events: Events) -> bool:
    output(events).append({"type": "message", "id": "msg_new"})
    return is_whole(events)


@plants("R20")
def skip_a_part(events: Events) -> bool:
    index = "content_index"
    found = [event for event in events if index in event]
    for event in found:
        event[index] += 1
    return bool(found)


@plants("R20")
def skip_a_partial_image(events: Events) -> bool:
    return drop(events, places(events, "partial_image")[:1])


@plants("R20")
def skip_an_annotation(events: Events) -> bool:
    return drop(events, places(events, "annotation.added")[:1])


@plants("R21")
def drop_part_done(events: Events) -> bool:
    return is_whole(events) and drop(events, places(events, "part.done")[:1])


@plants("R21")
def drop_text_done(events: Events) -> bool:
    ends = ("_text.done", "_arguments.done", "_input.done", "_code.done", "_command.done")
    found = [
        p for end in ends for p in places(events, end) if events[p - 1]["type"].endswith("delta")
    ]
    return is_whole(events) and drop(events, found[:1])


@plants("R22")
def go_on_after_the_text(events: Events) -> bool:
    for place in places(events, "_text.done"):
        delta = {**events[place], "type": events[place]["type"].replace("done", "delta")}
        return insert(events, place + 1, {**delta, "delta": ""})
    return False


@plants("R24")
def change_the_call(events: Events) -> bool:
    calls = [item for item in done_items(events) if item.get("call_id")]
    for item in calls:
        item["call_id"] = "call_other"
    return bool(calls)


@plants("R24")
def change_the_name(events: Events) -> bool:
    calls = [item for item in done_items(events) if "name" in item]
    for item in calls:
        item["name"] = "other"
    return bool(calls)


@plants("R25")
def share_an_id(events: Events) -> bool:
    items = [events[place]["item"] for place in places(events, "output_item.added")]
    for item in items:
        item["id"] = "same"
    return len(items) > 1


@plants("R25")
def share_a_call(events: Events) -> bool:
    items = [events[place]["item"] for place in places(events, "output_item.added")]
    calls = [item for item in items if item["type"] == "function_call"]
    for item in calls:
        item["call_id"] = "same"
    return len(calls) > 1


@plants("R26")
def drop_the_annotations(events: Events) -> bool:
    return drop(events, places(events, "annotation.added"))
