"""Servers that answer every request with the same text: ours, and two that only send its bytes.

Run by the benchmarks: `python -m benchmarks.provider_ready provider|bare|aiohttp PORT TEXT`.
"""

from __future__ import annotations

import asyncio
import sys
from http.client import HTTPConnection
from urllib.parse import urlsplit

from benchmarks.provider_subjects import BODY, HEADERS
from seatrial_provider import Provider, SyncProvider, reply, say


def our_body(text: str) -> bytes:
    """Returns the body of the stream in which our provider says a text."""
    with SyncProvider() as provider:
        provider.script(reply(say(text)))
        parts = urlsplit(provider.base_url)
        connection = HTTPConnection("127.0.0.1", parts.port)
        connection.request("POST", "/v1/responses", BODY, HEADERS)
        body = connection.getresponse().read()
        connection.close()
        return body


async def provider(port: int, text: str) -> None:
    """Serves our provider, with one reply for any number of requests."""
    async with Provider(port=port) as serving:
        serving.script(reply(say(text), permanent=True))
        await asyncio.Event().wait()


class _Bare(asyncio.Protocol):
    """Waits for a whole request, whose length it finds itself, and sends ready bytes."""

    answer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._buffer = b""

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, blank, body = self._buffer.partition(b"\r\n\r\n")
        length = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]
        if blank and len(body) >= int(length or 0):
            self._buffer = b""
            self._transport.write(self.answer)


async def bare(port: int, text: str) -> None:
    """Serves ready bytes from a bare asyncio protocol."""
    body = our_body(text)
    head = (
        f"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-length: {len(body)}\r\n\r\n"
    )
    _Bare.answer = head.encode() + body
    loop = asyncio.get_running_loop()
    await (await loop.create_server(_Bare, "127.0.0.1", port)).serve_forever()


async def aiohttp(port: int, text: str) -> None:
    """Serves ready bytes from aiohttp."""
    from aiohttp import web

    body = our_body(text)

    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        await request.read()
        return web.Response(body=body, content_type="text/event-stream")

    runner = web.ServerRunner(web.Server(answer))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(
        {"provider": provider, "bare": bare, "aiohttp": aiohttp}[sys.argv[1]](
            int(sys.argv[2]), sys.argv[3]
        )
    )
