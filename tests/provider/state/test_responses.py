"""Responses that are kept: gone on from, retrieved, listed, streamed again, deleted."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import openai
import pytest
from openai.types.responses import Response
from openai.types.responses.response_item_list import ResponseItemList

from seatrial_provider import (
    Failed,
    Gate,
    Incomplete,
    Provider,
    StreamError,
    in_order,
    output,
    reply,
    run_command,
    say,
    think,
    when_user_text,
)
from seatrial_provider.faults import HttpError

if TYPE_CHECKING:
    from tests.provider.conftest import Ask, Run, Send, Unknown
    from tests.provider.state.conftest import Serve

EXTRAS = {"store", "cache_write_tokens"}
"""What the API sends and the SDK's class of responses does not have."""


def test_a_request_goes_on_from_a_response(run: Run, serve: Serve, tools: Any) -> None:
    async def main() -> None:
        async with serve() as (provider, client):
            provider.script(reply(run_command("ls", call_id="c1")), reply(say("done")))
            offered = [tools["exec_command"]]
            first = await client.responses.create(model="m", input="look", tools=offered)
            second = await client.responses.create(
                model="m",
                tools=offered,
                previous_response_id=first.id,
                input=[{"type": "function_call_output", "call_id": "c1", "output": "a b"}],
            )
            request = provider.requests[1]
            assert [item["type"] for item in request.input] == [
                "message",
                "function_call",
                "function_call_output",
            ]
            assert [item["type"] for item in request.new_input] == ["function_call_output"]
            assert request.last_user_text() == "look"
            assert request.function_call_output_text("c1") == "a b"
            assert second.previous_response_id == first.id
            assert provider.verify() == []

    run(main())


def test_conditions_see_the_whole_conversation(run: Run, serve: Serve) -> None:
    async def main() -> None:
        async with serve() as (provider, client):
            first = when_user_text("first")
            provider.script(in_order(reply(say("a"), when=first), reply(say("b"), when=first)))
            made = await client.responses.create(model="m", input="the first")
            more: Any = [{"role": "assistant", "content": "go on"}]
            again = await client.responses.create(
                model="m", input=more, previous_response_id=made.id
            )
            assert again.output_text == "b"

    run(main())


@pytest.mark.parametrize("stream", [False, True])
def test_an_unknown_response_cannot_be_gone_on_from(
    stream: bool, run: Run, send: Send, ask: Ask
) -> None:
    async def main() -> None:
        async with Provider() as provider:
            provider.script(reply(say("unsaid")))
            body = ask(previous_response_id="resp_none", stream=stream)
            wire = await send(f"{provider.base_url}/responses", body)
            assert wire.status == 400
            assert wire.json()["error"] == {
                "message": "Previous response with id 'resp_none' not found.",
                "type": "invalid_request_error",
                "param": "previous_response_id",
                "code": "previous_response_not_found",
            }
            kinds = [problem.kind for problem in provider.verify()]
            assert kinds == ["bad-request", "unused-reply"]

    run(main())


def test_what_is_not_to_be_stored_is_not_kept(run: Run, serve: Serve) -> None:
    async def main() -> None:
        async with serve() as (provider, client):
            provider.script(reply(say("a")))
            made = await client.responses.create(model="m", input="go", store=False)
            with pytest.raises(openai.NotFoundError, match=r"Response with id 'resp_0001' not"):
                await client.responses.retrieve(made.id)
            assert provider.verify() == []

    run(main())


def test_the_oldest_response_goes_first(run: Run, serve: Serve) -> None:
    async def main() -> None:
        async with serve(kept=2) as (provider, client):
            provider.script(*(reply(say("a")) for _ in range(3)))
            made = [await client.responses.create(model="m", input="go") for _ in range(3)]
            assert (await client.responses.retrieve(made[1].id)).id == made[1].id
            with pytest.raises(openai.NotFoundError):
                await client.responses.retrieve(made[0].id)

    run(main())


@pytest.mark.parametrize("ending", [None, Incomplete(), Failed("server_error", "gone")])
@pytest.mark.parametrize("stream", [False, True])
def test_a_response_is_retrieved_as_it_ended(
    ending: Any, stream: bool, run: Run, send: Send, ask: Ask, unknown: Unknown
) -> None:
    async def main() -> None:
        async with Provider() as provider:
            said = reply(think("hm"), say("a"), **({"ending": ending} if ending else {}))
            provider.script(said)
            wire = await send(f"{provider.base_url}/responses", ask(stream=stream))
            ended = wire.frames()[-1].data["response"] if stream else wire.json()
            url = f"{provider.base_url}/responses/resp_0001"
            got = await send(url, method="GET")
            assert got.json() == ended
            assert set(unknown(got.json(), Response)) <= EXTRAS

    run(main())


def test_a_response_that_ends_with_a_bare_error_is_not_there(
    run: Run, send: Send, ask: Ask
) -> None:
    async def main() -> None:
        async with Provider() as provider:
            provider.script(reply(say("a"), ending=StreamError()))
            await send(f"{provider.base_url}/responses", ask())
            got = await send(f"{provider.base_url}/responses/resp_0001", method="GET")
            assert got.status == 404

    run(main())


