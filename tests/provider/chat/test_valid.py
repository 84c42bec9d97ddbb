"""Every chunk and every plain object is of the SDK's class, keeps the rules, and says the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from openai.types.chat import ChatCompletion, ChatCompletionChunk

from seatrial_provider import Incomplete, Provider, reply, say
from seatrial_provider.chat.accumulate import message_of
from seatrial_provider.chat.oracle import DONE, check_chat_stream

if TYPE_CHECKING:
    from tests.provider.chat.conftest import ChunksOf
    from tests.provider.conftest import JsonObject, Run, Send, Unknown

    from seatrial_provider import Reply

EXTENSIONS = {"reasoning_content", "annotations"}
"""What servers send in chunks, or in messages, and the SDK's classes do not have."""


def without_custom_calls(chunk: JsonObject) -> JsonObject:
    """Takes out the pieces of custom calls: the SDK's class of chunks has only functions."""
    choices = []
    for choice in chunk["choices"]:
        pieces = choice["delta"].get("tool_calls", [])
        kept = [piece for piece in pieces if "custom" not in piece]
        choices.append({**choice, "delta": {**choice["delta"], "tool_calls": kept}})
    return {**chunk, "choices": choices}


@pytest.mark.parametrize("asks", [False, True])
def test_each_chunk_is_of_its_class_and_has_no_other_field(
    shape: Reply, asks: bool, chunks_of_reply: ChunksOf, unknown: Unknown
) -> None:
    data = chunks_of_reply(shape, include_usage=asks)
    chunks = [one for one in data if isinstance(one, dict) and "error" not in one]
    for chunk in map(without_custom_calls, chunks):
        assert set(unknown(chunk, ChatCompletionChunk)) <= EXTENSIONS
    assert all(("usage" in chunk) == asks for chunk in chunks)


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
    shape: Reply, run: Run, send: Send, chat: Any, unknown: Unknown
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
            assert_same(provider.requests[0].events, plain.json(), plain.status, unknown)
            assert wire.body.endswith(b"data: [DONE]\n\n") == (plain.status == 200)

    run(main())


def assert_same(chunks: list[JsonObject], plain: JsonObject, status: int, unknown: Unknown) -> None:
    if "error" in chunks[-1]:
        assert status == 500
        assert plain["error"]["code"] == chunks[-1]["error"]["code"]
        return
    assert set(unknown(plain, ChatCompletion)) <= EXTENSIONS
    (choice,) = plain["choices"]
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


def test_a_misspelt_field_would_be_found(unknown: Unknown, chunks_of_reply: ChunksOf) -> None:
    chunk = chunks_of_reply(reply(say("a")))[1]
    assert isinstance(chunk, dict)
    chunk["choices"][0]["delta"]["contents"] = "a"
    assert unknown(chunk, ChatCompletionChunk) == ["contents"]
