"""The Responses API over WebSocket: one connection, one response after the other."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from openai import AsyncOpenAI, DefaultAsyncHttpxClient
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from seatrial_provider import (
    Gate,
    ProblemKind,
    Provider,
    check_responses_stream,
    reply,
    run_command,
    say,
)
from seatrial_provider.faults.registry import build

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.provider.conftest import Ask, JsonObject, Run
    from websockets.asyncio.client import ClientConnection

TERMINAL = {"response.completed", "response.failed", "response.incomplete", "error"}


@asynccontextmanager
async def talking(provider: Provider, path: str = "/responses") -> AsyncIterator[ClientConnection]:
    url = f"{provider.base_url.replace('http', 'ws')}{path}"
    async with connect(
        url, proxy=None, additional_headers={"x-own": "1"}, close_timeout=None
    ) as socket:
        yield socket


async def ask_for(socket: ClientConnection, body: JsonObject) -> list[JsonObject]:
    await socket.send(json.dumps({"type": "response.create", **body}))
    events: list[JsonObject] = []
    while not events or events[-1]["type"] not in TERMINAL:
        events.append(json.loads(await socket.recv()))
    return events


def test_each_event_is_a_message_and_the_next_response_follows(run: Run, ask: Ask) -> None:
    async def main() -> None:
        async with Provider() as provider, talking(provider) as socket:
            provider.script(reply(say("one")), reply(run_command("true")))
            first = await ask_for(socket, ask("first"))
            second = await ask_for(socket, ask("second"))
            assert check_responses_stream(first) == check_responses_stream(second) == []
            assert first[-1]["response"]["output"][0]["content"][0]["text"] == "one"
            assert [r.events for r in provider.requests] == [first, second]
            assert [r.last_user_text() for r in provider.requests] == ["first", "second"]
            assert [len(r.sent) for r in provider.requests] == [len(first), len(second)]
            states = {(r.transport, r.completed, r.header("x-own")) for r in provider.requests}
            assert states == {("websocket", True, "1")}
            opening = provider.journal[0]
            assert (opening.method, opening.status, opening.transport) == ("GET", 101, "http")
            assert provider.verify() == []

    run(main())


def test_the_events_are_those_of_the_stream_over_http(run: Run, ask: Ask) -> None:
    async def main() -> None:
        told: list[list[JsonObject]] = []
        for over_http in (False, True):
            async with Provider() as provider, talking(provider) as socket:
                provider.script(reply(say("the same"), run_command("true")))
                if over_http:
                    headers = {"content-type": "application/json"}
                    async with DefaultAsyncHttpxClient(trust_env=False) as http:
                        url = f"{provider.base_url}/responses"
                        await http.post(url, json=ask(), headers=headers)
                else:
                    await ask_for(socket, ask())
                told.append(provider.requests.single_request().events)
        assert told[0] == told[1]

    run(main())


def test_the_sdk_of_openai_understands_it(run: Run) -> None:
    async def main() -> None:
        async with Provider() as provider, DefaultAsyncHttpxClient(trust_env=False) as http:
            provider.script(reply(say("Hello there.")), reply(say("And again.")))
            client = AsyncOpenAI(base_url=provider.base_url, api_key="unused", http_client=http)
            options: Any = {"proxy": None}
            async with client.responses.connect(websocket_connection_options=options) as talk:
                said = []
                for text in ("hi", "more"):
                    await talk.response.create(model="gpt-5", input=text)
                    async for event in talk:
                        if event.type == "response.completed":
                            said.append(event.response.output_text)
                            break
            assert said == ["Hello there.", "And again."]
            assert provider.verify() == []

    run(main())


def test_a_message_can_refer_to_the_response_before_it(run: Run, ask: Ask) -> None:
    async def main() -> None:
        async with Provider() as provider, talking(provider) as socket:
            provider.script(reply(say("one")), reply(say("two")))
            first = await ask_for(socket, ask("first"))
            id_ = first[-1]["response"]["id"]
            await ask_for(socket, ask("second", previous_response_id=id_))
            assert provider.requests[1].message_input_texts("user") == ["first", "second"]
            (error,) = await ask_for(socket, ask("third", previous_response_id="resp_none"))
            assert (error["type"], error["error"]["code"]) == (
                "error",
                "previous_response_not_found",
            )

    run(main())


def test_a_response_that_is_not_stored_can_be_gone_on_from_on_its_connection_only(
    run: Run, ask: Ask
) -> None:
    async def main() -> None:
        async with Provider() as provider, talking(provider) as socket:
            provider.script(reply(say("one")), reply(say("two")))
            first = await ask_for(socket, ask("first", store=False))
            next_ = ask("second", store=False, previous_response_id=first[-1]["response"]["id"])
            async with talking(provider) as other:
                (error,) = await ask_for(other, next_)
                assert error["error"]["code"] == "previous_response_not_found"
            await ask_for(socket, next_)
            assert provider.requests[-1].message_input_texts("user") == ["first", "second"]
            assert [r.connection for r in provider.requests] == [1, 2, 1]

    run(main())


def test_a_message_that_warms_up_takes_no_reply(run: Run, ask: Ask) -> None:
    async def main() -> None:
        async with Provider() as provider, talking(provider) as socket:
            provider.script(reply(say("one")))
            warm = await ask_for(socket, ask("tools and rules", generate=False))
            assert warm[-1]["type"] == "response.completed"
            assert warm[-1]["response"]["output"] == []
            id_ = warm[-1]["response"]["id"]
            events = await ask_for(socket, ask("go", previous_response_id=id_))
            assert events[-1]["response"]["output"][0]["content"][0]["text"] == "one"
            assert provider.requests[1].message_input_texts("user") == ["tools and rules", "go"]
            assert provider.verify() == []

    run(main())


@pytest.mark.parametrize(
    ("message", "code"),
    [
        pytest.param("no JSON", "bad-request", id="no JSON"),
        pytest.param('{"type": "session.update"}', "invalid_value", id="of another type"),
        pytest.param('{"type": "response.create", "input": 3}', "invalid_type", id="unsound"),
        pytest.param(b"\xff", "bad-request", id="binary"),
    ],
)
def test_an_unsound_message_is_an_error_and_the_connection_goes_on(
    message: str | bytes, code: str, run: Run, ask: Ask
) -> None:
    async def main() -> None:
        async with Provider() as provider, talking(provider) as socket:
            provider.script(reply(say("fine")))
            await socket.send(message)
            error = json.loads(await socket.recv())
            assert (error["type"], error["status"]) == ("error", 400)
            assert error["error"]["code"] == code
            kinds = {problem.kind for problem in provider.verify()}
            assert kinds == {ProblemKind.BAD_REQUEST, ProblemKind.UNUSED_REPLY}
            assert len(await ask_for(socket, ask())) > 1

    run(main())


def test_a_message_that_is_not_expected_is_an_error(run: Run, ask: Ask) -> None:
    async def main() -> None:
        async with Provider() as provider, talking(provider) as socket:
            (error,) = await ask_for(socket, ask())
            assert (error["status"], error["error"]["code"]) == (400, "unexpected-request")

    run(main())


def test_messages_in_pieces_pings_and_several_at_once_are_read(run: Run, ask: Ask) -> None:
    async def main() -> None:
        async with Provider() as provider, talking(provider) as socket:
            provider.script(reply(say("one")), reply(say("two")))
            whole = json.dumps({"type": "response.create", **ask("in pieces")})
            await socket.send([whole[:9], whole[9:20], whole[20:]])
            await (await socket.ping())
            await socket.send(json.dumps({"type": "response.create", **ask("ahead")}))
            texts: list[str] = []
            while len(texts) < 2:
                event = json.loads(await socket.recv())
                if event["type"] == "response.output_text.done":
                    texts.append(event["text"])
            assert texts == ["one", "two"]
            assert [r.last_user_text() for r in provider.requests] == ["in pieces", "ahead"]

    run(main())


def test_gates_hold_there_too_and_a_client_that_ends_is_seen(run: Run, ask: Ask) -> None:
    async def main() -> None:
        first, second = Gate("first"), Gate("second")
        async with Provider() as provider:
            provider.script(
                reply(say("a"), gates={"response.completed": first}),
                reply(say("b"), gates={"first-byte": second}),
            )
            async with talking(provider) as socket:
                asking = asyncio.create_task(ask_for(socket, ask()))
                await first.reached()
                assert provider.requests[0].events[-1]["type"] == "response.output_item.done"
                first.release()
                await asking
                await socket.send(json.dumps({"type": "response.create", **ask()}))
                await second.reached()
            held = provider.requests[1]
            await provider.wait_until_settled(held)
            assert (held.client_gone, held.completed, held.sent) == (True, False, [])
            second.release()

    run(main())


@pytest.mark.parametrize(
    ("fault", "values", "clean"),
    [
        pytest.param("reset", {"at": "response.output_text.delta"}, False, id="reset"),
        pytest.param("cut-off", {"at": "response.output_text.delta"}, False, id="cut"),
    ],
)
def test_faults_end_a_connection_in_the_midst_of_a_response(
    fault: str, values: JsonObject, *, clean: bool, run: Run, ask: Ask
) -> None:
    async def main() -> None:
        async with Provider() as provider:
            provider.script(reply(say("never said"), faults=[build(fault, values)]))
            with pytest.raises(ConnectionClosed) as raised:
                async with talking(provider) as socket:
                    await ask_for(socket, ask())
            assert (raised.value.rcvd is not None) is clean
            types = [event["type"] for event in provider.requests[0].events]
            assert types[-1] == "response.content_part.added"

    run(main())


def test_another_path_and_a_wrong_key_are_refused_before_messages_are_spoken(run: Run) -> None:
    async def main() -> None:
        async with Provider(api_key="sk-right") as provider:
            for path, status in (("/models/x", 401), ("/responses", 401), ("/nowhere", 404)):
                with pytest.raises(InvalidStatus) as raised:
                    async with talking(provider, path):
                        raise AssertionError(path)
                assert raised.value.response.status_code == status

    run(main())


def test_bytes_that_are_no_messages_end_the_connection_and_are_a_problem(run: Run) -> None:
    async def main() -> None:
        async with Provider() as provider:
            parts = urlsplit(provider.base_url)
            reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
            writer.write(
                b"GET /v1/responses HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\n"
                b"Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n\xff\xff\xff"
            )
            assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 101 ")
            assert (await reader.read())[:1] == b"\x88"
            writer.close()
            await writer.wait_closed()
            assert [problem.kind for problem in provider.verify()] == [ProblemKind.BAD_REQUEST]

    run(main())


def test_a_request_for_messages_that_is_no_handshake_is_refused(run: Run) -> None:
    async def main() -> None:
        async with Provider() as provider:
            parts = urlsplit(provider.base_url)
            reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
            writer.write(
                b"GET /v1/responses HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
            )
            assert (await reader.readline()).startswith(b"HTTP/1.1 400 ")
            writer.close()
            await writer.wait_closed()

    run(main())


def test_closing_the_provider_ends_every_connection(run: Run, ask: Ask) -> None:
    async def main() -> None:
        gate = Gate("held")
        async with Provider() as provider:
            provider.script(reply(say("a"), gates={"response.completed": gate}))
            url = f"{provider.base_url.replace('http', 'ws')}/responses"
            socket = await connect(url, proxy=None)
            asking = asyncio.create_task(ask_for(socket, ask()))
            await gate.reached()
        with pytest.raises(ConnectionClosed):
            await asking
        await socket.close()
        assert not provider.requests[0].client_gone

    run(main())
