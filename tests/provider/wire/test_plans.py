"""Each step of a plan does to the wire what it says, and the record knows of it."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from typing import TYPE_CHECKING, Any, cast

import pytest

from seatrial_provider import Gate
from seatrial_provider.wire.plan import (
    Cut,
    Delay,
    End,
    HalfClose,
    Head,
    Hold,
    Raw,
    Reset,
    Stall,
    Write,
)

if TYPE_CHECKING:
    from tests.provider.conftest import Run
    from tests.provider.wire.conftest import Serve

    from seatrial_provider.wire.plan import Plan

GET = b"GET /a HTTP/1.1\r\nHost: h\r\n\r\n"
LAST = b"GET /a HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
OLD = b"GET /a HTTP/1.0\r\n\r\n"
OLD_KEPT = b"GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"
HEAD = b"HEAD /a HTTP/1.1\r\nConnection: close\r\n\r\n"

STREAM: Plan = (Head(200, (("x-a", "1"),)), Write(b"one"), Write(b"two"), End())
SIZED: Plan = (Head(404, (), 3), Write(b"one"), End())
BEGUN: Plan = (Head(200, ()), Write(b"one"))
BEGUN_BYTES = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\none\r\n"


@pytest.mark.parametrize(
    ("request_", "plan", "expected"),
    [
        pytest.param(
            LAST,
            STREAM,
            b"HTTP/1.1 200 OK\r\nx-a: 1\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n"
            b"3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n",
            id="a stream goes in chunks",
        ),
        pytest.param(
            LAST,
            SIZED,
            b"HTTP/1.1 404 Not Found\r\ncontent-length: 3\r\nconnection: close\r\n\r\none",
            id="a body of known length goes as it is",
        ),
        pytest.param(
            OLD,
            STREAM,
            b"HTTP/1.1 200 OK\r\nx-a: 1\r\nconnection: close\r\n\r\nonetwo",
            id="an old client is sent a stream until the connection ends",
        ),
        pytest.param(
            OLD_KEPT + OLD,
            SIZED,
            b"HTTP/1.1 404 Not Found\r\ncontent-length: 3\r\nconnection: keep-alive\r\n\r\none"
            b"HTTP/1.1 200 OK\r\ncontent-length: 1\r\nconnection: close\r\n\r\n2",
            id="an old client may keep its connection",
        ),
        pytest.param(
            HEAD,
            SIZED,
            b"HTTP/1.1 404 Not Found\r\ncontent-length: 3\r\nconnection: close\r\n\r\n",
            id="HEAD is answered without a body",
        ),
        pytest.param(
            HEAD,
            STREAM,
            b"HTTP/1.1 200 OK\r\nx-a: 1\r\nconnection: close\r\n\r\n",
            id="HEAD is answered without a stream",
        ),
        pytest.param(
            LAST,
            (Head(299, (), 0), Write(b""), End()),
            b"HTTP/1.1 299 \r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
            id="a status without a name",
        ),
        pytest.param(LAST, (Raw(b"no HTTP"), Cut()), b"no HTTP", id="raw bytes go as they are"),
        pytest.param(GET, (*BEGUN, Cut()), BEGUN_BYTES, id="a cut stream lacks its end"),
        pytest.param(GET, BEGUN, BEGUN_BYTES, id="a plan without an end is cut"),
        pytest.param(
            GET, (*BEGUN, Raw(b"x"), Cut()), BEGUN_BYTES + b"x", id="raw bytes within a stream"
        ),
        pytest.param(
            GET + GET,
            (*BEGUN, End(close=True)),
            BEGUN_BYTES + b"0\r\n\r\n",
            id="a connection can be closed unannounced",
        ),
        pytest.param(GET, (*BEGUN, HalfClose(), Stall()), BEGUN_BYTES, id="our side closes"),
        pytest.param(
            LAST,
            (Head(200, (), 3), Delay(0), Write(b"a"), Delay(0.001), Write(b"bc"), End()),
            b"HTTP/1.1 200 OK\r\ncontent-length: 3\r\nconnection: close\r\n\r\nabc",
            id="a delay changes no byte",
        ),
    ],
)
def test_a_plan_becomes_these_bytes(
    request_: bytes, plan: Plan, expected: bytes, run: Run, serve: Serve
) -> None:
    async def main() -> None:
        async with serve(plan) as served:
            assert await served.exchange(request_) == expected
            ended = any(isinstance(step, End) for step in plan)
            assert served.requests[0].completed is ended

    run(main())


def test_a_reset_resets_after_what_was_sent(run: Run, serve: Serve) -> None:
    async def main() -> None:
        async with serve((*BEGUN, Reset())) as served, served.client(GET) as client:
            assert await client.reader.readexactly(len(BEGUN_BYTES)) == BEGUN_BYTES
            with pytest.raises(ConnectionResetError):
                await client.rest()
            request = await served.settled.get()
            assert (request.completed, request.client_gone) == (False, False)

    run(main())


def test_a_half_closed_connection_still_reads_what_the_client_sends(run: Run, serve: Serve) -> None:
    async def main() -> None:
        async with serve((*BEGUN, HalfClose())) as served, served.client(GET) as client:
            assert await client.rest() == BEGUN_BYTES
            client.send(b"x" * 1_000_000)
            await client.writer.drain()
            assert len(served.requests) == 1

    run(main())


def test_a_stall_lasts_until_the_client_goes(run: Run, serve: Serve) -> None:
    async def main() -> None:
        async with serve((*BEGUN, Stall())) as served:
            async with served.client(GET) as client:
                assert await client.reader.readexactly(len(BEGUN_BYTES)) == BEGUN_BYTES
                assert served.settled.empty()
            request = await served.settled.get()
            assert (request.completed, request.client_gone) == (False, True)

    run(main())


def test_closing_ends_a_stall_and_a_delay_and_blames_no_client(run: Run, serve: Serve) -> None:
    async def main() -> None:
        async with contextlib.AsyncExitStack() as clients:
            async with serve((*BEGUN, Stall()), (*BEGUN, Delay(3600))) as served:
                for _ in range(2):
                    client = await clients.enter_async_context(served.client(GET))
                    await client.head()
            assert served.settled.qsize() == 2
            ends = [(request.completed, request.client_gone) for request in served.requests]
            assert ends == [(False, False)] * 2

    run(main())


def test_a_gate_holds_everything_after_it_and_nothing_before_it(run: Run, serve: Serve) -> None:
    async def main() -> None:
        gate = Gate("middle")
        plan: Plan = (*BEGUN, Hold(gate), Write(b"two"), End())
        async with serve(plan) as served, served.client(LAST) as client:
            first = await client.reader.readuntil(b"one\r\n")
            await gate.reached()
            assert served.settled.empty()
            gate.release()
            assert (await client.rest()) == b"3\r\ntwo\r\n0\r\n\r\n"
            assert first.endswith(b"3\r\none\r\n")

    run(main())


def test_a_client_that_leaves_as_its_gate_opens_did_not_get_the_rest(
    run: Run, serve: Serve
) -> None:
    async def main() -> None:
        gate = Gate("middle")
        plan: Plan = (*BEGUN, Hold(gate), Write(b"two"), End())
        async with serve(plan) as served, served.client(GET) as client:
            await gate.reached()
            client.writer.transport.abort()
            request = await served.settled.get()
            gate.release()
            await asyncio.sleep(0)
            assert (request.completed, request.client_gone) == (False, True)

    run(main())


def test_a_long_body_is_sent_as_the_client_reads(run: Run, serve: Serve) -> None:
    payload = bytes(range(256)) * 80_000

    async def main() -> None:
        plan: Plan = (Head(200, (), len(payload)), Write(payload), End())
        async with serve(plan) as served:
            sock = socket.create_connection(("127.0.0.1", served.port))
            reader, writer = await asyncio.open_connection(sock=sock, limit=65_536)
            writer.write(LAST)
            await reader.readuntil(b"\r\n\r\n")
            completed = [served.requests[0].completed]
            assert await reader.read(-1) == payload
            completed.append(served.requests[0].completed)
            assert completed == [False, True]
            writer.close()
            await writer.wait_closed()

    run(main())


def test_a_short_reply_is_complete_before_the_client_can_see_it(run: Run, serve: Serve) -> None:
    async def main() -> None:
        async with serve() as served, served.client(GET) as client:
            seen = b""
            while not seen.endswith(b"\r\n\r\n1"):
                seen += await client.reader.read(1)
                assert served.requests[0].completed

    run(main())


@pytest.mark.parametrize("before", [(), (Delay(0),)], ids=["at once", "later"])
def test_a_step_that_cannot_be_carried_out_is_the_providers_own_failure(
    before: Plan, run: Run, serve: Serve
) -> None:
    async def main() -> None:
        plan: Plan = (Head(200, ()), *before, Write(cast("Any", 3)), End())
        async with serve(plan) as served:
            await served.exchange(GET)
            assert served.failures == ["/a"]
            request = await served.settled.get()
            assert (request.completed, request.client_gone) == (False, False)
            served.failures.clear()

    run(main())


def test_a_plan_can_come_before_anything_is_read(run: Run, serve: Serve) -> None:
    async def main() -> None:
        gate = Gate("slow to accept")
        async with serve(admission=(Hold(gate),)) as served, served.client(LAST) as client:
            await gate.reached()
            assert served.requests == []
            gate.release()
            assert (await client.head()).startswith(b"HTTP/1.1 200")
        async with serve(admission=(Reset(),)) as served:
            with pytest.raises(ConnectionResetError):
                await served.exchange(LAST)
            assert served.requests == []

    run(main())
