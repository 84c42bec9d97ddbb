"""Streamable HTTP as a transport, against a server of the library `aiohttp`."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from hypothesis import given
from hypothesis import strategies as st

from seatrial.jsonrpc import encode, notification, request, response
from seatrial.transport.http import REVISION, SESSION, HttpTransport, connected, events

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from tests.harness.conftest import Run

    Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def asks(number: int, method: str, params: Any = None) -> bytes:
    """Returns a request."""
    return encode(request(number, method, params), with_member=True)


INITIALIZE = asks(1, "initialize", {})
INITIALIZED = encode(notification("notifications/initialized", None), with_member=True)
ANSWERED = {"jsonrpc": "2.0", "id": 1, "result": {"protocolVersion": "2025-06-18"}}


@asynccontextmanager
async def joined(
    handler: Handler, exited: asyncio.Future[Any] | None = None
) -> AsyncIterator[HttpTransport]:
    """Speaks with a server of one handler; its process is said to run on."""
    app = web.Application(client_max_size=2**30)
    app.router.add_route("*", "/mcp", handler)
    exited = exited or asyncio.get_running_loop().create_future()
    async with (
        TestServer(app) as server,
        connected(str(server.make_url("/mcp")), exited=exited) as transport,
    ):
        yield transport


async def streamed(request: web.Request, *chunks: bytes) -> web.StreamResponse:
    """Answers with a stream of these bytes."""
    answer = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
    await answer.prepare(request)
    for chunk in chunks:
        await answer.write(chunk)
    return answer


async def heard(transport: HttpTransport) -> Any:
    """Returns the next message, as JSON."""
    line = await transport.receive()
    assert line is not None
    return json.loads(line)


def test_answers_come_whole_or_as_a_stream(run: Run) -> None:
    async def serve(request: web.Request) -> web.StreamResponse:
        assert request.headers["Accept"] == "application/json, text/event-stream"
        said = json.loads(await request.read())
        match said.get("method"):
            case "whole":
                return web.json_response({"id": said["id"], "result": "whole"})
            case "batch":
                return web.json_response([{"method": "one"}, {"id": said["id"], "result": 2}])
            case "stream":
                event = json.dumps({"id": said["id"], "result": "ähm"}, ensure_ascii=False)
                return await streamed(
                    request, b'data: {"method":"first"}\n\n', f"data:{event}\n\n".encode()
                )
        return web.Response(status=202)

    async def main() -> None:
        async with joined(serve) as transport:
            assert transport.send(asks(1, "whole"))
            assert await heard(transport) == {"id": 1, "result": "whole"}
            transport.send(asks(2, "batch"))
            assert [await heard(transport), await heard(transport)] == [
                {"method": "one"},
                {"id": 2, "result": 2},
            ]
            transport.send(encode(notification("taken", None), with_member=True))
            transport.send(asks(3, "stream", {"large": "x" * 3_000_000}))
            assert await heard(transport) == {"method": "first"}
            assert await heard(transport) == {"id": 3, "result": "ähm"}

    run(main())


def test_the_session_and_the_revision_are_named_from_the_handshake_on(run: Run) -> None:
    seen: list[tuple[str, str | None, str | None]] = []

    async def serve(request: web.Request) -> web.StreamResponse:
        seen.append((request.method, request.headers.get(SESSION), request.headers.get(REVISION)))
        if request.method == "GET":
            return await streamed(request, b'data: {"method":"unasked"}\n\n')
        if request.method == "DELETE":
            return web.Response(status=204)
        said = json.loads(await request.read())
        if said.get("method") == "initialize":
            return web.json_response(ANSWERED, headers={SESSION: "s-1"})
        return web.Response(status=202)

    async def main() -> None:
        async with joined(serve) as transport:
            transport.send(INITIALIZE)
            assert await heard(transport) == ANSWERED
            transport.send(INITIALIZED)
            assert await heard(transport) == {"method": "unasked"}
            transport.close()
            assert not transport.send(INITIALIZED)
            assert await transport.receive() is None
            assert transport.end == "by us"

    run(main())
    named = ("s-1", "2025-06-18")
    assert seen == [("POST", None, None), ("POST", *named), ("GET", *named), ("DELETE", *named)]


def test_a_question_in_the_stream_of_a_request_is_answered_meanwhile(run: Run) -> None:
    answered: asyncio.Event
    order: list[str] = []

    async def serve(request: web.Request) -> web.StreamResponse:
        said = json.loads(await request.read())
        order.append(said.get("method") or "an answer")
        if said.get("method") == "ask":
            answer = await streamed(request, b'data: {"id":7,"method":"question"}\n\n')
            await answered.wait()
            await answer.write(b'data: {"id":1,"result":"asked"}\n\n')
            return answer
        answered.set()
        return web.Response(status=202)

    async def main() -> None:
        nonlocal answered
        answered = asyncio.Event()
        async with joined(serve) as transport:
            transport.send(asks(1, "ask"))
            assert await heard(transport) == {"id": 7, "method": "question"}
            transport.send(encode(response(7, {}), with_member=True))
            assert await heard(transport) == {"id": 1, "result": "asked"}
        assert order == ["ask", "an answer"]

    run(main())


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (404, "<h1>no</h1>", b"HTTP 404 Not Found: <h1>no</h1>"),
        (500, "", b"HTTP 500 Internal Server Error: "),
        (200, "hello", b"HTTP 200 OK: hello"),
        (307, "", b"HTTP 307 Temporary Redirect: "),
    ],
)
def test_what_is_no_message_is_given_as_it_came(
    run: Run, status: int, body: str, said: bytes
) -> None:
    async def serve(request: web.Request) -> web.StreamResponse:
        headers = {"Location": "http://127.0.0.1:1/"} if status == 307 else {}
        return web.Response(status=status, text=body, headers=headers)

    async def main() -> None:
        async with joined(serve) as transport:
            transport.send(INITIALIZE)
            assert await transport.receive() == said

    run(main())


def test_an_error_of_the_protocol_counts_whatever_its_status(run: Run) -> None:
    error = {"jsonrpc": "2.0", "id": None, "error": {"code": -32600, "message": "no session"}}

    async def serve(request: web.Request) -> web.StreamResponse:
        return web.json_response(error, status=400)

    async def main() -> None:
        async with joined(serve) as transport:
            transport.send(INITIALIZE)
            assert await heard(transport) == error

    run(main())


def test_a_server_that_nobody_answers_for_is_gone(run: Run) -> None:
    async def main() -> None:
        exited = asyncio.get_running_loop().create_future()
        exited.set_result(None)
        async with connected("http://127.0.0.1:1/mcp", exited=exited) as transport:
            transport.send(INITIALIZE)
            assert await transport.receive() is None

    run(main())


def test_the_connection_ends_with_the_process(run: Run) -> None:
    async def serve(request: web.Request) -> web.StreamResponse:
        return await streamed(request, b'data: {"method":"last words"}\n\n')

    async def main() -> None:
        exited = asyncio.get_running_loop().create_future()
        async with joined(serve, exited) as transport:
            transport.send(INITIALIZE)
            assert await heard(transport) == {"method": "last words"}
            exited.set_result(None)
            assert await transport.receive() is None
            assert not transport.send(INITIALIZE)

    run(main())


class _Pieces:
    def __init__(self, pieces: list[bytes]) -> None:
        self.pieces = pieces

    async def iter_any(self) -> AsyncIterator[bytes]:
        for piece in self.pieces:
            yield piece


STREAM = (
    'id: 1\r\nevent: message\r\ndata: {"a":1}\r\n\r\n: a comment\n\ndata:ä\ndata:  漢\n\n'
    "retry: 5\r\rdata\rdata: x\r\r"
).encode()


@given(cuts=st.lists(st.integers(min_value=0, max_value=len(STREAM)), max_size=12))
def test_events_are_the_same_however_they_arrive(cuts: list[int]) -> None:
    places = [0, *sorted(cuts), len(STREAM)]
    pieces = [STREAM[a:b] for a, b in pairwise(places) if a != b]

    async def read() -> list[bytes]:
        return [event async for event in events(_Pieces(pieces))]  # type: ignore[arg-type]

    assert asyncio.run(read()) == [b'{"a":1}', "ä\n 漢".encode(), b"\nx"]
