"""Streamable HTTP as a transport: each message of ours is a POST to the server's one address.

What the server says comes in the answers to them, whole or as a stream of events, and in the stream
that a GET opens, where the server has one.

Source: Model Context Protocol 2025-06-18, transports, Streamable HTTP.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, suppress
from io import BytesIO
from typing import Any

import aiohttp

from seatrial.jsonrpc import Notification, Request, Response, parse
from seatrial.transport.base import EXIT_GRACE

__all__ = ["HttpTransport", "connected", "events"]

SESSION = "Mcp-Session-Id"
REVISION = "MCP-Protocol-Version"

_STREAM = "text/event-stream"
_ACCEPT = {"Accept": f"application/json, {_STREAM}", "Content-Type": "application/json"}
_OPENING_SECONDS = 5.0
"""For the head of the stream that a GET opens; a server that has none says so at once."""


class HttpTransport:
    """Messages to a server of the Model Context Protocol, and from it.

    A message that asks for no answer is out when the server has taken it, and a request when it
    has been written: only then the next one follows.

    Attributes:
        end: How the connection ended; empty while it goes on.
    """

    def __init__(
        self, session: aiohttp.ClientSession, url: str, exited: asyncio.Future[Any]
    ) -> None:
        self.end = ""
        self._session = session
        self._url = url
        self._exited = exited
        self._headers: dict[str, str] = {}
        self._outgoing: asyncio.Queue[bytes | None] = asyncio.Queue()
        self._incoming: asyncio.Queue[bytes | None] = asyncio.Queue()
        self._closed = False
        self._posts: set[asyncio.Task[None]] = set()
        self._sending = asyncio.create_task(self._send(), name="http")
        self._watching = asyncio.create_task(self._watch(), name="http: the server's end")

    def send(self, line: bytes) -> bool:
        """Posts a message; returns False once the connection is closed."""
        if self._closed:
            return False
        self._outgoing.put_nowait(line.removesuffix(b"\n"))
        return True

    async def receive(self) -> bytes | None:
        """Returns the server's next message; None when the connection is closed.

        An answer that is none of the protocol's, such as an error page, is given as it came, with
        its status before it.
        """
        return await self._incoming.get()

    def close(self) -> None:
        """Goes away: what is still awaited is given up, and the session is ended."""
        if not self._closed:
            self._closed = True
            self._outgoing.put_nowait(None)

    async def abort(self) -> None:
        """Drops every connection as it is, without a goodbye."""
        self._closed = True
        tasks = {self._sending, self._watching, *self._posts}
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)

    async def _send(self) -> None:
        while (message := await self._outgoing.get()) is not None:
            asked = parse(message)
            written = asyncio.Event()
            post = self._begin(self._post(message, written, _method(asked) == "initialize"))
            if isinstance(asked, Request):
                await _first(written.wait(), post)
            else:
                await asyncio.wait((post,))
            if _method(asked) == "notifications/initialized":
                opened = asyncio.Event()
                stream = self._begin(self._listen(opened))
                await _first(opened.wait(), stream, timeout=_OPENING_SECONDS)
        for post in self._posts:
            post.cancel()
        how = "by us; the server did not take our goodbye"
        with suppress(aiohttp.ClientError):
            async with self._session.delete(self._url, headers=self._headers):
                how = "by us"
        self._over(how)

    def _begin(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work, name="http: an exchange")
        self._posts.add(task)
        task.add_done_callback(self._posts.discard)
        return task

    async def _post(self, message: bytes, written: asyncio.Event, is_first: bool) -> None:
        """Posts a message and takes all that comes in answer to it."""
        try:
            async with self._session.post(
                self._url,
                data=BytesIO(message),
                headers=_ACCEPT | self._headers,
                allow_redirects=False,
                trace_request_ctx=written,
            ) as answer:
                if is_first and SESSION in answer.headers:
                    self._headers[SESSION] = answer.headers[SESSION]
                async for said in _said(answer):
                    if is_first:
                        self._agree(said)
                    self._incoming.put_nowait(said)
        except aiohttp.ClientPayloadError:
            return  # a stream may break off; an answer that was in it is missing then
        except aiohttp.ClientError as error:
            await asyncio.wait((self._exited,), timeout=EXIT_GRACE)
            self._over(str(error) or type(error).__name__)

    def _agree(self, said: bytes) -> None:
        """Takes the revision of the protocol from the answer to the handshake."""
        answer = parse(said)
        result = answer.result if isinstance(answer, Response) else None
        revision = result.get("protocolVersion") if isinstance(result, dict) else None
        if isinstance(revision, str) and revision.isascii() and revision.isprintable():
            self._headers[REVISION] = revision

    async def _listen(self, opened: asyncio.Event) -> None:
        """Takes what the server says without having been asked, where it has a stream for it."""
        headers = {**self._headers, "Accept": _STREAM}
        with suppress(aiohttp.ClientError):
            async with self._session.get(
                self._url, headers=headers, allow_redirects=False
            ) as answer:
                opened.set()
                if answer.ok and answer.content_type == _STREAM:
                    async for said in events(answer.content):
                        self._incoming.put_nowait(said)

    async def _watch(self) -> None:
        """Ends the connection with the server, once all that it had said has come."""
        await asyncio.wait((self._exited,))
        if self._posts:
            await asyncio.wait(self._posts, timeout=EXIT_GRACE)
        self._over("")

    def _over(self, how: str) -> None:
        self.end = self.end or how
        self._closed = True
        self._incoming.put_nowait(None)


def _method(message: object) -> str:
    return message.method if isinstance(message, Request | Notification) else ""


async def _first(
    one: Coroutine[Any, Any, Any], other: asyncio.Task[None], *, timeout: float | None = None
) -> None:
    """Waits for one of two things."""
    waiting = asyncio.ensure_future(one)
    try:
        await asyncio.wait((waiting, other), timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
    finally:
        waiting.cancel()


async def _said(answer: aiohttp.ClientResponse) -> AsyncIterator[bytes]:
    """Yields the messages of an answer; what is none with its status before it."""
    if answer.ok and answer.content_type == _STREAM:
        async for said in events(answer.content):
            yield said
        return
    body = (await answer.read()).strip()
    if answer.content_type == "application/json":
        with suppress(ValueError):
            found = json.loads(body)
            if not isinstance(found, list):
                yield body
                return
            for message in found:
                yield json.dumps(message).encode()
            return
    if body or answer.status // 100 != 2:
        yield f"HTTP {answer.status} {answer.reason}: ".encode() + body


async def events(lines: aiohttp.StreamReader) -> AsyncIterator[bytes]:
    """Yields the data of each event of a stream; names, ids and comments are passed over.

    Source: HTML Living Standard, server-sent events, 9.2.6.
    """
    data: list[bytes] = []
    parts: list[bytes] = []
    returned = False
    async for chunk in lines.iter_any():
        fresh = chunk.removeprefix(b"\n") if returned else chunk
        returned = chunk.endswith(b"\r")  # a line feed that follows belongs to it
        parts.append(fresh)
        if b"\n" not in fresh and b"\r" not in fresh:
            continue
        whole = b"".join(parts).replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        *found, rest = whole.split(b"\n")
        parts = [rest]
        for line in found:
            if not line and data:
                yield b"\n".join(data)
                data = []
            name, _, value = line.partition(b":")
            if name == b"data":
                data.append(value.removeprefix(b" "))


async def _written(_session: Any, context: Any, _chunk: Any) -> None:
    if context.trace_request_ctx is not None:
        context.trace_request_ctx.set()


@asynccontextmanager
async def connected(url: str, *, exited: asyncio.Future[Any]) -> AsyncIterator[HttpTransport]:
    """Speaks with a server for the length of a block; the end is abrupt unless `close` was called.

    Neither a proxy nor a redirect leads anywhere else. Whether somebody listens there shows with
    the first message.

    Args:
        url: Its address, such as `http://127.0.0.1:4500/mcp`.
        exited: Resolves when the server's process has ended.
    """
    tracing = aiohttp.TraceConfig()
    tracing.on_request_chunk_sent.append(_written)
    async with aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0),
        timeout=aiohttp.ClientTimeout(total=None),
        trace_configs=[tracing],
        cookie_jar=aiohttp.DummyCookieJar(),
    ) as session:
        transport = HttpTransport(session, url, exited)
        try:
            yield transport
        finally:
            await transport.abort()
