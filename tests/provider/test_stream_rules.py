"""Everything the provider streams keeps the rules and fits the SDK's own event classes."""

from __future__ import annotations

import typing
from typing import TYPE_CHECKING, Any

import openai.types.responses as sdk
import pydantic
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seatrial_provider import Provider, reply, run_command, say
from seatrial_provider.responses.items import split_words
from seatrial_provider.responses.oracle import check_stream

if TYPE_CHECKING:
    from tests.provider.conftest import Ask, JsonObject, Run, Send

    from seatrial_provider import Intent

# The published description of the API requires `name`; the SDK's class does not list it.
KNOWN_EXTRAS = {("response.function_call_arguments.done", "name")}

SHAPES: dict[str, tuple[Intent, ...]] = {
    "short text": (say("done"),),
    "long text": (say("one two three four five six seven eight nine ten " * 5),),
    "empty text": (say(""),),
    "blank text": (say(" \n "),),
    "text beyond ASCII": (say("naïve 漢字 🚢\u2028 end"),),
    "command": (run_command("echo hi"),),
    "escalated command": (run_command("touch a", escalated=True, justification="must write"),),
    "command beyond ASCII": (run_command("echo 'é漢🚢'", workdir="/w", call_id="c1"),),
    "text and two commands": (say("first"), run_command("echo 1"), run_command("echo 2")),
}


def event_classes() -> dict[str, type[pydantic.BaseModel]]:
    union, *_ = typing.get_args(sdk.ResponseStreamEvent)
    return {
        typing.get_args(member.model_fields["type"].annotation)[0]: member
        for member in typing.get_args(union)
    }


CLASSES = event_classes()


def extras(value: Any) -> list[str]:
    """Returns the names of all fields that the SDK's classes do not know, at any depth."""
    if isinstance(value, pydantic.BaseModel):
        own = list(value.model_extra or {})
        fields = [getattr(value, name) for name in type(value).model_fields]
        return own + [name for field in fields for name in extras(field)]
    if isinstance(value, dict):
        return [name for member in value.values() for name in extras(member)]
    if isinstance(value, list):
        return [name for member in value for name in extras(member)]
    return []


def unknown_fields(event: JsonObject) -> list[str]:
    parsed = CLASSES[event["type"]].model_validate(event, strict=True)
    return [name for name in extras(parsed) if (event["type"], name) not in KNOWN_EXTRAS]


@pytest.mark.parametrize(
    ("shape", "tool"),
    [
        (shape, tool)
        for shape in SHAPES
        for tool in ("exec_command", "shell", "shell_command", "local_shell")
        if (shape, tool) != ("escalated command", "local_shell")  # which has no words for it
    ],
)
def test_a_stream_is_correct_and_of_known_fields(
    shape: str, tool: str, run: Run, send: Send, ask: Ask, tools: dict[str, JsonObject]
) -> None:
    intents = SHAPES[shape]

    async def main() -> None:
        async with Provider() as provider:
            provider.script(reply(*intents))
            body = ask(tools=[tools[tool]])
            wire = await send(f"{provider.base_url}/responses", body)
            frames = wire.frames()
            events = [frame.data for frame in frames]
            assert check_stream(events, names=[frame.name for frame in frames]) == []
            assert [unknown_fields(event) for event in events] == [[]] * len(events)
            assert [e["sequence_number"] for e in events] == list(range(len(events)))
            assert len(events[-1]["response"]["output"]) == len(intents)
            assert events == provider.requests[0].events
            assert provider.verify() == []

    run(main())


def test_a_misspelt_field_would_be_found() -> None:
    part = {"type": "output_text", "text": "", "annotations": [], "anotations": []}
    event = {
        "type": "response.content_part.added",
        "content_index": 0,
        "output_index": 0,
        "item_id": "msg_1",
        "sequence_number": 0,
        "part": part,
    }
    assert unknown_fields(event) == ["anotations"]


def test_a_long_text_comes_in_several_deltas_and_a_short_one_in_one() -> None:
    assert split_words("done") == ["done"]
    assert split_words("one two three four five") == ["one two ", "three four ", "five"]


@settings(deadline=None, max_examples=60)
@given(st.text())
def test_deltas_join_to_the_text_and_none_is_empty(text: str) -> None:
    pieces = split_words(text)
    assert "".join(pieces) == text
    assert "" not in pieces
