"""A WebSocket that was recorded is replayed: the same messages, and the stream that says them."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest
from websockets.asyncio.client import connect
from websockets.asyncio.server import serve
from websockets.exceptions import ConnectionClosed, InvalidStatus

from seatrial_provider import Gate, Provider, call_tool, check_responses_stream, reply, say
from seatrial_provider.faults import CutOff, HttpError, MultiLineData, Refused
from seatrial_provider.recording import Recorder

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.provider.conftest import Ask, JsonObject, Run, Send
    from websockets.asyncio.client import ClientConnection
    from websockets.asyncio.server import ServerConnection

KEY = {"authorization": "Bearer sk-a-real-secret"}
ENDS = {"response.completed", "response.failed", "response.incomplete", "error"}
TOOL = {"type": "function", "name": "f", "parameters": {"type": "object"}}


@asynccontextmanager
async def talking(base_url: str) -> AsyncIterator[ClientConnection]:
    url = f"{base_url.replace('http', 'ws', 1)}/responses"
    async with connect(url, proxy=None, additional_headers=KEY, close_timeout=None) as socket:
        yield socket


async def ask_for(socket: ClientConnection, body: JsonObject) -> list[str | bytes]:
    """Asks for a response, and returns its messages as they came."""
    await socket.send(json.dumps({"type": "response.create", **body}))
    messages: list[str | bytes] = []
    while not messages or json.loads(messages[-1])["type"] not in ENDS:
        messages.append(await socket.recv())
    return messages


async def talk(base_url: str, ask: Ask) -> list[list[str | bytes]]:
    """Warms up, then has a conversation that ends with an error."""
    said = []
    async with talking(base_url) as socket:
        previous: Any = None
        for text, more in (("warm", {"generate": False}), ("hi", {}), ("go", {"tools": [TOOL]})):
            said.append(await ask_for(socket, ask(text, previous_response_id=previous, **more)))
            previous = json.loads(said[-1][-1])["response"]["id"]
        output = {"type": "function_call_output", "call_id": "call_1", "output": "42"}
        body = ask(input=[output], tools=[TOOL], previous_response_id=previous)
        said.append(await ask_for(socket, body))
    return said


def test_messages_that_were_recorded_are_replayed_to_the_byte(
    run: Run, send: Send, ask: Ask, tmp_path: Path
) -> None:
    file = tmp_path / "answers.yaml"

    async def main() -> None:
        async with Provider() as real, Recorder(real.base_url, file) as recorder:
            real.script(
                reply(say("Grüße, 🌍"), faults=[MultiLineData()]),
                reply(call_tool("f", {"a": 1}, call_id="call_1")),
                reply(say("never"), faults=[HttpError(status=429)]),
            )
            first = await talk(recorder.base_url, ask)
            assert recorder.recorded == 3
            assert real.verify() == []
            assert real.requests[0].header("authorization") == KEY["authorization"]
        async with Provider(replays_timing=False) as again:
            again.script_file(file)
            assert await talk(again.base_url, ask) == first
            assert again.verify() == []
        async with Provider(replays_timing=False) as over_http:
            over_http.script_file(file)
            wire = await send(f"{over_http.base_url}/responses", ask())
            assert [frame.data for frame in wire.frames()] == [json.loads(one) for one in first[1]]
            assert check_responses_stream(wire.body) == []

    run(main())
    assert "sk-a-real-secret" not in file.read_text("utf-8")


def test_a_handshake_that_is_refused_is_refused_to_the_client(run: Run, tmp_path: Path) -> None:
    async def main() -> None:
        file = tmp_path / "answers.yaml"
        async with Provider(api_key="sk-other") as real, Recorder(real.base_url, file) as recorder:
            with pytest.raises(InvalidStatus) as raised:
                async with talking(recorder.base_url):
                    raise AssertionError("it was let in")
            assert raised.value.response.status_code == 401

    run(main())


def test_a_real_provider_that_is_not_there_is_said_to_the_client(run: Run, tmp_path: Path) -> None:
    async def main() -> None:
        file = tmp_path / "answers.yaml"
        async with Provider() as gone, Recorder(gone.base_url, file) as recorder:
            await gone.admit(Refused())
            with pytest.raises(InvalidStatus) as raised:
                async with talking(recorder.base_url):
                    raise AssertionError("it was let in")
            assert raised.value.response.status_code == 502

    run(main())


def test_an_answer_that_is_cut_is_recorded_as_far_as_it_came(
    run: Run, ask: Ask, tmp_path: Path
) -> None:
    file = tmp_path / "answers.yaml"

    async def main() -> None:
        async with Provider() as real, Recorder(real.base_url, file) as recorder:
            real.script(reply(say("hi"), faults=[CutOff(at=2)]))
            with pytest.raises(ConnectionClosed):
                async with talking(recorder.base_url) as socket:
                    await ask_for(socket, ask())

    run(main())
    text = file.read_text("utf-8")
    assert "response.in_progress" in text
    assert "response.output_item.added" not in text


def test_a_client_that_leaves_ends_the_real_connection(run: Run, ask: Ask, tmp_path: Path) -> None:
    async def main() -> None:
        file = tmp_path / "answers.yaml"
        gate = Gate("held")
        async with Provider() as real, Recorder(real.base_url, file) as recorder:
            real.script(reply(say("hi"), gates={"response.completed": gate}))
            async with talking(recorder.base_url) as socket:
                await socket.send(json.dumps({"type": "response.create", **ask()}))
                await gate.reached()
            await real.wait_until_settled(real.requests[0])
            assert real.requests[0].client_gone
            gate.release()

    run(main())


def test_a_message_that_asks_for_no_response_is_passed_on_and_has_no_answer(
    run: Run, ask: Ask, tmp_path: Path
) -> None:
    async def main() -> None:
        arrived: asyncio.Queue[str | bytes] = asyncio.Queue()

        async def real(socket: ServerConnection) -> None:
            async for message in socket:
                arrived.put_nowait(message)
                if json.loads(message)["type"] == "response.create":
                    await socket.send('{"type": "response.completed"}')

        async with serve(real, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            url = f"http://127.0.0.1:{port}/v1"
            async with (
                Recorder(url, tmp_path / "x.yaml") as recorder,
                talking(recorder.base_url) as socket,
            ):
                await socket.send('{"type": "response.append"}')
                assert len(await ask_for(socket, ask())) == 1
                assert recorder.recorded == 1
        assert json.loads(await arrived.get())["type"] == "response.append"
        assert json.loads(await arrived.get())["type"] == "response.create"

    run(main())
