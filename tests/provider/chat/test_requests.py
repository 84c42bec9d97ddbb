"""A chat request is read as the Responses request that asks the same, or refused with its place."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial_provider import Provider, reply, say, when_user_text
from seatrial_provider.chat.request import as_responses_body, check_options
from seatrial_provider.unsound import INVALID_TYPE, INVALID_VALUE, MISSING, UnsoundBodyError

if TYPE_CHECKING:
    from tests.provider.conftest import JsonObject, Recorded, Run, Send

    from seatrial_provider import RecordedRequest

PATH = "/v1/chat/completions"
CALL = {"id": "c1", "type": "function", "function": {"name": "exec_command", "arguments": "{}"}}
CUSTOM = {"id": "c2", "type": "custom", "custom": {"name": "patch", "input": "*** Begin"}}
PNG = "data:image/png;base64,aW1n"

MESSAGES: list[JsonObject] = [
    {"role": "system", "content": "be brief"},
    {"role": "developer", "content": [{"type": "text", "text": "be kind"}]},
    {
        "role": "user",
        "content": [
            {"type": "text", "text": "look"},
            {"type": "image_url", "image_url": {"url": PNG, "detail": "low"}},
            {"type": "file", "file": {"file_data": "aQ==", "filename": "a.pdf"}},
            {"type": "input_audio", "input_audio": {"data": "aQ==", "format": "wav"}},
        ],
    },
    {"role": "assistant", "content": "well", "reasoning_content": "hm", "tool_calls": [CALL]},
    {"role": "tool", "tool_call_id": "c1", "content": "ran"},
    {"role": "assistant", "content": None, "tool_calls": [CUSTOM]},
    {"role": "tool", "tool_call_id": "c2", "content": [{"type": "text", "text": "done"}]},
    {"role": "assistant", "content": None, "refusal": "no more"},
    {"role": "user", "content": "please"},
]


@pytest.fixture
def asked(recorded: Recorded, chat_tools: list[JsonObject]) -> RecordedRequest:
    return recorded({"model": "m", "messages": MESSAGES, "tools": chat_tools}, path=PATH)


def test_the_texts_and_the_instructions_are_found_by_role(asked: RecordedRequest) -> None:
    assert asked.instructions_text() == "be brief\nbe kind"
    assert asked.message_input_texts("user") == ["look", "please"]
    assert asked.message_input_texts("assistant") == ["well"]
    assert asked.last_user_text() == "please"


def test_images_and_files_are_found_by_role(asked: RecordedRequest) -> None:
    assert asked.message_input_images("user") == [
        {"type": "input_image", "image_url": PNG, "detail": "low"}
    ]
    assert asked.message_input_files("user") == [
        {"type": "input_file", "file_data": "aQ==", "filename": "a.pdf"}
    ]
    assert asked.message_input_images("assistant") == []


def test_calls_and_their_outputs_are_found_by_id(asked: RecordedRequest) -> None:
    assert asked.call_ids() == ["c1", "c2"]
    assert asked.function_call_output_text("c1") == "ran"
    assert asked.function_call_output_text("c2") == "done"
    types = [item["type"] for item in asked.input]
    assert types[3:8] == [
        "reasoning",
        "message",
        "function_call",
        "function_call_output",
        "custom_tool_call",
    ]
    assert types[8] == "custom_tool_call_output"


def test_tools_are_read_in_the_shape_of_the_responses_api(asked: RecordedRequest) -> None:
    assert asked.offered_tools() == ["exec_command", "patch"]
    function, custom = asked.tools
    assert function["type"] == "function"
    assert "cmd" in function["parameters"]["properties"]
    assert custom == {"type": "custom", "name": "patch"}


def test_the_grammar_of_a_custom_tool_is_read_flat() -> None:
    grammar = {"syntax": "lark", "definition": "start: /.+/"}
    tool = {"name": "p", "format": {"type": "grammar", "grammar": grammar}}
    body = {"messages": MESSAGES, "tools": [{"type": "custom", "custom": tool}]}
    assert as_responses_body(body)["tools"][0]["format"] == {"type": "grammar", **grammar}


def test_the_conditions_and_the_invariants_work_on_chat(run: Run, send: Send, chat: Any) -> None:
    async def main() -> None:
        async with Provider() as provider:
            provider.script(
                reply(say("b"), when=when_user_text("second")),
                reply(say("a"), when=when_user_text("first")),
            )
            url = f"{provider.base_url}/chat/completions"
            await send(url, chat("the first"))
            messages = [{"role": "user", "content": "go"}, MESSAGES[3], MESSAGES[8]]
            await send(url, chat(messages=[*messages, {"role": "user", "content": "second"}]))
            assert [request.reply_number for request in provider.requests] == [2, 1]
            kinds = [(p.kind, "'call-has-output'" in p.message) for p in provider.verify()]
            assert kinds == [("invariant", True)]

    run(main())


def unsound(place: str, **members: Any) -> Any:
    return pytest.param(place, members, id=place)


@pytest.mark.parametrize(
    ("place", "members"),
    [
        unsound("messages", messages=None),
        unsound("messages", messages="hi"),
        unsound("messages", messages=[]),
        unsound("messages[0]", messages=["hi"]),
        unsound("messages[0].role", messages=[{"content": "a"}]),
        unsound("messages[0].role", messages=[{"role": "critic", "content": "a"}]),
        unsound("messages[0].content", messages=[{"role": "user"}]),
        unsound("messages[0].content[0]", messages=[{"role": "user", "content": ["a"]}]),
        unsound(
            "messages[0].content[0].type",
            messages=[{"role": "user", "content": [{"type": "video"}]}],
        ),
        unsound(
            "messages[0].content[0].image_url",
            messages=[{"role": "user", "content": [{"type": "image_url", "image_url": PNG}]}],
        ),
        unsound("messages[0].tool_call_id", messages=[{"role": "tool", "content": "a"}]),
        unsound("messages[0].refusal", messages=[{"role": "assistant", "refusal": 1}]),
        unsound("messages[0].tool_calls", messages=[{"role": "assistant", "tool_calls": {}}]),
        unsound(
            "messages[0].tool_calls[0].id", messages=[{"role": "assistant", "tool_calls": [{}]}]
        ),
        unsound(
            "messages[0].tool_calls[0].type",
            messages=[{"role": "assistant", "tool_calls": [{"id": "a", "type": "b"}]}],
        ),
        unsound(
            "messages[0].tool_calls[0].function.arguments",
            messages=[
                {"role": "assistant", "tool_calls": [{"id": "a", "function": {"name": "b"}}]}
            ],
        ),
        unsound(
            "messages[0].function_call",
            messages=[{"role": "assistant", "function_call": {"name": "a", "arguments": "{}"}}],
        ),
        unsound("functions", functions=[{"name": "a"}]),
        unsound("tools", tools={}),
        unsound("tools[0].type", tools=[{"type": "web_search"}]),
        unsound("tools[0].function", tools=[{"type": "function", "name": "a"}]),
        unsound("tools[0].function.name", tools=[{"type": "function", "function": {}}]),
        unsound("n", n=2),
        unsound("model", model=1),
        unsound("stream", stream="yes"),
        unsound("stream_options", stream_options=True),
        unsound("stream_options", stream_options={"include_usage": True}, stream=False),
    ],
)
def test_an_unsound_request_is_refused_with_its_place(
    place: str, members: JsonObject, run: Run, send: Send, chat: Any
) -> None:
    async def main() -> None:
        async with Provider() as provider:
            wire = await send(f"{provider.base_url}/chat/completions", chat(**members))
            assert wire.status == 400
            error = wire.json()["error"]
            assert error["param"] == place
            assert error["code"] in (MISSING, INVALID_TYPE, INVALID_VALUE)
            assert error["type"] == "invalid_request_error"
            assert [problem.kind for problem in provider.verify()] == ["bad-request"]

    run(main())


JSON: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["role", "content", "type", "text", "tool_calls", "id", "function"]),
            inner | st.sampled_from(["user", "assistant", "tool", "text", "function"]),
        )
    ),
    max_leaves=8,
)


@given(messages=JSON, tools=JSON, n=JSON, options=JSON, stream=JSON)
def test_whatever_arrives_is_read_or_refused(**body: Any) -> None:
    with suppress(UnsoundBodyError):
        read = as_responses_body(body)
        assert len(read["input"]) >= 1
        check_options(body)
