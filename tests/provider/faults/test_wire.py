"""Faults as a client meets them: over real sockets, in both APIs, and as the journal has them."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
import websockets
from openai import DefaultHttpxClient, OpenAI
from tests.provider.faults.conftest import LEGAL, TEXT

from seatrial_provider import ProblemKind, Provider, reply, say
from seatrial_provider.faults import (
    BadJson,
    BrokenChunk,
    Byte,
    CutOff,
    Dropped,
    EndEarly,
    ErrorInStream,
    Fault,
    HalfClose,
    HttpError,
    LineEnds,
    NotHttp,
    Refused,
    Reset,
    SlowAccept,
    Stall,
    WrongLength,
    WrongSequence,
)

if TYPE_CHECKING:
    from tests.provider.conftest import Ask, Run, Send

CHAT = {"model": "mock", "stream": True, "messages": [{"role": "user", "content": "go"}]}


async def exchange(provider: Provider, path: str, body: Any) -> bytes:
    """Sends a request on a connection of its own and reads until the provider ends it.

    Raises:
        ConnectionResetError: The provider reset the connection.
    """
    parts = urlsplit(provider.base_url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    raw = json.dumps(body).encode()
    head = (
        f"POST {parts.path}{path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        f"Connection: close\r\nContent-Length: {len(raw)}\r\n\r\n"
    )
    writer.write(head.encode() + raw)
    try:
        return await reader.read()
    finally:
        writer.close()


@pytest.mark.parametrize(
    ("fault", "end"),
    [
        (CutOff(), b"\n\n\r\n"),
        (HalfClose(), b"\n\n\r\n"),
        (EndEarly(), b"\r\n0\r\n\r\n"),
        (BrokenChunk(), b"\r\nnot-a-size\r\n"),
        (NotHttp(text="220 smtp\r\n"), b"220 smtp\r\n"),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_a_fault_ends_the_bytes_of_a_response(fault: Fault, end: bytes, run: Run, ask: Ask) -> None:
    async def main() -> None:
        async with Provider() as provider:
            provider.script(reply(say(TEXT), faults=[fault]))
            answer = await exchange(provider, "/responses", ask())
            assert answer.endswith(end)
            assert b"response.completed" not in answer
            (request,) = provider.requests
            assert request.faults == (fault,)
            assert "response.completed" not in [event["type"] for event in request.events]
            assert provider.verify() == []

    run(main())


def test_a_reset_is_a_reset(run: Run, ask: Ask) -> None:
    async def main() -> None:
        async with Provider() as provider:
            provider.script(reply(say(TEXT), faults=[Reset(at=2)]))
            with pytest.raises(ConnectionResetError):
                await exchange(provider, "/responses", ask())

    run(main())


def test_a_stall_lasts_until_the_provider_is_closed(run: Run, ask: Ask) -> None:
    async def main() -> None:
        async with Provider() as provider:
            provider.script(reply(say(TEXT), faults=[Stall(at=2)]))
            pending = asyncio.create_task(exchange(provider, "/responses", ask()))
            (request,) = await provider.wait_for_requests(1)
            fence = asyncio.create_task(exchange(provider, "/chat/completions", CHAT))
            assert b" 400 " in await fence
            assert not pending.done()
            assert not request.settled
        assert b"response.completed" not in await pending

    run(main())


def test_a_byte_that_is_cut_is_not_in_the_journal(run: Run, ask: Ask) -> None:
    async def main() -> None:
        async with Provider() as provider:
            provider.script(reply(say(TEXT), faults=[CutOff(at=Byte(-1))]))
            await exchange(provider, "/responses", ask())
            assert provider.requests[0].events[-1]["type"] != "response.completed"

    run(main())


@pytest.mark.parametrize("path", ["/responses", "/chat/completions"])
def test_a_retry_gets_the_reply_without_the_fault_of_the_first_attempt(
    path: str, run: Run, send: Send, ask: Ask
) -> None:
    async def main() -> None:
        body = ask() if path == "/responses" else CHAT
        async with Provider() as provider:
            first = HttpError(status=503, retry_after=0)
            provider.script(reply(say(TEXT), faults=[first, BadJson(at=1, attempts=(2,))]))
            url = f"{provider.base_url}{path}"
            wires = [await send(url, body) for _ in range(3)]
            assert [wire.status for wire in wires] == [503, 200, 200]
            assert [request.attempt for request in provider.requests] == [1, 2, 3]
            assert [b"}\n\n" in wire.body for wire in wires] == [False, True, True]
            assert len(wires[2].body) == len(wires[1].body) + 1
            assert provider.verify() == []

    run(main())


def test_a_wrong_length_is_what_the_client_is_told(run: Run, ask: Ask) -> None:
    async def main() -> None:
        async with Provider() as provider:
            provider.script(reply(say(TEXT), faults=[WrongLength(by=5)]))
            head, _, body = (await exchange(provider, "/responses", ask())).partition(b"\r\n\r\n")
            assert f"content-length: {len(body) + 5}\r\n".encode() in head.lower() + b"\r\n"

    run(main())


def test_a_fault_that_finds_nothing_is_a_problem_and_the_reply_is_given(
    run: Run, send: Send, ask: Ask
) -> None:
    async def main() -> None:
        async with Provider() as provider:
            provider.script(reply(say(TEXT), faults=[LineEnds()]))
            provider.script(reply(say(TEXT), faults=[WrongSequence()]))
            await send(f"{provider.base_url}/responses", ask(stream=False))
            wire = await send(f"{provider.base_url}/chat/completions", CHAT)
            assert wire.status == 200
            plain, chat = provider.verify()
            assert (plain.kind, chat.kind) == (ProblemKind.FAULT_MISSED,) * 2
            assert "carried in JSON" in plain.arrived
            assert "no sequence_number" in chat.arrived
            assert provider.requests[0].faults == ()

    run(main())


def test_the_same_seed_sends_the_same_bytes(run: Run, ask: Ask) -> None:
    async def sent(seed: int) -> bytes:
        async with Provider(seed=seed) as provider:
            provider.script(reply(say("a b c d e f g h"), faults=[CutOff(at="anywhere")]))
            return await exchange(provider, "/responses", ask())

    async def main() -> None:
        runs = [await sent(seed) for seed in [*range(12)] * 2]
        assert runs[:12] == runs[12:]
        assert len(set(runs)) > 3

    run(main())


async def by_websocket(provider: Provider, body: Any) -> list[Any]:
    """Makes a request by WebSocket and reads messages until a fence or the end of it."""
    url = provider.base_url.replace("http", "ws", 1) + "/responses"
    said: list[Any] = []
    async with websockets.connect(url, proxy=None) as connection:
        for one in (body, {"previous_response_id": "fence", "input": []}):
            await connection.send(json.dumps({"type": "response.create", "model": "m", **one}))
        try:
            async for message in connection:
                if b"'fence'" in (raw := message.encode() if isinstance(message, str) else message):
                    break
                said.append(raw)
        except websockets.ConnectionClosedError:
            said.append("closed")
    return said


@pytest.mark.parametrize(
    ("fault", "last"),
    [
        (HttpError(status=429), b"rate_limit_exceeded"),
        (ErrorInStream(), b'"type":"error"'),
        (EndEarly(), b"response.output_item.done"),
        (CutOff(), "closed"),
        (Reset(), "closed"),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_a_fault_comes_by_websocket_too(fault: Fault, last: Any, run: Run) -> None:
    async def main() -> None:
        async with Provider() as provider:
            provider.script(reply(say("hi"), faults=[fault]))
            assert last in (await by_websocket(provider, {"input": "go"}))[-1]
            assert provider.requests[0].faults == (fault,)

    run(main())


def test_bad_json_is_one_message_of_a_websocket(run: Run) -> None:
    async def main() -> None:
        async with Provider() as provider:
            provider.script(reply(say("hi"), faults=[BadJson(at=1)]))
            said = await by_websocket(provider, {"input": "go"})
            assert [raw.endswith(b"}") for raw in said][:3] == [True, False, True]

    run(main())


def test_a_fault_of_lines_does_not_come_by_websocket(run: Run) -> None:
    async def main() -> None:
        async with Provider() as provider:
            provider.script(reply(say("hi"), faults=[LineEnds()]))
            assert b"response.completed" in (await by_websocket(provider, {"input": "go"}))[-1]
            missed = [p for p in provider.verify() if p.kind is ProblemKind.FAULT_MISSED]
            assert "carried in WebSocket" in missed[0].arrived

    run(main())


def understood(base_url: str) -> list[str]:
    """What the SDK of OpenAI understands of one reply by each API.

    Each is asked on a connection of its own: one that is closed unannounced may be closed while
    the next request is on its way already (RFC 9112, 9.5).
    """
    with sdk(base_url) as client:
        events = client.responses.create(model="m", input="go", stream=True)
        said = [e.delta for e in events if e.type == "response.output_text.delta"]
    with sdk(base_url) as client:
        chunks = client.chat.completions.create(
            model="m", messages=[{"role": "user", "content": "go"}], stream=True
        )
        texts = [c.choices[0].delta.content or "" for c in chunks if c.choices]
    return ["".join(said), "".join(texts)]


def sdk(base_url: str) -> OpenAI:
    http = DefaultHttpxClient(trust_env=False)
    return OpenAI(base_url=base_url, api_key="k", max_retries=0, http_client=http)


@pytest.mark.parametrize("fault", [*LEGAL, LineEnds(ends="cr")], ids=repr)
def test_the_sdk_of_openai_does_not_notice_a_legal_fault(fault: Fault, run: Run) -> None:
    async def main() -> None:
        async with Provider() as provider:
            provider.script(reply(say(TEXT), faults=[fault]), reply(say(TEXT), faults=[fault]))
            assert await asyncio.to_thread(understood, provider.base_url) == [TEXT, TEXT]
            assert provider.verify(client=True) == []

    run(main())


def test_connections_are_refused_for_as_long_as_it_is_said(run: Run, send: Send, ask: Ask) -> None:
    async def main() -> None:
        async with Provider() as provider:
            provider.script(reply(say(TEXT)))
            await provider.admit(Refused())
            with pytest.raises(ConnectionRefusedError):
                await exchange(provider, "/responses", ask())
            await provider.admit()
            assert (await send(f"{provider.base_url}/responses", ask())).status == 200
            assert len(provider.requests) == 1

    run(main())


def test_connections_are_dropped_for_as_long_as_it_is_said(run: Run, send: Send, ask: Ask) -> None:
    async def main() -> None:
        async with Provider() as provider:
            provider.script(reply(say(TEXT)))
            await provider.admit(Dropped())
            with pytest.raises(ConnectionError):
                await exchange(provider, "/responses", ask())
            await provider.admit()
            assert (await send(f"{provider.base_url}/responses", ask())).status == 200
            assert provider.verify() == []

    run(main())


def test_a_slow_accept_is_only_slow(run: Run, ask: Ask) -> None:
    async def main() -> None:
        async with Provider() as provider:
            provider.script(reply(say(TEXT)))
            await provider.admit(SlowAccept(seconds=0.01))
            assert b"response.completed" in await exchange(provider, "/responses", ask())

    run(main())
