"""Whatever bytes come over a connection: an answer below 500 or an end, and it serves on."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seatrial_provider import ProblemKind, Provider, reply, say

if TYPE_CHECKING:
    from collections.abc import Iterator

BODY = json.dumps({"model": "m", "input": "hi"}).encode()
SOUND = [
    b"POST /v1/responses HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    b"Content-Length: %d\r\n\r\n%b" % (len(BODY), BODY),
    b"POST /v1/responses HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%b\r\n0\r\n\r\n" % (len(BODY), BODY),
    b"GET /v1/models?limit=1 HTTP/1.1\r\nHost: x\r\nConnection: keep-alive\r\n\r\n",
    b"POST /v1/responses HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n{}",
    b"HEAD /v1/models HTTP/1.0\r\n\r\n",
]


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """Draws sound requests, one after the other, with some bytes changed, added or taken away."""
    raw = b"".join(draw(st.lists(st.sampled_from(SOUND), min_size=1, max_size=3)))
    for _ in range(draw(st.integers(min_value=1, max_value=4))):
        start = draw(st.integers(min_value=0, max_value=len(raw)))
        end = min(len(raw), start + draw(st.integers(min_value=0, max_value=6)))
        raw = raw[:start] + draw(st.binary(max_size=6)) + raw[end:]
    return raw


class Served:
    """A provider in a loop of its own, to which bytes are sent."""

    def __init__(self) -> None:
        self._runner = asyncio.Runner()
        self.provider = Provider()
        self.provider.script(reply(say("fine"), permanent=True))
        self._runner.run(self.provider.start())

    def close(self) -> None:
        self._runner.run(self.provider.close())
        self._runner.close()

    def send(self, raw: bytes) -> bytes:
        """Sends bytes on a new connection, then its end, and returns all that comes back."""
        return self._runner.run(asyncio.wait_for(self._send(raw), 20))

    async def _send(self, raw: bytes) -> bytes:
        parts = urlsplit(self.provider.base_url)
        reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
        try:
            writer.write(raw)
            writer.write_eof()
            return await reader.read()
        except ConnectionError:
            return b""
        finally:
            writer.close()


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    one = Served()
    yield one
    one.close()


@settings(max_examples=150)
@given(raw=damaged() | st.binary(max_size=80))
def test_any_bytes_are_answered_or_not_but_never_crash_it(raw: bytes, served: Served) -> None:
    answer = served.send(raw)
    for line in answer.split(b"\r\n"):
        if line.startswith(b"HTTP/1.1 "):
            assert int(line.split(b" ")[1]) < 500
    kinds = {problem.kind for problem in served.provider.verify()}
    assert ProblemKind.PROVIDER_ERROR not in kinds


def test_it_serves_after_all_that(served: Served) -> None:
    assert served.send(b"\x16\x03\x01\x02\x00\x01\x00").startswith(b"HTTP/1.1 400 ")
    assert b" 200 OK\r\n" in served.send(SOUND[2])
