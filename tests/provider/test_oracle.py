"""The stream oracle finds every planted defect, and nothing in a correct stream."""

import copy
from collections.abc import Callable

import pytest

from seatrial_provider import run_command, say
from seatrial_provider.ids import ItemIds
from seatrial_provider.jsontypes import JsonObject
from seatrial_provider.phrase import phrase
from seatrial_provider.responses.oracle import RULES, check_stream
from seatrial_provider.responses.stream import events_of

Events = list[JsonObject]


@pytest.fixture
def correct(tools: dict[str, JsonObject]) -> Events:
    intents = (say("one two three"), run_command("echo hi"))
    items = [
        phrase(
            intent,
            tools=[tools["exec_command"]],
            ids=ItemIds(reply_number=1, output_index=index),
        )
        for index, intent in enumerate(intents)
    ]
    return copy.deepcopy(events_of(id_="resp_1", model="mock", items=items))


def first(events: Events, type_: str) -> int:
    return next(i for i, event in enumerate(events) if event["type"] == f"response.{type_}")


def last(events: Events, type_: str) -> int:
    return max(i for i, event in enumerate(events) if event["type"] == f"response.{type_}")


def renumber(events: Events) -> None:
    for number, event in enumerate(events):
        event["sequence_number"] = number


def repeat_number(events: Events) -> None:
    events[3]["sequence_number"] = events[2]["sequence_number"]


def drop_number(events: Events) -> None:
    del events[3]["sequence_number"]


def follow_the_end(events: Events) -> None:
    events.append(copy.deepcopy(events[1]))
    renumber(events)


def drop_created(events: Events) -> None:
    del events[0]


def change_response_id(events: Events) -> None:
    events[-1]["response"]["id"] = "resp_2"


def skip_an_index(events: Events) -> None:
    for event in events:
        if event.get("output_index") == 1:
            event["output_index"] = 2


def drop_added(events: Events) -> None:
    del events[first(events, "output_item.added")]


def repeat_delta_after_done(events: Events) -> None:
    delta = copy.deepcopy(events[first(events, "output_text.delta")])
    events.insert(first(events, "output_item.done") + 1, delta)
    renumber(events)


def change_item_id(events: Events) -> None:
    events[first(events, "output_text.delta")]["item_id"] = "msg_other"


def drop_part_added(events: Events) -> None:
    del events[first(events, "content_part.added")]


def drop_one_delta(events: Events) -> None:
    del events[first(events, "output_text.delta")]


def drop_every_delta(events: Events) -> None:
    events[:] = [e for e in events if not e["type"].endswith("output_text.delta")]


def cut_arguments(events: Events) -> None:
    for event in events:
        if event["type"].endswith("arguments.done"):
            event["arguments"] = "{"
    events[last(events, "output_item.done")]["item"]["arguments"] = "{"
    events[-1]["response"]["output"][1]["arguments"] = "{"


def drop_the_end(events: Events) -> None:
    del events[-1]


def swap_the_output(events: Events) -> None:
    events[-1]["response"]["output"].reverse()


def drop_item_done(events: Events) -> None:
    del events[last(events, "output_item.done")]


def wrong_total(events: Events) -> None:
    events[-1]["response"]["usage"]["total_tokens"] += 1


def no_usage(events: Events) -> None:
    events[-1]["response"]["usage"] = None


def output_from_nowhere(events: Events) -> None:
    item = copy.deepcopy(events[-1]["response"]["output"][0])
    events[-1]["response"]["output"].append({**item, "id": "msg_new"})


PLANTED: list[tuple[str, Callable[[Events], None]]] = [
    ("R02", repeat_number),
    ("R02", drop_number),
    ("R03", follow_the_end),
    ("R04", drop_created),
    ("R05", change_response_id),
    ("R06", skip_an_index),
    ("R07", drop_added),
    ("R08", repeat_delta_after_done),
    ("R09", change_item_id),
    ("R10", drop_part_added),
    ("R11", drop_one_delta),
    ("R12", drop_every_delta),
    ("R13", cut_arguments),
    ("R14", drop_the_end),
    ("R15", swap_the_output),
    ("R16", drop_item_done),
    ("R17", wrong_total),
    ("R17", no_usage),
    ("R18", output_from_nowhere),
]


def test_a_correct_stream_has_no_violation(correct: Events) -> None:
    assert check_stream(correct, names=[event["type"] for event in correct]) == []


@pytest.mark.parametrize(("rule", "plant"), PLANTED, ids=[p.__name__ for _, p in PLANTED])
def test_a_planted_defect_is_found(
    rule: str, plant: Callable[[Events], None], correct: Events
) -> None:
    plant(correct)
    found = check_stream(correct)
    assert rule in {violation.rule for violation in found}
    assert all(RULES[violation.rule] in str(violation) for violation in found)


def test_a_name_that_is_not_the_type_is_found(correct: Events) -> None:
    names = [event["type"] for event in correct]
    names[2] = "response.other"
    assert [v.rule for v in check_stream(correct, names=names)] == ["R01"]


def test_every_rule_has_a_planted_defect() -> None:
    assert {rule for rule, _ in PLANTED} | {"R01"} == set(RULES)


def test_no_events_at_all_is_a_violation() -> None:
    assert {violation.rule for violation in check_stream([])} == {"R04", "R14"}
