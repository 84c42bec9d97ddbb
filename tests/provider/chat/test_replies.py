"""How a reply is said in chat: its pieces, its gates, what it cannot say, what the SDK reads."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import openai
import pytest

from seatrial_provider import (
    FileCitation,
    Gate,
    Provider,
    ScriptError,
    output,
    raw_event,
    reply,
    run_command,
    say,
    think,
)
from seatrial_provider.chat.accumulate import message_of
from seatrial_provider.chat.expressible import CHECKS
from seatrial_provider.faults import HttpError
from seatrial_provider.responses.items import ITEMS

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.provider.chat.conftest import ChunksOf
    from tests.provider.conftest import JsonObject, Run, Send

    from seatrial_provider import Intent

SAYABLE = {"message", "refusal", "reasoning", "function_call", "custom_tool_call"}
PATCH = output("custom_tool_call", {"name": "patch", "input": "*** Begin"})


def deltas(data: list[Any]) -> list[JsonObject]:
    return [one["choices"][0]["delta"] for one in data if isinstance(one, dict) and one["choices"]]


def test_the_role_comes_first_and_the_text_in_the_deltas_of_the_script(
    chunks_of_reply: ChunksOf,
) -> None:
    data = chunks_of_reply(reply(say("a b c", deltas=["a", " b ", "c"])))
    begin, *texts, end = deltas(data)
    assert begin == {"role": "assistant", "content": "", "refusal": None}
    assert texts == [{"content": "a"}, {"content": " b "}, {"content": "c"}]
    assert end == {}


def test_a_call_begins_with_its_id_and_name_and_goes_on_by_its_index(
    chunks_of_reply: ChunksOf,
) -> None:
    data = chunks_of_reply(reply(run_command("echo 1"), run_command("echo 2", call_id="mine")))
    begin, *pieces = [delta["tool_calls"][0] for delta in deltas(data)[1:-1]]
    function = {"name": "exec_command", "arguments": ""}
    assert begin == {"index": 0, "id": "call_0001_0", "type": "function", "function": function}
    heads = [piece for piece in pieces if "id" in piece]
    assert [(head["index"], head["id"]) for head in heads] == [(1, "mine")]
    rest = [piece for piece in pieces if "id" not in piece]
    assert {tuple(piece) for piece in rest} == {("index", "function")}
    calls = message_of(one for one in data if isinstance(one, dict))["tool_calls"]
    assert [call["function"]["arguments"] for call in calls] == [
        '{"cmd": "echo 1"}',
        '{"cmd": "echo 2"}',
    ]


def test_a_call_can_come_whole(run: Run, send: Send, chat: Any) -> None:
    async def main() -> None:
        async with Provider(chat_whole_calls=True) as provider:
            provider.script(reply(run_command("echo 1"), PATCH))
            await send(f"{provider.base_url}/chat/completions", chat())
            calls = [d["tool_calls"] for d in deltas(provider.requests[0].events) if len(d) == 1]
            assert [call["id"] for (call,) in calls] == ["call_0001_0", "call_0001_1"]
            assert calls[0][0]["function"]["arguments"] == '{"cmd": "echo 1"}'
            assert calls[1][0]["custom"]["input"] == "*** Begin"

    run(main())


@pytest.mark.parametrize("field", ["reasoning_content", "reasoning"])
def test_what_the_model_thinks_comes_in_the_chosen_member(
    field: str, chunks_of_reply: ChunksOf
) -> None:
    data = chunks_of_reply(reply(think(raw="hm, well"), say("so")), reasoning=field)
    assert [delta[field] for delta in deltas(data) if field in delta] == ["hm, well"]


def test_raw_thoughts_are_said_instead_of_their_summary(chunks_of_reply: ChunksOf) -> None:
    data = chunks_of_reply(reply(think("short", raw="long")))
    said = message_of(one for one in data if isinstance(one, dict))
    assert said["reasoning_content"] == "long"


def test_thoughts_can_be_kept_back(chunks_of_reply: ChunksOf) -> None:
    data = chunks_of_reply(reply(think(raw="hm", encrypted="x"), say("so")), reasoning=None)
    assert [set(delta) for delta in deltas(data)[1:]] == [{"content"}, set()]


def test_a_member_for_thoughts_that_no_server_has_is_refused() -> None:
    with pytest.raises(ScriptError, match="'thoughts'"):
        Provider(chat_reasoning="thoughts")  # type: ignore[arg-type]


def test_an_event_as_it_is_goes_out_as_it_is(run: Run, send: Send, chat: Any) -> None:
    async def main() -> None:
        async with Provider() as provider:
            event = {"type": "ping", "cost": 0.1}
            provider.script(reply(raw_event(event), say("a")))
            wire = await send(f"{provider.base_url}/chat/completions", chat())
            assert b'data: {"type":"ping","cost":0.1}\n\n' in wire.body

    run(main())


@pytest.mark.parametrize(
    ("intent", "reason"),
    [
        (output("web_search_call", {"action": {}}), "no words for a web_search_call item"),
        (output("function_call", {"name": "f", "arguments": "{}", "namespace": "n"}), "namespace"),
        (say("a", annotations=(FileCitation(file_id="f", filename="a", index=0),)), "addresses"),
        (say("a", phase="commentary"), "no phase"),
        (think(encrypted="gAAAA"), "encrypted only"),
    ],
)
def test_what_chat_cannot_say_is_untestable(
    intent: Intent, reason: str, run: Run, send: Send, chat: Any
) -> None:
    async def main() -> None:
        async with Provider() as provider:
            provider.script(reply(intent))
            wire = await send(f"{provider.base_url}/chat/completions", chat())
            assert wire.status == 400
            (problem,) = provider.verify()
            assert problem.kind == "untestable"
            assert reason in problem.message

    run(main())


def test_a_tool_that_chat_does_not_offer_is_named(run: Run, send: Send, chat: Any) -> None:
    async def main() -> None:
        async with Provider() as provider:
            provider.script(reply(run_command("ls")))
            wire = await send(f"{provider.base_url}/chat/completions", chat(tools=[]))
            assert wire.status == 400
            assert wire.json()["error"]["code"] == "untestable"

    run(main())


def test_each_sort_of_item_is_said_or_has_a_reason() -> None:

    assert {name for name, sort in ITEMS.items() if sort.builder in CHECKS} == SAYABLE


@pytest.mark.parametrize(
    ("point", "before"),
    [
        ("response.created", 0),
        ("response.output_item.added", 1),
        ("response.output_text.delta", 1),
        ("response.output_item.done", 2),
        ("response.completed", 2),
    ],
)
def test_a_gate_holds_where_the_event_of_the_responses_api_would_be(
    point: str, before: int, run: Run, send: Send, chat: Any
) -> None:
    async def main() -> None:
        gate = Gate("here")
        async with Provider() as provider:
            provider.script(reply(say("one"), gates={point: gate}))
            url = f"{provider.base_url}/chat/completions"
            asked = asyncio.ensure_future(send(url, chat()))
            await gate.reached()
            assert len(provider.requests[0].events) == before
            gate.release()
            await asked
            assert len(provider.requests[0].events) == 3
            assert provider.verify() == []

    run(main())


@pytest.mark.parametrize("stream", [False, True])
def test_gates_at_the_headers_and_the_first_byte_hold_too(
    stream: bool, run: Run, send: Send, chat: Any
) -> None:
    async def main() -> None:
        gates = {"headers": Gate("headers"), "first-byte": Gate("first byte")}
        async with Provider() as provider:
            provider.script(reply(say("one"), gates=gates))

            asked = asyncio.ensure_future(
                send(f"{provider.base_url}/chat/completions", chat(stream=stream))
            )
            await gates["headers"].reached()
            statuses = [provider.requests[0].status]
            gates["headers"].release()
            await gates["first-byte"].reached()
            statuses.append(provider.requests[0].status)
            assert statuses == [None, 200]
            gates["first-byte"].release()
            assert (await asked).status == 200
            assert provider.verify() == []

    run(main())


def test_the_sdk_reads_the_stream_and_the_plain_answer(
    run: Run, chat_tools: list[JsonObject]
) -> None:
    async def main() -> None:
        async with (
            Provider() as provider,
            openai.AsyncOpenAI(base_url=provider.base_url, api_key="none", max_retries=0) as client,
        ):
            said = reply(say("look here"), run_command("echo 1"), run_command("echo 2"))
            provider.script(said, said)
            asked: Any = {
                "model": "mock",
                "messages": [{"role": "user", "content": "go"}],
                "tools": chat_tools,
            }
            async with client.chat.completions.stream(**asked) as stream:
                streamed = (await stream.get_final_completion()).choices[0]
            plain = (await client.chat.completions.create(**asked)).choices[0]
            for choice in (streamed, plain):
                assert choice.message.content == "look here"
                assert choice.finish_reason == "tool_calls"
            assert [call.id for call in plain.message.tool_calls or ()] == [
                "call_0002_1",
                "call_0002_2",
            ]
            calls: Any = streamed.message.tool_calls
            assert [call.function.arguments for call in calls] == [
                '{"cmd": "echo 1"}',
                '{"cmd": "echo 2"}',
            ]
            first = provider.requests[0]
            assert first.emitted_call_ids() == ["call_0001_1", "call_0001_2"]
            assert provider.verify() == []

    run(main())


def test_the_sdk_reads_a_plain_call_of_a_custom_tool(
    run: Run, chat_tools: list[JsonObject]
) -> None:
    async def main() -> None:
        async with (
            Provider() as provider,
            openai.AsyncOpenAI(base_url=provider.base_url, api_key="none", max_retries=0) as client,
        ):
            provider.script(reply(PATCH))
            tools: Any = chat_tools
            made = await client.chat.completions.create(
                model="mock", messages=[{"role": "user", "content": "go"}], tools=tools
            )
            calls: Any = made.choices[0].message.tool_calls
            (call,) = calls
            assert call.type == "custom"
            assert (call.custom.name, call.custom.input) == ("patch", "*** Begin")

    run(main())


def test_the_same_script_sends_the_same_bytes_in_every_run(
    run: Run, send: Send, chat: Callable[..., JsonObject]
) -> None:
    bodies = []

    async def main() -> None:
        async with Provider() as provider:
            provider.script(reply(say("hi"), run_command("echo hi")))
            wire = await send(f"{provider.base_url}/chat/completions", chat())
            bodies.append((wire.body, wire.headers["x-request-id"]))

    run(main())
    run(main())
    assert bodies[0] == bodies[1]


def test_a_request_that_the_sdk_makes_again_gets_its_reply(
    run: Run, chat_tools: list[JsonObject]
) -> None:
    async def main() -> None:
        async with (
            Provider() as provider,
            openai.AsyncOpenAI(base_url=provider.base_url, api_key="none") as client,
        ):
            fault = HttpError(status=503, retry_after=0.001, retry_after_as="milliseconds")
            provider.script(reply(say("one"), faults=[fault]), reply(say("two")))
            asked: Any = [{"role": "user", "content": "go"}]
            made = await client.chat.completions.create(model="m", messages=asked)
            assert made.choices[0].message.content == "one"
            assert [request.status for request in provider.requests] == [503, 200]
            assert [request.retry_of for request in provider.requests] == [None, 0]

    run(main())
