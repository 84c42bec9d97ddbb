"""The opinions of others find what the rules of a stream do not look at, and say where it is."""

from __future__ import annotations

import copy
import sys
from typing import TYPE_CHECKING, Any

import pytest
from tests.provider.published import published

from seatrial_provider import ScriptError, reply, say
from seatrial_provider.errors import MissingPackageError
from seatrial_provider.opinions import check_against_description, check_against_sdk
from seatrial_provider.opinions import sdk as sdk_opinion
from seatrial_provider.wire.sse import encode_all

if TYPE_CHECKING:
    from tests.provider.conftest import JsonObject
    from tests.provider.responses.conftest import StreamOf

CHUNK: JsonObject = {
    "id": "chatcmpl-1",
    "object": "chat.completion.chunk",
    "created": 1,
    "model": "m",
    "choices": [{"index": 0, "delta": {"content": "a"}, "finish_reason": None}],
}

_OR_NULL = {"type": "object", "enum": [{}], "nullable": True}

DESCRIPTION: JsonObject = {
    "components": {
        "schemas": {
            "ResponseStreamEvent": {"anyOf": [{"$ref": "#/components/schemas/Delta"}]},
            "Delta": {
                "type": "object",
                "required": ["delta"],
                "properties": {
                    "type": {"type": "string", "enum": ["response.output_text.delta"]},
                    "delta": {"$ref": "#/components/schemas/Text"},
                },
            },
            "Text": {"type": "string"},
            "CreateChatCompletionStreamResponse": {
                "type": "object",
                "properties": {"id": {"type": "string"}, "usage": _OR_NULL},
            },
        }
    }
}


@pytest.fixture
def events(stream_of: StreamOf) -> list[JsonObject]:
    return [copy.deepcopy(event) for event in stream_of(reply(say("hello")))]


def told(misfits: list[Any]) -> list[tuple[str, str]]:
    return [(misfit.type.removeprefix("response."), misfit.path) for misfit in misfits]


def test_a_field_that_is_misspelt_is_found_at_any_depth(events: list[JsonObject]) -> None:
    events[3]["part"]["anotations"] = []
    events[-1]["response"]["output"][0]["content"][0]["txt"] = "a"
    assert told(check_against_sdk(events)) == [
        ("content_part.added", "part.anotations"),
        ("completed", "response.output[0].content[0].txt"),
    ]


def test_a_value_of_a_wrong_type_is_told_once_and_where_it_is(events: list[JsonObject]) -> None:
    events[4]["delta"] = 3
    events[-2]["item"]["content"][0]["text"] = None
    assert told(check_against_sdk(encode_all(events))) == [
        ("output_text.delta", "delta"),
        ("output_item.done", "item.content[0].text"),
    ]


def test_a_field_that_is_missing_is_found(events: list[JsonObject]) -> None:
    del events[4]["item_id"]
    (misfit,) = check_against_sdk(events)
    assert str(misfit) == "event 4 (response.output_text.delta) item_id: Field required"


def test_a_type_that_nobody_knows_is_found(events: list[JsonObject]) -> None:
    events[1]["type"] = "response.under_way"
    assert told(check_against_sdk(events)) == [("under_way", "")]
    assert "does not know this type" in str(check_against_sdk(events)[0])


def test_fields_can_be_allowed(events: list[JsonObject]) -> None:
    events[0]["response"]["conduct"] = "good"
    assert check_against_sdk(events, allow={"conduct", "store"}) == []


def test_a_chunk_of_chat_is_judged_too() -> None:
    assert check_against_sdk([CHUNK, "[DONE]"]) == []
    wrong = {**CHUNK, "choices": [{"index": "0", "delta": {"context": "a"}}]}
    assert told(check_against_sdk([wrong])) == [("chat.completion.chunk", "choices[0].index")]
    unknown = {**CHUNK, "choices": [{"index": 0, "delta": {"context": "a"}}]}
    assert told(check_against_sdk([unknown]))[0][1] == "choices[0].delta.context"
    call = {"index": 0, "type": "custom"}
    other = {**CHUNK, "choices": [{"index": 0, "delta": {"tool_calls": [call]}}]}
    assert told(check_against_sdk([other]))[0][1] == "choices[0].delta.tool_calls[0].type"


def test_a_whole_answer_is_judged_too() -> None:
    chat = {"object": "chat.completion", "id": 3}
    response = {"object": "response", "id": 3}
    for type_, whole in (("chat.completion", chat), ("response", response)):
        assert (type_, "id") in told(check_against_sdk([whole]))
        assert (type_, "id") in told(check_against_description([whole], published()))


def test_without_the_sdk_it_is_told_what_to_install(
    monkeypatch: pytest.MonkeyPatch, events: list[JsonObject]
) -> None:
    sdk_opinion._classes.cache_clear()
    monkeypatch.setitem(sys.modules, "openai.types.chat", None)
    with pytest.raises(MissingPackageError) as raised:
        check_against_sdk(events)
    assert raised.value.remedy == "Install it: pip install openai"


def test_a_description_is_held_against_the_events_that_it_has() -> None:
    delta = {"type": "response.output_text.delta", "delta": 3}
    misfits = check_against_description([delta, {"type": "other"}, {**CHUNK, "id": 1}], DESCRIPTION)
    assert [(one.position, one.path, one.message) for one in misfits] == [
        (0, "delta", "3 is not of type 'string'"),
        (1, "", "the description does not have this type of event"),
        (2, "id", "1 is not of type 'string'"),
    ]
    assert check_against_description([{**delta, "delta": "a"}, CHUNK], DESCRIPTION) == []


def test_null_is_allowed_where_a_description_says_nullable_as_its_older_version_did() -> None:
    for usage, found in ((None, []), ({}, []), (3, ["usage", "usage"])):
        misfits = check_against_description([{**CHUNK, "usage": usage}], DESCRIPTION)
        assert [misfit.path for misfit in misfits] == found
    null = {"type": "response.output_text.delta", "delta": None}
    assert len(check_against_description([null], DESCRIPTION)) == 1


@pytest.mark.parametrize("other", [{}, {"components": {"schemas": {"Pet": {}}}}])
def test_a_description_of_something_else_is_refused(other: JsonObject) -> None:
    with pytest.raises(ScriptError, match="does not describe the events"):
        check_against_description([], other)