def test_a_response_is_in_progress_while_a_gate_holds_it(run: Run, send: Send, ask: Ask) -> None:
    async def main() -> None:
        gate = Gate("here")
        async with Provider() as provider:
            provider.script(reply(say("a"), gates={"response.output_text.delta": gate}))
            asked = asyncio.ensure_future(send(f"{provider.base_url}/responses", ask()))
            await gate.reached()
            url = f"{provider.base_url}/responses/resp_0001"
            held = (await send(url, method="GET")).json()
            assert (held["status"], held["output"], held["usage"]) == ("in_progress", [], None)
            gate.release()
            await asked
            over = (await send(url, method="GET")).json()
            assert over["status"] == "completed"

    run(main())


def test_a_response_whose_client_left_is_not_there(run: Run, serve: Serve) -> None:
    async def main() -> None:
        gate = Gate("here")
        async with serve() as (provider, client):
            provider.script(reply(say("a"), gates={"response.output_text.delta": gate}))
            stream = await client.responses.create(model="m", input="go", stream=True)
            await gate.reached()
            await stream.close()
            await provider.wait_until_settled(provider.requests[0])
            with pytest.raises(openai.NotFoundError):
                await client.responses.retrieve("resp_0001")
            gate.release()

    run(main())


@pytest.mark.parametrize("after", [None, 0, 3])
def test_a_response_is_streamed_again_from_any_event_on(
    after: int | None, run: Run, send: Send, ask: Ask
) -> None:
    async def main() -> None:
        async with Provider() as provider:
            provider.script(reply(say("one two three")))
            first = await send(f"{provider.base_url}/responses", ask())
            starting = "" if after is None else f"&starting_after={after}"
            url = f"{provider.base_url}/responses/resp_0001?stream=true{starting}"
            again = await send(url, method="GET")
            skipped = 0 if after is None else after + 1
            assert again.frames() == first.frames()[skipped:]
            assert again.headers["content-type"].startswith("text/event-stream")

    run(main())


def test_the_sdk_streams_a_response_again(run: Run, serve: Serve) -> None:
    async def main() -> None:
        async with serve() as (provider, client):
            provider.script(reply(say("one")))
            made = await client.responses.create(model="m", input="go")
            stream = await client.responses.retrieve(made.id, stream=True, starting_after=6)
            assert [event.type async for event in stream] == [
                "response.output_item.done",
                "response.completed",
            ]

    run(main())


def test_a_wrong_place_to_start_after_is_refused(run: Run, send: Send, ask: Ask) -> None:
    async def main() -> None:
        async with Provider() as provider:
            provider.script(reply(say("one")))
            await send(f"{provider.base_url}/responses", ask())
            url = f"{provider.base_url}/responses/resp_0001?stream=true&starting_after=one"
            wire = await send(url, method="GET")
            assert (wire.status, wire.json()["error"]["param"]) == (400, "starting_after")

    run(main())


def test_a_deleted_response_is_gone(run: Run, send: Send, serve: Serve) -> None:
    async def main() -> None:
        async with serve() as (provider, client):
            provider.script(reply(say("a")), reply(say("b")))
            for _ in range(2):
                await client.responses.create(model="m", input="go")
            await client.responses.delete("resp_0001")
            with pytest.raises(openai.NotFoundError):
                await client.responses.delete("resp_0001")
            url = f"{provider.base_url}/responses/resp_0002"
            wire = await send(url, method="DELETE")
            assert wire.json() == {"id": "resp_0002", "object": "response", "deleted": True}
            assert provider.verify() == []

    run(main())


ITEMS: list[Any] = [
    {"role": "user", "content": "hi"},
    {"role": "developer", "content": [{"type": "input_text", "text": "be kind"}]},
    {
        "role": "user",
        "content": [
            {"type": "input_image", "image_url": "data:image/png;base64,aW1n"},
            {"type": "input_file", "file_id": "file_1"},
        ],
    },
    {"type": "reasoning", "id": "rs_1", "summary": []},
    {"type": "function_call", "call_id": "c1", "name": "exec_command", "arguments": "{}"},
    {"type": "function_call_output", "call_id": "c1", "output": "ran"},
    {"type": "custom_tool_call", "call_id": "c2", "name": "patch", "input": "*** Begin"},
    {"type": "custom_tool_call_output", "call_id": "c2", "output": "ran"},
    {"role": "assistant", "content": "well"},
]
PATCH = output("custom_tool_call", {"name": "patch", "input": "*** Begin", "call_id": "c3"})


