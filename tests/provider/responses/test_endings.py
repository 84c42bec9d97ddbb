"""How a reply ends: well, early, in an error, and after how much of it; its tokens and headers."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import openai
import pytest

from seatrial_provider import (
    Completed,
    Failed,
    Gate,
    Incomplete,
    Provider,
    ScriptError,
    StreamError,
    Usage,
    reply,
    run_command,
    say,
    think,
)

if TYPE_CHECKING:
    from tests.provider.conftest import Ask, Run, Send
    from tests.provider.responses.conftest import StreamOf

    from seatrial_provider import Ending


def types(events: list[dict[str, Any]]) -> list[str]:
    return [event["type"].removeprefix("response.") for event in events]


def test_an_incomplete_response_says_why_and_its_last_item_is_incomplete(
    stream_of: StreamOf,
) -> None:
    events = stream_of(reply(say("one"), say("tw"), ending=Incomplete("content_filter")))
    response = events[-1]["response"]
    assert events[-1]["type"] == "response.incomplete"
    assert response["incomplete_details"] == {"reason": "content_filter"}
    assert [item["status"] for item in response["output"]] == ["completed", "incomplete"]
    assert response["usage"]["total_tokens"] == 12


def test_a_failed_response_has_the_error_and_the_items_that_were_done(stream_of: StreamOf) -> None:
    ending = Failed("rate_limit_exceeded", "slow down", after_items=1)
    events = stream_of(reply(say("one"), say("unsaid"), ending=ending))
    response = events[-1]["response"]
    assert (events[-1]["type"], response["status"]) == ("response.failed", "failed")
    assert response["error"] == {"code": "rate_limit_exceeded", "message": "slow down"}
    assert [item["content"][0]["text"] for item in response["output"]] == ["one"]
    assert response["usage"] is None


@pytest.mark.parametrize("ending", [Failed, StreamError])
def test_a_breaking_ending_comes_after_so_many_events(
    ending: type[Failed | StreamError], stream_of: StreamOf
) -> None:
    whole = types(stream_of(reply(say("one two three"))))[:-1]
    for count in (0, 1, 5, len(whole), 99):
        broken = types(stream_of(reply(say("one two three"), ending=ending(after_events=count))))
        assert broken[:-1] == whole[:count]
        assert broken[-1] == ending.EVENT.removeprefix("response.")


def test_a_breaking_ending_comes_after_so_many_items(stream_of: StreamOf) -> None:
    for count in (0, 1, 2, 9):
        ending = StreamError("oops", "gone", after_items=count)
        events = stream_of(reply(say("one"), run_command("two"), ending=ending))
        assert types(events).count("output_item.done") == min(count, 2)
        assert events[-1] == {
            "type": "error",
            "code": "oops",
            "message": "gone",
            "param": None,
            "sequence_number": len(events) - 1,
        }


@pytest.mark.parametrize("place", [{"after_items": 1, "after_events": 1}, {"after_events": -1}])
def test_a_place_that_cannot_be_found_is_refused(place: dict[str, Any]) -> None:
    with pytest.raises(ScriptError, match="after_items or after_events"):
        Failed(**place)


@pytest.mark.parametrize(
    "counts", [{"output_tokens": -1}, {"cached_tokens": 9}, {"reasoning_tokens": 5}]
)
def test_usage_that_does_not_add_up_is_refused(counts: dict[str, int]) -> None:
    with pytest.raises(ScriptError, match="does not add up"):
        Usage(**counts)


def test_a_queued_reply_begins_in_the_queue(stream_of: StreamOf) -> None:
    for events in (
        stream_of(reply(say("hi"), queued=True)),
        stream_of(reply(say("hi")), background=True),
    ):
        assert types(events)[:3] == ["created", "queued", "in_progress"]
        statuses = [event["response"]["status"] for event in events[:3]]
        assert statuses == ["queued", "queued", "in_progress"]


def test_encrypted_reasoning_is_there_if_the_request_includes_it(
    run: Run, send: Send, ask: Ask
) -> None:
    async def main() -> None:
        async with Provider() as provider:
            provider.script(reply(think("a")), reply(think("a")), reply(think(encrypted="mine")))
            sent = []
            for include in ([], ["reasoning.encrypted_content"], ["reasoning.encrypted_content"]):
                body = ask(stream=False, include=include)
                wire = await send(f"{provider.base_url}/responses", body)
                sent.append(wire.json()["output"][0].get("encrypted_content"))
            assert sent == [None, "encrypted-rs_0002_0", "mine"]

    run(main())


def test_the_sdk_understands_every_ending(run: Run) -> None:
    async def main() -> None:
        async with (
            Provider() as provider,
            openai.AsyncOpenAI(base_url=provider.base_url, api_key="none", max_retries=0) as client,
        ):
            usage = Usage(input_tokens=90, cached_tokens=64, output_tokens=9, reasoning_tokens=5)
            failed = Failed("server_error", "broken")
            provider.script(
                reply(say("well"), usage=usage),
                reply(say("earl"), ending=Incomplete()),
                reply(say("lost"), ending=failed),
                reply(say("lost"), ending=StreamError("server_error", "gone")),
            )
            completed = await client.responses.create(model="m", input="a")
            assert completed.usage is not None
            assert completed.usage.input_tokens_details.cached_tokens == 64
            assert completed.usage.output_tokens_details.reasoning_tokens == 5
            incomplete = await client.responses.create(model="m", input="b")
            assert incomplete.incomplete_details is not None
            assert incomplete.incomplete_details.reason == "max_output_tokens"
            assert (await client.responses.create(model="m", input="c")).error is not None
            with pytest.raises(openai.InternalServerError, match="gone"):
                await client.responses.create(model="m", input="d")
            assert provider.verify() == []

    run(main())


def test_the_headers_are_those_of_the_api_and_the_replys_own(
    run: Run, send: Send, ask: Ask
) -> None:
    async def main() -> None:
        async with Provider() as provider:
            given = {"X-RateLimit-Remaining-Requests": "0", "x-own": "1", "X-Request-Id": "mine"}
            provider.script(reply(say("hi"), headers=given), reply(say("hi"), headers=given))
            for stream in (True, False):
                wire = await send(f"{provider.base_url}/responses", ask(stream=stream))
                assert wire.headers["x-ratelimit-limit-requests"] == "10000"
                assert wire.headers["x-ratelimit-remaining-requests"] == "0"
                assert wire.headers["openai-version"] == "2020-10-01"
                assert (wire.headers["x-own"], wire.headers["x-request-id"]) == ("1", "mine")

    run(main())


@pytest.mark.parametrize(
    "options",
    [{"ending": "failed"}, {"ending": Failed}, {"usage": 3}, {"endings": Failed()}],
)
def test_an_option_that_is_none_is_refused(options: dict[str, Any]) -> None:
    with pytest.raises(ScriptError, match=r"of a reply is of another kind|does not have"):
        reply(say("hi"), **options)


@pytest.mark.parametrize(
    "headers", [{"a b": "c"}, {"a": "b\r\nc: d"}, {"a": "漢"}, {"Content-Length": "3"}, {"a": 3}]
)
def test_a_header_that_cannot_be_sent_is_refused(headers: dict[str, Any]) -> None:
    with pytest.raises(ScriptError, match="cannot be sent"):
        reply(say("hi"), headers=headers)


@pytest.mark.parametrize("ending", [Completed(), Failed(), Incomplete(), StreamError()])
def test_a_gate_holds_before_the_last_event(ending: Ending, run: Run, send: Send, ask: Ask) -> None:
    async def main() -> None:
        async with Provider() as provider:
            gate = Gate("the end")
            provider.script(reply(say("hi"), ending=ending, gates={ending.EVENT: gate}))
            sending = asyncio.create_task(send(f"{provider.base_url}/responses", ask()))
            await gate.reached()
            gate.release()
            assert (await sending).types()[-1] == ending.EVENT
            assert provider.verify() == []

    run(main())
