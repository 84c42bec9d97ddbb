"""A WebSocket as a transport: one message is one text frame, without limit; TCP or Unix socket."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from seatrial.transport.base import EXIT_GRACE

__all__ = ["WebSocketTransport", "connected"]

_CLOSE_GRACE = 2.0
_NOT_TEXT = 1003
"""The close code for a kind of data that one cannot take (RFC 6455, 7.4.1)."""


class WebSocketTransport:
    """Messages to a server that listens, and from it; pings are answered.

    Attributes:
        end: With which close code the connection ended; empty while it is open.
    """

    def __init__(self, connection: ClientConnection, exited: asyncio.Future[Any]) -> None:
        self.end = ""
        self._connection = connection
        self._exited = exited
        self._outgoing: asyncio.Queue[bytes | None] = asyncio.Queue()
        self._closed = False
        self._sending = asyncio.create_task(self._send(), name="websocket")

    async def _send(self) -> None:
        try:
            while (message := await self._outgoing.get()) is not None:
                await self._connection.send(message, text=True)
            await self._connection.close()
        except ConnectionClosed:
            self._closed = True

    def send(self, line: bytes) -> bool:
        """Sends a message in a frame of its own; returns False once the connection is closed."""
        if self._closed:
            return False
        self._outgoing.put_nowait(line.removesuffix(b"\n"))
        return True

    async def receive(self) -> bytes | None:
        """Returns the server's next message; None when the connection is closed."""
        try:
            message = await self._connection.recv()
            if isinstance(message, str):
                return message.encode()
            await self._connection.close(_NOT_TEXT, "text is expected")
            self.end = f"by us, after a binary frame of {len(message)} bytes"
        except ConnectionClosed as closed:
            self.end = _words(closed)
            if closed.rcvd is None:
                await asyncio.wait((self._exited,), timeout=EXIT_GRACE)
        self._closed = True
        return None

    def close(self) -> None:
        """Says goodbye; what the server still sends until it answers that is received."""
        if not self._closed:
            self._closed = True
            self._outgoing.put_nowait(None)

    async def abort(self) -> None:
        """Drops the connection as it is, without a goodbye."""
        self._closed = True
        self._sending.cancel()
        self._connection.transport.abort()
        await asyncio.wait((self._sending,))
        await self._connection.wait_closed()


def _words(closed: ConnectionClosed) -> str:
    if closed.rcvd is None:
        return "without a closing frame"
    return f"{closed.rcvd}" if closed.rcvd_then_sent else f"{closed.rcvd}, in answer to ours"


@asynccontextmanager
async def connected(
    url: str,
    to: tuple[str, int] | str,
    *,
    token: str | None = None,
    exited: asyncio.Future[Any],
    timeout: float,
) -> AsyncIterator[WebSocketTransport]:
    """Connects to a server for the length of a block; the end is abrupt unless `close` was called.

    Neither a proxy nor a redirect leads anywhere else.

    Args:
        url: Its address, such as `ws://127.0.0.1:4500`.
        to: The host and port to connect to, or the path of a Unix socket.
        token: The bearer token to show.
        exited: Resolves when the server's process has ended.
        timeout: Seconds for connecting and the handshake together.

    Raises:
        OSError: Nobody listens there.
        TimeoutError: There was no answer within the bound.
        WebSocketException: The answer is no WebSocket's, or a refusal.
        ValueError: The answer is a redirect.
    """
    family = socket.AF_UNIX if isinstance(to, str) else socket.AF_INET
    with socket.socket(family) as sock:
        async with asyncio.timeout(timeout):
            sock.setblocking(False)
            await asyncio.get_running_loop().sock_connect(sock, to)
            connection = await connect(
                url,
                sock=sock,
                additional_headers={"Authorization": f"Bearer {token}"} if token else None,
                compression=None,
                max_size=None,
                ping_interval=None,
                open_timeout=None,
                close_timeout=_CLOSE_GRACE,
            )
        transport = WebSocketTransport(connection, exited)
        try:
            yield transport
        finally:
            await transport.abort()
