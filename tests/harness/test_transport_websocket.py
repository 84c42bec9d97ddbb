"""The WebSocket transport, against a server of the library `websockets`."""

from __future__ import annotations

import asyncio
import http
import socket
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.asyncio.server import ServerConnection, serve, unix_serve
from websockets.exceptions import ConnectionClosed, InvalidStatus

from seatrial.jsonrpc import encode, request
from seatrial.peer import Peer, PeerGone
from seatrial.transport.websocket import WebSocketTransport, connected

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from pathlib import Path

    from tests.harness.conftest import Run

    Handler = Callable[[ServerConnection], Awaitable[None]]

PATIENCE = 20.0


@asynccontextmanager
async def joined(
    handler: Handler, *, path: Path | None = None, **options: Any
) -> AsyncIterator[WebSocketTransport]:
    """Connects to a server with this handler; its process is said to run on."""
    serving: Any = (
        unix_serve(handler, str(path), max_size=None)
        if path
        else serve(handler, "127.0.0.1", 0, max_size=None, **options.pop("serving", {}))
    )
    async with serving as server:
        exited = asyncio.get_running_loop().create_future()
        to = str(path) if path else server.sockets[0].getsockname()
        way = {"exited": exited, "timeout": PATIENCE, **options}
        async with connected("ws://127.0.0.1:1/", to, **way) as transport:
            yield transport


async def echo(connection: ServerConnection) -> None:
    async for message in connection:
        assert isinstance(message, str), "a binary frame"
        await connection.send(message)


def test_a_message_is_a_text_frame_whatever_its_size(run: Run, tmp_path: Path) -> None:
    async def main(path: Path | None) -> None:
        async with joined(echo, path=path) as transport:
            for line in (b'{"id":1}', b"", "ähm".encode(), b"x" * 5_000_000):
                assert transport.send(line + b"\n")
                assert await transport.receive() == line

    run(main(None))
    run(main(tmp_path / "s"))


@given(st.lists(st.text(max_size=20), max_size=5))
def test_messages_come_back_in_order(texts: list[str]) -> None:
    async def main() -> None:
        async with joined(echo) as transport:
            for text in texts:
                transport.send(text.encode() + b"\n")
            assert [await transport.receive() for _ in texts] == [text.encode() for text in texts]

    asyncio.run(asyncio.wait_for(main(), PATIENCE))


def test_pings_are_answered(run: Run) -> None:
    async def pings(connection: ServerConnection) -> None:
        await (await connection.ping())
        await connection.send("answered")

    async def main() -> None:
        async with joined(pings) as transport:
            assert await transport.receive() == b"answered"

    run(main())


def test_a_token_is_shown(run: Run) -> None:
    async def shows(connection: ServerConnection) -> None:
        assert connection.request
        await connection.send(connection.request.headers.get("Authorization", "none"))

    async def main(token: str | None, shown: bytes) -> None:
        async with joined(shows, token=token) as transport:
            assert await transport.receive() == shown

    run(main("secret", b"Bearer secret"))
    run(main(None, b"none"))


@pytest.mark.parametrize(
    ("code", "said"),
    [(1000, "1000 (OK) why"), (1011, "1011 (internal error) why"), (3001, "3001 (registered) why")],
)
def test_how_the_server_closed_is_told(run: Run, code: int, said: str) -> None:
    async def closes(connection: ServerConnection) -> None:
        await connection.close(code, "why")

    async def main() -> None:
        async with joined(closes) as transport:
            assert await transport.receive() is None
            assert transport.end == said
            assert not transport.send(b"{}\n")

    run(main())


def test_a_server_that_breaks_off_is_told_from_one_that_closes(run: Run) -> None:
    async def breaks_off(connection: ServerConnection) -> None:
        connection.transport.abort()

    async def main() -> None:
        exited = asyncio.get_running_loop().create_future()
        exited.set_result(None)
        async with joined(breaks_off, exited=exited) as transport:
            assert await transport.receive() is None
            assert transport.end == "without a closing frame"

    run(main())


def test_a_binary_frame_is_not_taken(run: Run) -> None:
    told: asyncio.Queue[int | None]

    async def binary(connection: ServerConnection) -> None:
        await connection.send(b"{}")
        with pytest.raises(ConnectionClosed) as closed:
            await connection.recv()
        assert closed.value.rcvd
        told.put_nowait(closed.value.rcvd.code)

    async def main() -> None:
        nonlocal told
        told = asyncio.Queue()
        async with joined(binary) as transport:
            assert await transport.receive() is None
            assert transport.end == "by us, after a binary frame of 2 bytes"
            assert await told.get() == 1003

    run(main())


def test_what_the_server_says_after_our_goodbye_is_received(run: Run) -> None:
    async def last_words(connection: ServerConnection) -> None:
        await connection.send(f"heard {await connection.recv()!r}")
        await connection.wait_closed()

    async def main() -> None:
        async with joined(last_words) as transport:
            transport.send(b"{}\n")
            transport.close()
            assert not transport.send(b"{}\n")
            assert await transport.receive() == b"heard '{}'"
            assert await transport.receive() is None
            assert transport.end == "1000 (OK), in answer to ours"

    run(main())


def test_a_server_that_goes_ends_whoever_waits_and_says_how(run: Run) -> None:
    async def goes(connection: ServerConnection) -> None:
        await connection.recv()
        await connection.close(1001)

    async def main() -> None:
        async with joined(goes) as transport:
            peer = Peer(transport, timeout=PATIENCE)
            peer.open()
            with pytest.raises(PeerGone, match=r"1001 \(going away\)"):
                await peer.request("anything")
            await peer.close()

    run(main())


def test_a_server_that_reads_nothing_does_not_stop_us(run: Run) -> None:
    async def main() -> None:
        done = asyncio.Event()

        async def deaf(_: ServerConnection) -> None:
            await done.wait()

        async with joined(deaf) as transport:
            line = encode(request(1, "m", "x" * 1_000_000), with_member=False)
            assert all(transport.send(line) for _ in range(30))
            done.set()

    run(main())


def test_neither_a_refusal_nor_a_redirect_leads_on(run: Run) -> None:
    async def main(status: http.HTTPStatus, error: type[Exception]) -> None:
        def answer(connection: ServerConnection, _: Any) -> Any:
            response = connection.respond(status, "no")
            response.headers["Location"] = "ws://elsewhere.invalid/"
            return response

        with pytest.raises(error):
            async with joined(echo, serving={"process_request": answer}):
                raise AssertionError("it let us in")

    run(main(http.HTTPStatus.UNAUTHORIZED, InvalidStatus))
    run(main(http.HTTPStatus.FOUND, ValueError))


def test_a_handshake_that_is_never_answered_meets_its_bound(run: Run) -> None:
    async def main() -> None:
        with socket.create_server(("127.0.0.1", 0)) as server:
            to = server.getsockname()
            exited = asyncio.get_running_loop().create_future()
            with pytest.raises(TimeoutError):
                async with connected("ws://h/", to, exited=exited, timeout=0.1):
                    raise AssertionError("it let us in")

    run(main())
