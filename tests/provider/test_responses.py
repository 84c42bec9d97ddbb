"""A scripted reply over HTTP: the stream, the plain object, the headers, the same bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import openai

from seatrial_provider import Provider, reply, run_command, say

if TYPE_CHECKING:
    from tests.provider.conftest import Ask, JsonObject, Run, Send


def test_a_text_is_streamed_from_created_to_completed(run: Run, send: Send, ask: Ask) -> None:
    async def main() -> None:
        async with Provider() as provider:
            provider.script(reply(say("all done")))
            wire = await send(f"{provider.base_url}/responses", ask())
            assert wire.status == 200
            assert wire.headers["content-type"] == "text/event-stream; charset=utf-8"
            assert wire.headers["x-request-id"] == "req_0001"
            assert wire.types() == [
                "response.created",
                "response.in_progress",
                "response.output_item.added",
                "response.content_part.added",
                "response.output_text.delta",
                "response.output_text.done",
                "response.content_part.done",
                "response.output_item.done",
                "response.completed",
            ]
            request = provider.requests[0]
            assert (request.completed, request.client_gone, request.status) == (True, False, 200)
            assert (request.reply_number, request.events[-1]["type"]) == (1, "response.completed")

    run(main())


def test_two_commands_in_one_reply_have_ids_of_their_own(run: Run, send: Send, ask: Ask) -> None:
    async def main() -> None:
        async with Provider() as provider:
            provider.script(reply(run_command("echo 1"), run_command("echo 2", call_id="mine")))
            wire = await send(f"{provider.base_url}/responses", ask())
            output = wire.frames()[-1].data["response"]["output"]
            assert [(item["id"], item["call_id"]) for item in output] == [
                ("fc_0001_0", "call_0001_0"),
                ("fc_0001_1", "mine"),
            ]
            assert provider.requests[0].emitted_call_ids() == ["call_0001_0", "mine"]

    run(main())


def test_without_stream_the_answer_is_the_whole_response(run: Run, send: Send, ask: Ask) -> None:
    async def main() -> None:
        async with Provider() as provider:
            provider.script(reply(say("hello")), reply(say("hello")))
            wire = await send(f"{provider.base_url}/responses", ask(stream=False))
            streamed = await send(f"{provider.base_url}/responses", ask())
            assert wire.headers["content-type"] == "application/json"
            final = streamed.frames()[-1].data["response"]
            assert wire.json()["output"][0]["content"] == final["output"][0]["content"]
            assert wire.json().keys() == final.keys()
            assert provider.requests[0].events == []

    run(main())


def test_the_same_script_sends_the_same_bytes_in_every_run(run: Run, send: Send, ask: Ask) -> None:
    bodies: list[tuple[bytes, str]] = []

    async def main() -> None:
        async with Provider() as provider:
            provider.script(reply(say("hi"), run_command("echo hi")), reply(say("bye")))
            for _ in range(2):
                wire = await send(f"{provider.base_url}/responses", ask())
                bodies.append((wire.body, wire.headers["x-request-id"]))

    run(main())
    run(main())
    assert len(bodies) == 4
    assert bodies[:2] == bodies[2:]


def test_the_sdk_reads_the_stream_and_the_plain_response(
    run: Run, tools: dict[str, JsonObject]
) -> None:
    async def main() -> None:
        async with (
            Provider() as provider,
            openai.AsyncOpenAI(base_url=provider.base_url, api_key="none", max_retries=0) as client,
        ):
            provider.script(reply(say("one two three")), reply(say("four")))
            async with client.responses.stream(model="mock", input="hi") as stream:
                final = await stream.get_final_response()
            assert final.output_text == "one two three"
            plain = await client.responses.create(model="mock", input="hi")
            assert plain.output_text == "four"
            assert plain.usage is not None
            assert provider.requests[0].message_input_texts("user") == ["hi"]
            assert provider.verify() == []

    run(main())


def test_the_sdk_lists_no_models_and_the_listing_is_no_model_request(run: Run, send: Send) -> None:
    async def main() -> None:
        async with (
            Provider() as provider,
            openai.AsyncOpenAI(base_url=provider.base_url, api_key="none", max_retries=0) as client,
        ):
            assert [model async for model in client.models.list()] == []
            url = f"{provider.base_url}/models?client_version=1"
            wire = await send(url, method="GET")
            assert wire.json() == {"object": "list", "data": [], "models": []}
            assert provider.requests == []
            assert [(r.method, r.path, r.index) for r in provider.journal] == [
                ("GET", "/v1/models", 0),
                ("GET", "/v1/models", 1),
            ]
            assert provider.journal[1].query == "client_version=1"
            assert provider.verify() == []

    run(main())
