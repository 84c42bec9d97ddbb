"""Defects of a stream as a whole: its numbers, its beginning and its end, its response object."""

from __future__ import annotations

from tests.provider.responses.planting import (
    Events,
    done_items,
    drop,
    insert,
    is_whole,
    places,
    plants,
)


@plants("R02")
def repeat_a_number(events: Events) -> bool:
    events[-1]["sequence_number"] -= 1
    return True


@plants("R02")
def drop_a_number(events: Events) -> bool:
    del events[1]["sequence_number"]
    return True


@plants("R03")
def follow_the_end(events: Events) -> bool:
    return insert(events, len(events), {**events[0], "type": "response.in_progress"})


@plants("R03")
def complete_after_an_error(events: Events) -> bool:
    error = {"type": "error", "code": None, "message": "", "param": None}
    return is_whole(events) and insert(events, len(events) - 1, error)


@plants("R04")
def drop_created(events: Events) -> bool:
    return drop(events, [0])


@plants("R05")
def change_the_id(events: Events) -> bool:
    events[1]["response"] = {**events[1]["response"], "id": "resp_other"}
    return True


@plants("R05")
def change_the_model(events: Events) -> bool:
    events[1]["response"] = {**events[1]["response"], "model": "another"}
    return True


@plants("R14")
def drop_the_end(events: Events) -> bool:
    return drop(events, [len(events) - 1])


@plants("R17")
def change_the_total(events: Events) -> bool:
    usage = events[-1].get("response", {}).get("usage")
    if usage:
        usage["total_tokens"] += 1
    return bool(usage)


@plants("R17")
def drop_the_usage(events: Events) -> bool:
    events[-1].get("response", {})["usage"] = None
    return bool(events[-1]["type"] == "response.completed")


@plants("R17")
def cache_more_than_was_taken(events: Events) -> bool:
    usage = events[-1].get("response", {}).get("usage")
    if usage:
        usage["input_tokens_details"]["cached_tokens"] = 10_000
    return bool(usage)


@plants("R19")
def put_in_a_foreign_event(events: Events) -> bool:
    for place in places(events, "output_item.added"):
        event = events[place]
        other = event["item"]["type"] != "refusal" and event["item"]["type"] != "function_call"
        name = "function_call_arguments" if other else "custom_tool_call_input"
        at = {"output_index": event["output_index"], "item_id": event["item"]["id"]}
        return insert(events, place + 1, {"type": f"response.{name}.delta", **at, "delta": ""})
    return False


@plants("R23")
def complete_while_in_progress(events: Events) -> bool:
    response = events[-1].get("response", {})
    response["status"] = "in_progress"
    return len(response) > 1


@plants("R23")
def fail_without_a_reason(events: Events) -> bool:
    events[-1].get("response", {}).update(error=None, incomplete_details=None)
    return events[-1]["type"] in ("response.failed", "response.incomplete")


@plants("R23")
def complete_with_an_error(events: Events) -> bool:
    events[-1].get("response", {})["error"] = {"code": "server_error", "message": "no"}
    return bool(events[-1]["type"] == "response.completed")


@plants("R27")
def skip_a_number(events: Events) -> bool:
    events[-1]["sequence_number"] += 1
    return True


@plants("R28")
def swap_the_stages(events: Events) -> bool:
    ends = ("_call.in_progress", "_call.completed", "tools.in_progress", "tools.completed")
    found = sorted(place for end in ends for place in places(events, end))
    if len(found) == 2:
        first, last = (events[place] for place in found)
        first["type"], last["type"] = last["type"], first["type"]
    return len(found) == 2


@plants("R29")
def end_with_a_mark(events: Events) -> bool:
    events.append("[DONE]")
    return True


@plants("R30")
def stay_in_progress(events: Events) -> bool:
    items = [item for item in done_items(events) if "status" in item]
    for item in items:
        item["status"] = "in_progress"
    return bool(items)


@plants("R31")
def say_what_is_no_event(events: Events) -> bool:
    events.insert(1, "oops")
    return True


@plants("R31")
def drop_the_type(events: Events) -> bool:
    del events[1]["type"]
    return True
