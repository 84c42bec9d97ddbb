"""Replies that are composed at random are correct and valid too."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import openai.types.responses as sdk
import pydantic
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from seatrial_provider import (
    Completed,
    Failed,
    Flavour,
    Incomplete,
    StreamError,
    Usage,
    output,
    refuse,
    reply,
    run_command,
    say,
    think,
)
from seatrial_provider.responses.items import split_characters, split_words
from seatrial_provider.responses.oracle import check_responses_stream

if TYPE_CHECKING:
    from tests.provider.responses.conftest import StreamOf

    from seatrial_provider import Ending, Intent

EVENT: pydantic.TypeAdapter[Any] = pydantic.TypeAdapter(sdk.ResponseStreamEvent)

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
filled = texts.filter(bool)


def pieces(whole: list[str]) -> Intent:
    return say("".join(whole), deltas=whole)


intents = st.one_of(
    st.builds(say, texts),
    st.lists(filled, max_size=4).map(pieces),
    st.builds(refuse, texts),
    st.builds(think, st.lists(texts, max_size=3), raw=st.lists(texts, max_size=3)),
    st.builds(run_command, filled),
    filled.map(lambda text: output("custom_tool_call", {"name": "t", "input": text})),
    st.lists(texts).map(lambda lines: output("shell_call", {"commands": lines})),
    texts.map(
        lambda text: output(
            "mcp_call", {"server_label": "s", "name": "n", "arguments": json.dumps(text)}
        )
    ),
    texts.map(lambda text: output("code_interpreter_call", {"code": text, "container_id": "c"})),
)
counts = st.none() | st.integers(1, 30)
endings: st.SearchStrategy[Ending] = st.one_of(
    st.just(Completed()),
    st.just(Incomplete()),
    st.builds(Failed, after_events=counts),
    st.builds(Failed, after_items=counts),
    st.builds(StreamError, after_events=counts),
)
usages = st.builds(Usage, input_tokens=st.integers(0, 9**9), output_tokens=st.integers(0, 9**9))


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    said=st.lists(intents, min_size=1, max_size=4),
    ending=endings,
    usage=usages,
    flavour=st.sampled_from(Flavour),
)
def test_whatever_is_said_however_it_ends_the_stream_is_correct(
    said: list[Intent], ending: Ending, usage: Usage, flavour: Flavour, stream_of: StreamOf
) -> None:
    scripted = reply(*said, ending=ending, usage=usage)
    for event in stream_of(scripted):
        EVENT.validate_python(event)
    events: list[Any] = stream_of(scripted, flavour)
    mark = ["[DONE]"] if flavour is Flavour.OPEN else []
    assert check_responses_stream([*events, *mark], flavour=flavour) == []


def test_a_long_text_comes_in_several_deltas_and_a_short_one_in_one() -> None:
    assert split_words("done") == ["done"]
    assert split_words("one two three four five") == ["one two ", "three four ", "five"]


@settings(max_examples=60)
@given(st.text())
def test_deltas_join_to_the_text_and_none_is_empty(text: str) -> None:
    for split in (split_words, split_characters):
        assert "".join(split(text)) == text
        assert "" not in split(text)
