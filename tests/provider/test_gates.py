"""Gates hold a reply exactly where they are set, and closing never waits for one."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import aiohttp
import pytest

from seatrial_provider import (
    Gate,
    ProblemKind,
    Provider,
    WaitTimeoutError,
    reply,
    run_command,
    say,
)
from seatrial_provider.wire.sse import decode

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.provider.conftest import Ask, JsonObject, Run, Send

POINTS = [
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


@asynccontextmanager
async def raw_request(
    provider: Provider, body: JsonObject
) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    parts = urlsplit(provider.base_url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    data = json.dumps(body).encode()
    head = (
        "POST /v1/responses HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(data)}\r\n\r\n"
    )
    writer.write(head.encode() + data)
    try:
        yield reader, writer
    finally:
        writer.close()


@pytest.mark.parametrize("point", POINTS)
def test_a_reply_is_held_before_the_first_event_of_a_type(point: str, run: Run, ask: Ask) -> None:
    async def main() -> None:
        gate = Gate("hold")
        async with Provider() as provider, aiohttp.ClientSession() as session:
            provider.script(reply(say("some text"), gates={point: gate}))
            url = f"{provider.base_url}/responses"
            async with session.post(url, json=ask()) as response:
                await gate.reached()
                sent = provider.requests[0].events
                arrived = b""
                while len(decode(arrived)) < len(sent):
                    arrived += await response.content.readany()
                held = [frame.data["type"] for frame in decode(arrived)]
                assert point not in held
                assert held == POINTS[: POINTS.index(point)]
                completed = [provider.requests[0].completed]
                gate.release()
                arrived += await response.read()
            assert [frame.data["type"] for frame in decode(arrived)] == POINTS
            completed.append(provider.requests[0].completed)
            assert completed == [False, True]
            assert provider.verify() == []

    run(main())


def test_a_reply_is_held_before_its_headers(run: Run, ask: Ask) -> None:
    async def main() -> None:
        gate = Gate("headers")
        async with Provider() as provider:
            provider.script(reply(say("x"), gates={"headers": gate}))
            async with raw_request(provider, ask()) as (reader, _):
                await gate.reached()
                assert provider.requests[0].status is None
                first_line = asyncio.ensure_future(reader.readline())
                assert not first_line.done()
                gate.release()
                assert await first_line == b"HTTP/1.1 200 OK\r\n"

    run(main())


def test_a_reply_is_held_after_its_headers(run: Run, ask: Ask) -> None:
    async def main() -> None:
        gate = Gate("first byte")
        async with Provider() as provider:
            provider.script(reply(say("x"), gates={"first-byte": gate}))
            async with raw_request(provider, ask()) as (reader, _):
                headers = await reader.readuntil(b"\r\n\r\n")
                assert headers.startswith(b"HTTP/1.1 200 OK\r\n")
                await gate.reached()
                assert provider.requests[0].events == []
                gate.release()
                assert b"response.created" in await reader.readuntil(b"\n\n")

    run(main())


def test_a_plain_response_is_held_too(run: Run, send: Send, ask: Ask) -> None:
    async def main() -> None:
        first, second = Gate("headers"), Gate("first byte")
        async with Provider() as provider:
            provider.script(reply(say("x"), gates={"headers": first, "first-byte": second}))
            url = f"{provider.base_url}/responses"
            sending = asyncio.create_task(send(url, ask(stream=False)))
            await first.reached()
            assert not second.is_reached
            first.release()
            await second.reached()
            second.release()
            assert (await sending).json()["status"] == "completed"
            assert provider.verify() == []

    run(main())


def test_several_gates_hold_one_after_the_other(run: Run, send: Send, ask: Ask) -> None:
    async def main() -> None:
        points = ("headers", "first-byte", "response.created", "response.completed")
        gates = {point: Gate(point) for point in points}
        async with Provider() as provider:
            provider.script(reply(say("x"), gates=gates))
            sending = asyncio.create_task(send(f"{provider.base_url}/responses", ask()))
            for position, point in enumerate(points):
                await gates[point].reached()
                assert [gates[p].is_reached for p in points[position + 1 :]] == [False] * (
                    len(points) - position - 1
                )
                gates[point].release()
            assert (await sending).types() == POINTS
            assert provider.verify() == []

    run(main())


def test_a_held_reply_keeps_no_other_one_waiting(run: Run, send: Send, ask: Ask) -> None:
    async def main() -> None:
        gate = Gate("held")
        async with Provider() as provider:
            provider.script(reply(say("a"), gates={"response.completed": gate}), reply(say("b")))
            url = f"{provider.base_url}/responses"
            held = asyncio.create_task(send(url, ask()))
            await gate.reached()
            assert (await send(url, ask())).types() == POINTS
            assert not held.done()
            gate.release()
            assert (await held).types() == POINTS

    run(main())


def test_a_gate_that_is_open_already_holds_nothing(run: Run, send: Send, ask: Ask) -> None:
    async def main() -> None:
        gate = Gate("open")
        gate.release()
        async with Provider() as provider:
            provider.script(reply(say("a"), gates={"response.completed": gate}))
            await send(f"{provider.base_url}/responses", ask())
            await gate.reached()
            assert provider.verify() == []

    run(main())


def test_closing_ends_held_replies_and_reports_their_gates(run: Run, ask: Ask) -> None:
    async def main() -> None:
        early, late = Gate("early"), Gate("late")
        provider = Provider()
        await provider.start()
        provider.script(
            reply(say("a"), gates={"headers": early}),
            reply(say("b"), gates={"response.completed": late}),
        )
        async with raw_request(provider, ask()) as (first, _):
            await early.reached()
            async with raw_request(provider, ask()) as (second, _):
                await late.reached()
                await provider.close()
                assert await first.read() == b""
                assert b"response.completed" not in await second.read()
        problems = provider.verify()
        assert [problem.kind for problem in problems] == [ProblemKind.GATE_LEFT_CLOSED] * 2
        assert all("never released" in problem.message for problem in problems)
        assert [(r.completed, r.client_gone, r.settled) for r in provider.requests] == [
            (False, False, True),
            (False, False, True),
        ]

    run(main())


def test_a_client_that_leaves_while_it_is_held_is_seen(run: Run, ask: Ask) -> None:
    async def main() -> None:
        gate = Gate("held")
        async with Provider() as provider:
            provider.script(reply(say("a"), gates={"response.completed": gate}))
            async with raw_request(provider, ask()) as (_, writer):
                await gate.reached()
                request = provider.requests[0]
                with pytest.raises(WaitTimeoutError, match="still being answered"):
                    await provider.wait_until_settled(request, timeout=0.01)
                writer.transport.abort()
            await provider.wait_until_settled(request)
            assert (request.client_gone, request.completed) == (True, False)

    run(main())


def test_a_gate_that_its_reply_does_not_come_to_is_reported(run: Run, send: Send, ask: Ask) -> None:
    async def main() -> None:
        gate = Gate("text")
        async with Provider() as provider:
            provider.script(reply(run_command("true"), gates={"response.output_text.delta": gate}))
            await send(f"{provider.base_url}/responses", ask())
            (problem,) = provider.verify()
            assert problem.kind is ProblemKind.GATE_LEFT_CLOSED
            assert "never reached" in problem.message
            assert "'text'" in problem.message

    run(main())


def test_waiting_for_a_gate_is_bounded(run: Run) -> None:
    async def main() -> None:
        with pytest.raises(WaitTimeoutError) as raised:
            await Gate("lonely").reached(timeout=0.01)
        assert isinstance(raised.value, TimeoutError)
        assert "lonely" in raised.value.expected

    run(main())


def test_a_gate_tells_its_state() -> None:
    gate = Gate("g")
    states = [repr(gate)]
    gate.mark_reached()
    states.append(repr(gate))
    gate.release()
    states.append(repr(gate))
    assert states == ["Gate('g', not reached)", "Gate('g', reached)", "Gate('g', released)"]
    assert gate.is_reached
    assert gate.is_released
