"""The oracle finds each planted defect in every shape of stream, and nothing in a correct one."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from seatrial_provider import Flavour
from seatrial_provider.responses.oracle import RULES, Tier, check_responses_stream
from seatrial_provider.wire.sse import encode_all

if TYPE_CHECKING:
    from tests.provider.responses.conftest import StreamOf

    from seatrial_provider import Reply

Events = list[Any]
Plant = Callable[[Events], bool]
PLANTED: list[tuple[str, Plant]] = []


def plants(rule: str) -> Callable[[Plant], Plant]:
    """Lists a function that plants a defect; it returns False where it cannot."""

    def listed(plant: Plant) -> Plant:
        PLANTED.append((rule, plant))
        return plant

    return listed


def places(events: Events, end: str) -> list[int]:
    return [place for place, event in enumerate(events) if event["type"].endswith(end)]


def is_whole(events: Events) -> bool:
    return bool(events[-1]["type"] in ("response.completed", "response.incomplete"))


def inside(events: Events, *members: str) -> list[int]:
    return [
        p
        for p, e in enumerate(events)
        if {"output_index", *members} <= e.keys() and "item" not in e
    ]


def done_items(events: Events) -> list[dict[str, Any]]:
    return [events[place]["item"] for place in places(events, "output_item.done")]


def output(events: Events) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = events[-1].get("response", {}).get("output", [])
    return items


def renumber(events: Events) -> bool:
    for number, event in enumerate(events):
        event["sequence_number"] = number
    return True


def insert(events: Events, place: int, event: dict[str, Any]) -> bool:
    events.insert(place, json.loads(json.dumps(event)))
    return renumber(events)


def drop(events: Events, found: list[int]) -> bool:
    for place in reversed(found):
        del events[place]
    return bool(found) and renumber(events)


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


@plants("R14")
def drop_the_end(events: Events) -> bool:
    return drop(events, [len(events) - 1])


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


@plants("R18")
def add_to_the_output(events: Events) -> bool:
    output(events).append({"type": "message", "id": "msg_new"})
    return is_whole(events)


@plants("R19")
def put_in_a_foreign_event(events: Events) -> bool:
    for place in places(events, "output_item.added"):
        event = events[place]
        other = event["item"]["type"] != "refusal" and event["item"]["type"] != "function_call"
        name = "function_call_arguments" if other else "custom_tool_call_input"
        at = {"output_index": event["output_index"], "item_id": event["item"]["id"]}
        return insert(events, place + 1, {"type": f"response.{name}.delta", **at, "delta": ""})
    return False


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


def test_a_correct_stream_breaks_no_rule(shape: Reply, stream_of: StreamOf) -> None:
    events = stream_of(shape)
    assert check_responses_stream(events, names=[event["type"] for event in events]) == []


@pytest.mark.parametrize(("rule", "plant"), PLANTED, ids=[p.__name__ for _, p in PLANTED])
def test_a_planted_defect_is_found_in_every_shape_that_can_have_it(
    rule: str, plant: Plant, shapes: dict[str, Reply], stream_of: StreamOf
) -> None:
    streams = {name: stream_of(shape) for name, shape in shapes.items()}
    planted = [name for name, events in streams.items() if plant(events)]
    found = {name: check_responses_stream(streams[name]) for name in planted}
    missed = [name for name, all_ in found.items() if rule not in {one.rule for one in all_}]
    assert planted
    assert missed == []


def test_every_rule_has_a_planted_defect() -> None:
    assert {rule for rule, _ in PLANTED} | {"R01"} == set(RULES)
    assert len(PLANTED) >= 25


def test_a_name_that_is_not_the_type_is_found(shape: Reply, stream_of: StreamOf) -> None:
    wire = encode_all(stream_of(shape)).replace(b"event: response.created", b"event: created")
    assert [one.rule for one in check_responses_stream(wire)] == ["R01"]


def test_a_violation_says_what_is_asked_and_how_firmly(
    shapes: dict[str, Reply], stream_of: StreamOf
) -> None:
    events = stream_of(shapes["short text"])
    skip_a_number(events)
    (violation,) = check_responses_stream(events)
    assert violation.tier is Tier.WARN
    assert str(violation) == "R27 at event 8: sequence_number has no gap; found 9 after 7"


def test_no_events_at_all_is_a_violation() -> None:
    assert {violation.rule for violation in check_responses_stream([])} == {"R04", "R14"}


@pytest.mark.parametrize(
    "reframe",
    [
        pytest.param(lambda wire: wire.replace(b"\n", b"\r\n"), id="CRLF"),
        pytest.param(lambda wire: wire.replace(b"\n", b"\r"), id="CR"),
        pytest.param(lambda wire: b"\xef\xbb\xbf" + wire, id="byte order mark"),
        pytest.param(lambda wire: wire.replace(b"\n\n", b"\n\n: still here\n\n"), id="comments"),
        pytest.param(lambda wire: wire.replace(b"data: {", b"data: {\ndata: "), id="many lines"),
        pytest.param(lambda wire: wire.replace(b"data: ", b"data:"), id="no space"),
        pytest.param(lambda wire: wire.replace(b"data:", b"id: 1\nretry: 9\ndata:"), id="fields"),
        pytest.param(
            lambda wire: wire.replace(
                b"event: response.in_progress",
                b'event: other.sort\ndata: {"type":"other.sort"}\n\nevent: response.in_progress',
            ),
            id="other types",
        ),
    ],
)
def test_a_legal_framing_is_no_violation(
    reframe: Callable[[bytes], bytes], shapes: dict[str, Reply], stream_of: StreamOf
) -> None:
    for shape in shapes.values():
        assert check_responses_stream(reframe(encode_all(stream_of(shape)))) == []


@pytest.mark.parametrize(
    ("flavour", "end"), [(Flavour.FULL, []), (Flavour.OPEN, ["[DONE]"]), (Flavour.MINIMAL, [])]
)
def test_each_flavour_is_judged_by_its_own_rules(
    flavour: Flavour, end: list[str], shape: Reply, stream_of: StreamOf
) -> None:
    events: list[Any] = [*stream_of(shape, flavour), *end]
    assert check_responses_stream(events, flavour=flavour) == []


@pytest.mark.parametrize("plant", [cut_the_arguments, drop_the_end, change_the_total, drop_created])
def test_a_defect_in_the_minimal_flavour_is_found(
    plant: Plant, shapes: dict[str, Reply], stream_of: StreamOf
) -> None:
    events = stream_of(shapes["text and two commands"], Flavour.MINIMAL)
    assert plant(events)
    (rule,) = [rule for rule, one in PLANTED if one is plant]
    found = {one.rule for one in check_responses_stream(events, flavour=Flavour.MINIMAL)}
    assert rule in found
    assert all(RULES[name].in_minimal for name in found)


def test_an_error_may_come_before_the_response_fails(
    shapes: dict[str, Reply], stream_of: StreamOf
) -> None:
    events = stream_of(shapes["failed"])
    insert(events, len(events) - 1, {"type": "error", "code": None, "message": "", "param": None})
    assert check_responses_stream(events) == []
