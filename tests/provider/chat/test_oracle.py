"""The chat oracle: each planted defect is found by the rule it names, and nothing else is."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial_provider import CHAT_RULES, check_chat_stream, output, reply, run_command, say
from seatrial_provider.chat.oracle import DONE
from seatrial_provider.chat.stream import encode_all

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.provider.chat.conftest import ChunksOf, Data

PATCH = output("custom_tool_call", {"name": "patch", "input": "*** Begin"})


@pytest.fixture
def correct(chunks_of_reply: ChunksOf) -> Data:
    said = reply(say("one two three four five"), run_command("echo 1"), PATCH)
    return chunks_of_reply(said, include_usage=True)


def chunk(data: Data, position: int) -> Any:
    return data[position]


def choice(data: Data, position: int) -> Any:
    return chunk(data, position)["choices"][0]


def call(data: Data, number: int) -> Any:
    """Returns a piece of a call: those that begin one are 0 and 2."""
    pieces = [
        choice(data, place)["delta"]["tool_calls"][0]
        for place, one in enumerate(data)
        if isinstance(one, dict) and one["choices"] and "tool_calls" in choice(data, place)["delta"]
    ]
    return pieces[number]


def name_the_object_otherwise(data: Data) -> None:
    chunk(data, 1)["object"] = "chat.completion"


def send_a_bare_text(data: Data) -> None:
    data.insert(2, "ping")


def change_the_id(data: Data) -> None:
    chunk(data, 2)["id"] = "chatcmpl-2"


def drop_the_model(data: Data) -> None:
    del chunk(data, -2)["model"]


def begin_with_the_second_choice(data: Data) -> None:
    for one in data:
        if isinstance(one, dict) and one["choices"]:
            one["choices"][0]["index"] = 1


def send_no_choice(data: Data) -> None:
    data[:] = data[-2:]


def drop_the_role(data: Data) -> None:
    del data[0]


def repeat_the_role(data: Data) -> None:
    choice(data, 2)["delta"]["role"] = "assistant"


def speak_as_the_user(data: Data) -> None:
    choice(data, 0)["delta"]["role"] = "user"


def skip_a_call(data: Data) -> None:
    for number in (2, 3):
        call(data, number)["index"] += 1


def drop_the_id_of_a_call(data: Data) -> None:
    del call(data, 0)["id"]


def drop_the_name_of_a_call(data: Data) -> None:
    del call(data, 0)["function"]["name"]


def repeat_the_name_of_a_call(data: Data) -> None:
    call(data, 1)["function"]["name"] = "exec_command"


def repeat_the_id_of_a_call(data: Data) -> None:
    call(data, 1)["id"] = call(data, 0)["id"]


def cut_the_arguments(data: Data) -> None:
    call(data, 1)["function"]["arguments"] = '{"cmd'


def drop_the_finish_reason(data: Data) -> None:
    choice(data, -3)["finish_reason"] = None


def finish_twice(data: Data) -> None:
    data.insert(-2, copy.deepcopy(data[-3]))


def go_on_after_the_end(data: Data) -> None:
    data.insert(-2, copy.deepcopy(data[1]))


def stop_with_calls(data: Data) -> None:
    choice(data, -3)["finish_reason"] = "stop"


def drop_the_usage(data: Data) -> None:
    del data[-2]


def tell_the_usage_early(data: Data) -> None:
    data.insert(-3, data.pop(-2))


def tell_the_usage_beside_a_choice(data: Data) -> None:
    chunk(data, -2)["choices"] = [{"index": 0, "delta": {}}]


def send_an_empty_chunk(data: Data) -> None:
    empty: Any = copy.deepcopy(data[1])
    data.insert(1, {**empty, "choices": []})


def count_wrongly(data: Data) -> None:
    chunk(data, -2)["usage"]["total_tokens"] += 1


def drop_the_end(data: Data) -> None:
    del data[-1]


def end_twice(data: Data) -> None:
    data.append(DONE)


def go_on_after_an_error(data: Data) -> None:
    data.insert(2, {"error": {"message": "gone"}})


def call_twice_by_one_id(data: Data) -> None:
    call(data, 2)["id"] = call(data, 0)["id"]


PLANTED: list[tuple[str, Callable[[Data], None]]] = [
    ("C02", name_the_object_otherwise),
    ("C02", send_a_bare_text),
    ("C03", change_the_id),
    ("C03", drop_the_model),
    ("C04", begin_with_the_second_choice),
    ("C04", send_no_choice),
    ("C05", drop_the_role),
    ("C05", repeat_the_role),
    ("C05", speak_as_the_user),
    ("C06", skip_a_call),
    ("C07", drop_the_id_of_a_call),
    ("C07", drop_the_name_of_a_call),
    ("C08", repeat_the_name_of_a_call),
    ("C08", repeat_the_id_of_a_call),
    ("C09", cut_the_arguments),
    ("C10", drop_the_finish_reason),
    ("C10", finish_twice),
    ("C11", go_on_after_the_end),
    ("C12", stop_with_calls),
    ("C13", drop_the_usage),
    ("C14", tell_the_usage_early),
    ("C14", tell_the_usage_beside_a_choice),
    ("C19", send_an_empty_chunk),
    ("C15", count_wrongly),
    ("C16", drop_the_end),
    ("C16", end_twice),
    ("C17", go_on_after_an_error),
    ("C18", call_twice_by_one_id),
]

NOTICED_TOO: dict[Callable[[Data], None], set[str]] = {
    begin_with_the_second_choice: {"C10"},
    tell_the_usage_beside_a_choice: {"C11"},
}
"""What else is wrong with a stream that has one of these defects."""


def test_a_correct_stream_has_no_violation(correct: Data) -> None:
    assert check_chat_stream(correct, usage_asked=True, names=[None] * len(correct)) == []


@pytest.mark.parametrize(("rule", "plant"), PLANTED, ids=[p.__name__ for _, p in PLANTED])
def test_a_planted_defect_is_found(rule: str, plant: Callable[[Data], None], correct: Data) -> None:
    plant(correct)
    found = check_chat_stream(correct, usage_asked=True)
    rules = {violation.rule for violation in found}
    assert rule in rules
    assert rules <= {rule} | NOTICED_TOO.get(plant, set())
    assert all(CHAT_RULES[violation.rule].asks in str(violation) for violation in found)


def test_a_named_event_is_found(correct: Data) -> None:
    names = [None, "message", *[None] * (len(correct) - 2)]
    assert [v.rule for v in check_chat_stream(correct, names=names)] == ["C01"]


def test_usage_that_nobody_asked_for_is_found(correct: Data) -> None:
    assert [v.rule for v in check_chat_stream(correct, usage_asked=False)] == ["C13"]


def test_every_rule_has_a_planted_defect() -> None:
    assert {rule for rule, _ in PLANTED} | {"C01"} == set(CHAT_RULES)


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_every_legal_framing_is_taken(end: bytes, correct: Data) -> None:
    chunks = [one for one in correct if isinstance(one, dict)]
    stream = b": a comment\n\n" + encode_all(chunks) + b"id: 1\ndata: [DONE]\n\n"
    assert check_chat_stream(stream.replace(b"\n", end), usage_asked=True) == []


def test_data_on_several_lines_is_one_event(correct: Data) -> None:
    chunks = [json.dumps(one, indent=1) for one in correct if isinstance(one, dict)]
    events = ["".join(f"data: {line}\n" for line in chunk.split("\n")) for chunk in chunks]
    stream = "\n".join([*events, "data: [DONE]\n\n"]).encode()
    assert check_chat_stream(stream, usage_asked=True) == []


def test_several_choices_may_come_mixed(chunks_of_reply: ChunksOf) -> None:
    first = chunks_of_reply(reply(say("one two three four five")))
    second = copy.deepcopy(first)
    for one in second[:-1]:
        assert isinstance(one, dict)
        one["choices"][0]["index"] = 1
    mixed = [one for pair in zip(first[:-1], second[:-1], strict=True) for one in pair]
    assert check_chat_stream([*mixed, DONE]) == []


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=5,
)
MEMBERS = ("index", "delta", "finish_reason", "role", "tool_calls", "function", "id", "usage")


@given(
    st.lists(
        st.dictionaries(
            st.sampled_from(["choices", "object", "usage", "error", "id"]),
            JSON | st.lists(st.dictionaries(st.sampled_from(MEMBERS), JSON), max_size=3),
        )
        | st.just(DONE),
        max_size=5,
    )
)
def test_it_never_fails_whatever_it_is_given(data: list[Any]) -> None:
    for violation in check_chat_stream(data, usage_asked=True):
        assert str(violation)
