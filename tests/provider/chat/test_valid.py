"""Every chunk and plain object is as others wrote it down, keeps the rules, and says the same.

The others are the types of the `openai` SDK, and the description that OpenAI publishes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.provider.published import published_and_closed

from seatrial_provider import Incomplete, Provider, reply, say
from seatrial_provider.chat.accumulate import message_of
from seatrial_provider.chat.oracle import DONE, check_chat_stream
from seatrial_provider.opinions import Misfit, check_against_description, check_against_sdk

if TYPE_CHECKING:
    from tests.provider.chat.conftest import ChunksOf
    from tests.provider.conftest import JsonObject, Run, Send

    from seatrial_provider import Reply

EXTENSIONS = {"reasoning_content", "reasoning", "annotations"}
"""What servers send in chunks, or in messages, and nobody wrote down."""

NOT_DESCRIBED = "('cache_write_tokens' was unexpected)"
"""The one member that the SDK has and the published description does not have yet."""

FORMS: list[dict[str, Any]] = [
    {},
    {"include_usage": True},
    {"whole_calls": True},
    {"reasoning": "reasoning"},
    {"reasoning": None},
]


def as_written_down(chunk: JsonObject) -> JsonObject:
    """Takes the extensions out of a chunk; calls of custom tools are one: a chunk has functions."""
    choices = []
    for choice in chunk["choices"]:
        delta = without_extensions(choice["delta"])
        if "tool_calls" in delta:
            pieces = delta["tool_calls"]
            delta["tool_calls"] = [piece for piece in pieces if "custom" not in piece]
        choices.append({**choice, "delta": delta})
    return {**chunk, "choices": choices}


def without_extensions(said: JsonObject) -> JsonObject:
    return {name: value for name, value in said.items() if name not in EXTENSIONS}


def misfits(answers: list[JsonObject]) -> list[Misfit]:
    """What does not fit, a member that others do not know too."""
    described = check_against_description(answers, published_and_closed())
    known = [misfit for misfit in described if NOT_DESCRIBED not in misfit.message]
    return [*check_against_sdk(answers), *known]


@pytest.mark.parametrize("form", FORMS, ids=str)
def test_each_chunk_is_as_others_wrote_it_down_and_has_no_other_field(
    shape: Reply, form: dict[str, Any], chunks_of_reply: ChunksOf
) -> None:
    data = chunks_of_reply(shape, **form)
    chunks = [one for one in data if isinstance(one, dict) and "error" not in one]
    assert misfits([as_written_down(chunk) for chunk in chunks]) == []
    assert all(("usage" in chunk) == ("include_usage" in form) for chunk in chunks)


@pytest.mark.parametrize("asks", [False, True])
def test_each_stream_keeps_the_rules(shape: Reply, asks: bool, chunks_of_reply: ChunksOf) -> None:
    data = chunks_of_reply(shape, include_usage=asks)
    assert check_chat_stream(data, usage_asked=asks) == []


def test_with_whole_calls_it_keeps_the_rules_and_says_the_same(
    shape: Reply, chunks_of_reply: ChunksOf
) -> None:
    whole, pieces = (chunks_of_reply(shape, whole_calls=one) for one in (True, False))
    assert check_chat_stream(whole, usage_asked=False) == []
    said = [message_of(one for one in data if isinstance(one, dict)) for data in (whole, pieces)]
    assert said[0] == said[1]


def test_over_the_wire_it_keeps_the_rules_and_adds_up_to_the_plain_answer(
    shape: Reply, run: Run, send: Send, chat: Any
) -> None:
    async def main() -> None:
        async with Provider() as provider:
            provider.script(shape, shape)
            url = f"{provider.base_url}/chat/completions"
            options = {"include_usage": True}
            wire = await send(url, chat(stream_options=options))
            plain = await send(url, chat(stream=False))
            assert wire.headers["content-type"] == "text/event-stream; charset=utf-8"
            assert check_chat_stream(wire.body, usage_asked=True) == []
            assert provider.verify() == []
            assert_same(provider.requests[0].events, plain.json(), plain.status)
            assert wire.body.endswith(b"data: [DONE]\n\n") == (plain.status == 200)

    run(main())


def assert_same(chunks: list[JsonObject], plain: JsonObject, status: int) -> None:
    if "error" in chunks[-1]:
        assert status == 500
        assert plain["error"]["code"] == chunks[-1]["error"]["code"]
        return
    (choice,) = plain["choices"]
    written = {**choice, "message": without_extensions(choice["message"])}
    assert misfits([{**plain, "choices": [written]}]) == []
    ids = str(message_of(chunks)).replace("_0001_", "_0002_")
    assert str(choice["message"]) == ids
    assert choice["finish_reason"] == chunks[-2]["choices"][0]["finish_reason"]
    assert plain["usage"] == chunks[-1]["usage"]


@pytest.mark.parametrize(
    ("reason", "said"),
    [("max_output_tokens", "length"), ("content_filter", "content_filter"), ("other", "other")],
)
def test_an_incomplete_reply_says_why_in_its_finish_reason(
    reason: str, said: str, chunks_of_reply: ChunksOf
) -> None:
    *_, last, done = chunks_of_reply(reply(say("a"), ending=Incomplete(reason)))
    assert done == DONE
    assert isinstance(last, dict)
    assert last["choices"][0]["finish_reason"] == said


def test_a_misspelt_field_would_be_found(chunks_of_reply: ChunksOf) -> None:
    chunk = chunks_of_reply(reply(say("a")))[1]
    assert isinstance(chunk, dict)
    chunk["choices"][0]["delta"]["contents"] = "a"
    assert [misfit.path for misfit in misfits([chunk])] == [
        "choices[0].delta.contents",
        "choices[0].delta",
    ]
