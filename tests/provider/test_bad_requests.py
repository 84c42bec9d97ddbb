"""A body that is no model request gets an error envelope and a problem, never a crash."""

from __future__ import annotations

import asyncio
import gzip
import json
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from seatrial_provider import ProblemKind, Provider, reply, say

if TYPE_CHECKING:
    from tests.provider.conftest import Ask, Run, Send

CASES: dict[str, tuple[bytes, str | None]] = {
    "empty": (b"", None),
    "no JSON": (b"{", None),
    "no UTF-8": (b'{"input": "\xff"}', None),
    "too deep": (b"[" * 100_000, None),
    "a list": (b"[]", None),
    "no input": (b"{}", "input"),
    "input null": (b'{"input": null}', "input"),
    "input a number": (b'{"input": 3}', "input"),
    "input of texts": (b'{"input": ["hi"]}', "input"),
    "type no text": (b'{"input": [{"type": ["message"]}]}', "input"),
    "tools an object": (b'{"input": [], "tools": {}}', "tools"),
    "model a number": (b'{"input": [], "model": 7}', "model"),
    "metadata of numbers": (b'{"input": [], "metadata": {"a": 1}}', "metadata"),
    "temperature a text": (b'{"input": [], "temperature": "hot"}', "temperature"),
    "tools of texts": (b'{"input": [], "tools": ["shell"]}', "tools"),
}


@pytest.mark.parametrize("case", CASES)
def test_an_unsound_body_is_refused_and_uses_no_reply(case: str, run: Run, send: Send) -> None:
    body, param = CASES[case]

    async def main() -> None:
        async with Provider() as provider:
            provider.script(reply(say("unused")))
            wire = await send(f"{provider.base_url}/responses", body)
            assert wire.status == 400
            error = wire.json()["error"]
            assert (error["code"], error["param"]) == ("bad-request", param)
            kinds = [problem.kind for problem in provider.verify()]
            assert kinds == [ProblemKind.BAD_REQUEST, ProblemKind.UNUSED_REPLY]
            assert provider.requests[0].body == body

    run(main())


def test_odd_but_sound_items_are_no_crash(run: Run, send: Send, ask: Ask) -> None:
    odd = [
        {},
        {"type": "function_call", "call_id": ["x"], "name": {}},
        {"type": "function_call_output", "call_id": 3},
        {"type": "local_shell_call_output"},
        {"type": "message", "role": ["user"], "content": [3, {"type": []}]},
        {"type": "message", "role": "user", "content": [{"type": {"a": 1}, "text": 3}]},
    ]

    async def main() -> None:
        async with Provider() as provider:
            provider.script(reply(say("fine")))
            body = ask(input=odd, tools=[{"type": 3, "name": [], "tools": [1]}])
            wire = await send(f"{provider.base_url}/responses", body)
            assert wire.status == 200
            assert {problem.kind for problem in provider.verify()} == {ProblemKind.INVARIANT}

    run(main())


def test_a_gzip_body_is_read(run: Run, send: Send, ask: Ask) -> None:
    async def main() -> None:
        async with Provider() as provider:
            provider.script(reply(say("read")))
            packed = gzip.compress(json.dumps(ask("packed")).encode())
            url = f"{provider.base_url}/responses"
            wire = await send(url, packed, headers={"content-encoding": "gzip"})
            assert wire.status == 200
            assert provider.requests[0].body == packed
            assert provider.requests[0].last_user_text() == "packed"

    run(main())


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        pytest.param("gzip", b"plain", id="no gzip"),
        pytest.param("gzip", gzip.compress(b'{"input": []}')[:-4], id="cut gzip"),
        pytest.param("zstd", b"", id="zstd"),
    ],
)
def test_an_encoding_that_cannot_be_undone_is_refused(
    encoding: str, body: bytes, run: Run, send: Send
) -> None:
    async def main() -> None:
        async with Provider() as provider:
            url = f"{provider.base_url}/responses"
            wire = await send(url, body, headers={"content-encoding": encoding})
            assert wire.status == 400
            assert [p.kind for p in provider.verify()] == [ProblemKind.BAD_REQUEST]

    run(main())


def test_a_large_body_is_read_whole(run: Run, send: Send, ask: Ask) -> None:
    async def main() -> None:
        async with Provider() as provider:
            provider.script(reply(say("read")))
            text = "x" * 5_000_000
            wire = await send(f"{provider.base_url}/responses", ask(text))
            assert wire.status == 200
            assert provider.requests[0].last_user_text() == text

    run(main())


def test_a_client_that_asks_leave_to_send_its_body_gets_it(run: Run, ask: Ask) -> None:
    async def main() -> None:
        async with Provider() as provider:
            provider.script(reply(say("read")))
            parts = urlsplit(provider.base_url)
            reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
            body = json.dumps(ask()).encode()
            head = (
                "POST /v1/responses HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n"
                f"Content-Length: {len(body)}\r\n\r\n"
            )
            writer.write(head.encode())
            assert await reader.readline() == b"HTTP/1.1 100 Continue\r\n"
            writer.write(body)
            assert await reader.readline() == b"\r\n"
            assert await reader.readline() == b"HTTP/1.1 200 OK\r\n"
            writer.close()
            await writer.wait_closed()

    run(main())


def test_a_body_in_damaged_chunks_ends_its_connection_and_nothing_else(
    run: Run, send: Send, ask: Ask
) -> None:
    async def main() -> None:
        async with Provider() as provider:
            provider.script(reply(say("fine")))
            parts = urlsplit(provider.base_url)
            reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
            head = "POST /v1/responses HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
            writer.write(f"{head}3\r\n{{}}x\r\nnot a size\r\n".encode())
            answer = await reader.read()
            writer.close()
            await writer.wait_closed()
            assert b" 400 " in answer.splitlines()[0]
            (problem,) = [p for p in provider.verify() if p.kind is ProblemKind.BAD_REQUEST]
            assert "no HTTP request" in problem.message
            assert provider.journal == []
            assert (await send(f"{provider.base_url}/responses", ask())).status == 200

    run(main())
