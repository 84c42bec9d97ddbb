"""Which requests a condition holds for, and how it is told."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial_provider import (
    Condition,
    Matcher,
    RecordedRequest,
    ScriptError,
    when_conversation,
    when_header,
    when_instructions,
    when_json,
    when_last_item,
    when_message,
    when_model,
    when_tool_output,
    when_turn,
    when_user_text,
)
from seatrial_provider.script.conditions.base import AllOf, AnyOf, implies
from seatrial_provider.script.conditions.registry import CONDITIONS

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.provider.conftest import Recorded

DEVELOPER = {"type": "message", "role": "developer", "content": "rules"}
USER = {"role": "user", "content": [{"type": "input_text", "text": "an apple pie"}]}
CALL = {"type": "function_call", "call_id": "c1", "name": "shell", "arguments": "{}"}
OUTPUT = {"type": "function_call_output", "call_id": "c1", "output": "exit 0"}
SAID = {"role": "assistant", "content": [{"type": "output_text", "text": "done"}]}
AGAIN = {"role": "user", "content": "and bread"}

FIRST = [DEVELOPER, USER]
CALLED = [*FIRST, CALL, OUTPUT]
SECOND = [*CALLED, SAID, AGAIN]

CASES: list[tuple[Condition, Any, dict[str, str], bool]] = [
    (when_user_text("apple"), FIRST, {}, True),
    (when_user_text("Apple"), FIRST, {}, False),
    (when_user_text("apple"), SECOND, {}, False),
    (when_user_text("apple"), [DEVELOPER], {}, False),
    (when_user_text(exact="an apple pie"), FIRST, {}, True),
    (when_user_text(exact="an apple"), FIRST, {}, False),
    (when_user_text(regex="^an? a..le"), FIRST, {}, True),
    (when_user_text(regex="^apple"), FIRST, {}, False),
    (when_user_text(word="pie"), FIRST, {}, True),
    (when_user_text(word="app"), FIRST, {}, False),
    (when_message("developer"), FIRST, {}, True),
    (when_message("assistant"), FIRST, {}, False),
    (when_message("user", "apple"), SECOND, {}, True),
    (when_message("assistant", exact="done"), SECOND, {}, True),
    (when_last_item("user"), FIRST, {}, True),
    (when_last_item("tool"), CALLED, {}, True),
    (when_last_item("tool"), SECOND, {}, False),
    (when_tool_output(), FIRST, {}, False),
    (when_tool_output(), CALLED, {}, True),
    (when_tool_output(), [*CALLED, AGAIN], {}, True),
    (when_tool_output(), SECOND, {}, False),
    (when_tool_output("exit 0"), CALLED, {}, True),
    (when_tool_output("exit 1"), CALLED, {}, False),
    (when_tool_output(call_id="c1"), SECOND, {}, True),
    (when_tool_output(call_id="c2"), SECOND, {}, False),
    (when_tool_output("exit", call_id="c1"), SECOND, {}, True),
    (when_instructions("brief"), FIRST, {}, True),
    (when_instructions(word="rie"), FIRST, {}, False),
    (when_turn(1), CALLED, {}, True),
    (when_turn(1), [*CALLED, AGAIN], {}, True),
    (when_turn(2), SECOND, {}, True),
    (when_turn(2), [*SECOND, CALL, OUTPUT], {}, True),
    (when_header("Session_Id"), FIRST, {"session_id": "s1"}, True),
    (when_header("session_id"), FIRST, {}, False),
    (when_header("session_id", exact="s"), FIRST, {"session_id": "s1"}, False),
    (when_model("mock"), FIRST, {}, True),
    (when_model("moc"), FIRST, {}, False),
    (when_model(contains="oc"), FIRST, {}, True),
    (when_conversation("k1"), FIRST, {}, True),
    (when_conversation("s1"), FIRST, {"session_id": "s1"}, True),
    (when_conversation("s1"), FIRST, {}, False),
    (when_json("metadata.kind"), FIRST, {}, True),
    (when_json("metadata.other"), FIRST, {}, False),
    (when_json("metadata.kind", exact="title"), FIRST, {}, True),
    (when_json("length(input) > `1`"), FIRST, {}, True),
    (when_json("metadata", contains='"kind"'), FIRST, {}, True),
    (when_json("stream"), FIRST, {}, False),
    (Matcher(description="any", predicate=lambda request: True), FIRST, {}, True),
    (when_user_text("apple") & when_model("mock"), FIRST, {}, True),
    (when_user_text("apple") & when_model("other"), FIRST, {}, False),
    (when_user_text("other") | when_model("mock"), FIRST, {}, True),
    (when_user_text("other") | when_model("other"), FIRST, {}, False),
    (~when_tool_output(), FIRST, {}, True),
    (~when_user_text("apple"), FIRST, {}, False),
]


def made(recorded: Recorded, items: Any, headers: dict[str, str]) -> RecordedRequest:
    body = {
        "model": "mock",
        "instructions": "be brief",
        "input": items,
        "prompt_cache_key": "k1",
        "metadata": {"kind": "title"},
        "stream": False,
    }
    return recorded(body, headers=headers)


@pytest.mark.parametrize(
    ("condition", "items", "headers", "holds"),
    CASES,
    ids=[f"{n}: {case[0].description}" for n, case in enumerate(CASES)],
)
def test_a_condition_holds_for_the_requests_that_it_describes(
    condition: Condition, items: Any, headers: dict[str, str], holds: bool, recorded: Recorded
) -> None:
    request = made(recorded, items, headers)
    assert condition(request) is holds
    compared = condition.compare(request)
    assert compared.holds is holds
    assert (compared.closeness == 1.0) is holds
    assert all(line.startswith(("holds: ", "does not hold: ")) for line in compared.lines())


def test_every_kind_of_condition_is_tried() -> None:
    tried = {type(case[0]) for case in CASES}
    assert set(CONDITIONS.values()) - tried == set()


@pytest.mark.parametrize("kind", sorted(CONDITIONS.keys() - {"all", "any", "not"}))
def test_an_empty_request_meets_no_condition_by_accident(kind: str, recorded: Recorded) -> None:
    values = {"contains": "x", "role": "tool", "number": 2, "name": "x", "id": "x", "path": "x"}
    known = {field.name for field in fields(cast("Any", CONDITIONS[kind]))}
    condition = CONDITIONS[kind](**{name: values[name] for name in known & values.keys()})
    assert not condition(recorded({"input": []}))


def test_a_condition_reads_well() -> None:
    condition = (when_user_text("a") | when_model("m")) & ~when_tool_output("x", call_id="c")
    assert condition.description == (
        "(the last user message contains 'a' or the model is 'm') and "
        "not the output of call 'c' contains 'x'"
    )
    assert ~~condition is condition


def test_parts_of_one_sort_are_not_nested() -> None:
    one, two, three = when_model("1"), when_model("2"), when_model("3")
    assert (one & two & three) == AllOf(conditions=(one, two, three))
    assert (one | (two | three)) == AnyOf(conditions=(one, two, three))


@pytest.mark.parametrize(
    "build",
    [
        lambda: when_user_text(),
        lambda: when_user_text("a", exact="b"),
        lambda: when_user_text(regex="("),
        lambda: when_json("$.a.b"),
        lambda: when_json("a", regex="("),
        lambda: when_turn(0),
    ],
)
def test_a_condition_that_means_nothing_is_refused(build: Callable[[], Condition]) -> None:
    with pytest.raises(ScriptError) as raised:
        build()
    assert raised.value.cause.endswith("?")


TEXTS = st.text("ab c", max_size=6)
TESTS = st.one_of(
    st.builds(when_user_text, TEXTS),
    st.builds(lambda text: when_user_text(exact=text), TEXTS),
    st.builds(lambda text: when_user_text(word=text), st.sampled_from(["a", "b", "ab"])),
    st.builds(lambda text: when_user_text(regex=text), st.sampled_from(["a", "^b", "b c"])),
    st.builds(lambda text: ~when_user_text(text), TEXTS),
)
CONDITION = st.recursive(
    TESTS,
    lambda inner: (
        st.builds(lambda a, b: a & b, inner, inner)
        | st.builds(lambda a, b: a | b, inner, inner)
        | st.builds(lambda a: ~a, inner)
    ),
    max_leaves=4,
)


@given(CONDITION, CONDITION, st.lists(TEXTS, min_size=1, max_size=8))
def test_what_is_said_to_imply_another_never_holds_without_it(
    specific: Condition, general: Condition, texts: list[str]
) -> None:
    if not implies(specific, general):
        return
    for text in texts:
        body = f'{{"input": [{{"role": "user", "content": "{text}"}}]}}'
        request = RecordedRequest(index=0, method="POST", path="/v1/responses", body=body.encode())
        assert general(request) or not specific(request)


def test_less_is_more_where_it_is_denied() -> None:
    pie, apple = when_user_text("apple pie"), when_user_text("apple")
    assert implies(~apple, ~pie)
    assert not implies(~pie, ~apple)


@given(TEXTS, TEXTS, TEXTS)
def test_a_longer_text_implies_a_part_of_it(before: str, part: str, after: str) -> None:
    whole = f"{before}{part}{after}"
    assert implies(when_user_text(whole), when_user_text(part))
    assert implies(when_user_text(exact=whole), when_user_text(part))
    assert implies(when_user_text(whole) & when_model("m"), when_user_text(part))
    assert implies(when_user_text(whole), when_user_text(part) | when_model("m"))
    assert not implies(when_user_text(whole), when_model("m"))
