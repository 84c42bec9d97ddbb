"""The questions a test asks of a recorded request."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from seatrial_provider import CallOutputError, RequestBodyError

if TYPE_CHECKING:
    from tests.provider.conftest import Recorded

    from seatrial_provider import RecordedRequest


@pytest.fixture
def request_with_history(recorded: Recorded) -> RecordedRequest:
    parts = [{"type": "input_text", "text": "a"}, {"type": "input_image"}, {"text": "b"}]
    body = {
        "instructions": "be brief",
        "input": [
            {"type": "message", "role": "developer", "content": "rules"},
            {"type": "message", "role": "user", "content": parts},
            {"type": "function_call", "call_id": "c1", "name": "shell", "arguments": "{}"},
            {"type": "function_call_output", "call_id": "c1", "output": "one"},
            {"type": "custom_tool_call", "call_id": "c2", "name": "patch", "input": ""},
            {"type": "custom_tool_call_output", "call_id": "c2", "output": parts},
        ],
        "tools": [
            {"type": "function", "name": "shell"},
            {"type": "web_search"},
            {"type": "namespace", "name": "agents", "tools": [{"name": "spawn"}]},
        ],
    }
    return recorded(body, headers={"authorization": "Bearer t"})


def test_the_questions(request_with_history: RecordedRequest) -> None:
    request = request_with_history
    assert request.instructions_text() == "be brief"
    assert request.message_input_texts("user") == ["a", "b"]
    assert request.message_input_texts("developer") == ["rules"]
    assert request.message_input_texts("assistant") == []
    assert request.last_user_text() == "a\nb"
    assert request.call_ids() == ["c1", "c2"]
    assert request.offered_tools() == ["shell", "web_search", "agents.spawn"]
    assert request.function_call_output("c1")["output"] == "one"
    assert request.function_call_output_text("c1") == "one"
    assert request.function_call_output_text("c2") == "a\nb"
    assert request.header("Authorization") == "Bearer t"
    assert request.header("cookie") is None
    assert len(request.input) == 6
    assert request.body_json() is request.body_json()


def test_the_questions_of_the_upstream_harness(recorded: Recorded) -> None:
    image = {"type": "input_image", "image_url": "data:,x"}
    text = {"type": "input_text", "text": 'a "b" ü'}
    request = recorded(
        {
            "input": [{"role": "user", "content": [text, image]}],
            "tools": [
                {"type": "function", "name": "shell"},
                {"type": "web_search"},
                {"type": "namespace", "name": "agents", "tools": [{"name": "spawn"}]},
            ],
        },
        query="a=1&a=2&b=",
    )
    assert request.has_message_with_input_texts("user", lambda texts: texts == ['a "b" ü'])
    assert not request.has_message_with_input_texts("assistant", bool)
    assert request.message_input_image_urls("user") == ["data:,x"]
    assert len(request.inputs_of_type("message")) == 1
    assert request.inputs_of_type("function_call") == []
    assert request.body_contains_text('a "b" ü')
    assert not request.body_contains_text("a b")
    assert [request.query_param(name) for name in "abc"] == ["1", "", None]
    assert request.tool_by_name("shell") == {"type": "function", "name": "shell"}
    assert request.tool_by_name("web_search") == {"type": "web_search"}
    assert request.tool_by_name("spawn") is None
    assert request.tool_by_name("spawn", namespace="agents") == {"name": "spawn"}
    assert request.tool_by_name("spawn", namespace="shell") is None


def test_a_missing_output_is_explained(request_with_history: RecordedRequest) -> None:
    with pytest.raises(CallOutputError) as raised:
        request_with_history.function_call_output("c9")
    error = raised.value
    assert isinstance(error, LookupError)
    assert "'c9'" in error.expected
    assert "outputs for: c1, c2" in error.arrived
    assert error.cause.endswith("?")


def test_two_outputs_for_one_call_are_not_chosen_from(recorded: Recorded) -> None:
    output = {"type": "function_call_output", "call_id": "c1", "output": ""}
    with pytest.raises(CallOutputError, match="2 of them"):
        recorded({"input": [output, output]}).function_call_output("c1")


def test_what_a_built_in_shell_printed_is_found_by_its_call(recorded: Recorded) -> None:
    printed = {"stdout": "out", "stderr": "err", "outcome": {"type": "exit", "exit_code": 1}}
    silent = {"stdout": "", "stderr": "", "outcome": {"type": "timeout"}}
    request = recorded(
        {
            "input": [
                {"type": "shell_call", "call_id": "c1", "action": {"commands": ["a", "b"]}},
                {"type": "shell_call_output", "call_id": "c1", "output": [printed, silent]},
            ]
        }
    )
    assert request.has_function_call("c1")
    assert request.function_call_output_text("c1") == "out\nerr"


def test_no_instructions_and_no_user_message_are_empty_texts(recorded: Recorded) -> None:
    request = recorded({"input": []})
    assert request.instructions_text() == ""
    assert request.last_user_text() == ""
    assert request.tools == []


def test_an_input_that_is_a_text_is_one_user_message(recorded: Recorded) -> None:
    assert recorded({"input": "hi"}).message_input_texts("user") == ["hi"]


@pytest.mark.parametrize("body", [b"", b"[]", b'{"input": 3}', b'{"input": [], "tools": 3}'])
def test_a_body_that_cannot_be_used_is_explained(body: bytes, recorded: Recorded) -> None:
    request = recorded(body)
    with pytest.raises(RequestBodyError, match="expected:"):
        _ = (request.input, request.tools)