def test_the_input_items_are_everything_that_the_model_saw(
    run: Run, send: Send, ask: Ask, unknown: Unknown
) -> None:
    async def main() -> None:
        async with Provider(ignore={"call-tool-offered"}) as provider:
            provider.script(reply(think("hm"), say("a"), PATCH), reply(say("b")))
            url = f"{provider.base_url}/responses"
            await send(url, ask(input=ITEMS))
            ran = {"type": "custom_tool_call_output", "call_id": "c3", "output": "ran"}
            await send(url, ask(input=[ran], previous_response_id="resp_0001"))
            listed = (await send(f"{url}/resp_0002/input_items?order=asc", method="GET")).json()
            assert unknown(listed, ResponseItemList) == []
            types = [item["type"] for item in listed["data"]]
            assert types[3:8] == [item["type"] for item in ITEMS[3:8]]
            assert types[9:] == ["reasoning", "message", "custom_tool_call", ran["type"]]
            ids = [item["id"] for item in listed["data"]]
            assert len(set(ids)) == len(ids) == 13
            assert provider.verify() == []

    run(main())


@pytest.mark.parametrize("order", ["asc", "desc"])
@pytest.mark.parametrize("limit", [1, 2, 100])
def test_the_sdk_goes_through_the_pages_of_input_items(
    order: Any, limit: int, run: Run, serve: Serve
) -> None:
    async def main() -> None:
        async with serve() as (provider, client):
            provider.script(reply(say("a")))
            items: Any = [{"role": "user", "content": str(number)} for number in range(5)]
            await client.responses.create(model="m", input=items)
            pages: Any = client.responses.input_items.list("resp_0001", order=order, limit=limit)
            texts = [item.content[0].text async for item in pages]
            assert texts == sorted("01234", reverse=order == "desc")

    run(main())


@pytest.mark.parametrize(
    ("query", "status", "param"),
    [
        ("limit=0", 400, "limit"),
        ("limit=101", 400, "limit"),
        ("limit=ten", 400, "limit"),
        ("order=up", 400, "order"),
        ("after=msg_none", 404, "after"),
    ],
)
def test_a_page_that_cannot_be_is_refused(
    query: str, status: int, param: str, run: Run, send: Send, ask: Ask
) -> None:
    async def main() -> None:
        async with Provider() as provider:
            provider.script(reply(say("a")))
            url = f"{provider.base_url}/responses"
            await send(url, ask())
            wire = await send(f"{url}/resp_0001/input_items?{query}", method="GET")
            assert (wire.status, wire.json()["error"]["param"]) == (status, param)

    run(main())


def test_items_can_be_referred_to_by_their_id(run: Run, send: Send, ask: Ask) -> None:
    async def main() -> None:
        async with Provider() as provider:
            provider.script(reply(run_command("ls", call_id="c1")), reply(say("done")))
            url = f"{provider.base_url}/responses"
            made = (await send(url, ask(stream=False))).json()
            referred = {"type": "item_reference", "id": made["output"][0]["id"]}
            ran = {"type": "function_call_output", "call_id": "c1", "output": "a"}
            await send(url, ask(input=[referred, ran]))
            request = provider.requests[1]
            assert [item["type"] for item in request.input] == ["function_call", ran["type"]]
            assert request.new_input[0] == referred
            assert provider.verify() == []
            refused = await send(url, ask(input=[{"type": "item_reference", "id": "fc_none"}]))
            assert refused.status == 404
            assert refused.json()["error"]["message"] == "Item with id 'fc_none' not found."

    run(main())


def test_the_sdk_counts_the_tokens_of_an_input(run: Run, serve: Serve) -> None:
    async def main() -> None:
        async with serve() as (provider, client):
            counted = await client.responses.input_tokens.count(model="m", input="hi")
            assert (counted.object, counted.input_tokens) == ("response.input_tokens", 8)
            assert provider.requests == []
            assert provider.verify() == []

    run(main())


@pytest.mark.parametrize("path", ["input_tokens", "compact"])
def test_a_body_that_is_unsound_is_refused(path: str, run: Run, send: Send) -> None:
    async def main() -> None:
        async with Provider() as provider:
            for body in (b"{", {"input": 1}, {"input": "a", "tools": "b"}):
                wire = await send(f"{provider.base_url}/responses/{path}", body)
                assert wire.status == 400
            assert {problem.kind for problem in provider.verify()} == {"bad-request"}

    run(main())


def test_a_reply_in_the_minimal_flavour_is_kept_whole(run: Run, send: Send, ask: Ask) -> None:
    async def main() -> None:
        async with Provider(flavour="minimal") as provider:
            provider.script(reply(say("a")))
            await send(f"{provider.base_url}/responses", ask())
            got = await send(f"{provider.base_url}/responses/resp_0001", method="GET")
            assert got.json()["object"] == "response"

    run(main())


def test_a_response_that_a_fault_made_an_error_is_not_there(run: Run, send: Send, ask: Ask) -> None:
    async def main() -> None:
        async with Provider() as provider:
            provider.script(reply(say("a"), faults=[HttpError(status=500)]))
            url = f"{provider.base_url}/responses"
            assert (await send(url, ask())).status == 500
            assert (await send(f"{url}/resp_0001", method="GET")).status == 404
            assert (await send(url, ask())).status == 200
            assert (await send(f"{url}/resp_0001", method="GET")).status == 200

    run(main())
