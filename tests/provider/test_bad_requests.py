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
    from tests.provider.conftest import Ask, JsonObject, Run, Send

CASES: dict[str, tuple[bytes, str | None, str]] = {
    "empty": (b"", None, "bad-request"),
    "no JSON": (b"{", None, "bad-request"),
    "no UTF-8": (b'{"input": "\xff"}', None, "bad-request"),
    "too deep": (b"[" * 100_000, None, "bad-request"),
    "a list": (b"[]", None, "bad-request"),
    "no input": (b"{}", "input", "missing_required_parameter"),
    "input null": (b'{"input": null}', "input", "missing_required_parameter"),
    "input a number": (b'{"input": 3}', "input", "invalid_type"),
    "input of texts": (b'{"input": ["hi"]}', "input[0]", "invalid_type"),
    "type no text": (b'{"input": [{"type": ["message"]}]}', "input[0].type", "invalid_type"),
    "tools an object": (b'{"input": [], "tools": {}}', "tools", "invalid_type"),
    "model a number": (b'{"input": [], "model": 7}', "model", "invalid_type"),
    "metadata of numbers": (b'{"input": [], "metadata": {"a": 1}}', "metadata", "invalid_type"),
    "temperature a text": (b'{"input": [], "temperature": "hot"}', "temperature", "invalid_type"),
    "tools of texts": (b'{"input": [], "tools": ["shell"]}', "tools[0]", "invalid_type"),
}


@pytest.mark.parametrize("case", CASES)
def test_an_unsound_body_is_refused_and_uses_no_reply(case: str, run: Run, send: Send) -> None:
    body, param, code = CASES[case]

    async def main() -> None:
        async with Provider() as provider:
            provider.script(reply(say("unused")))
            wire = await send(f"{provider.base_url}/responses", body)
            assert wire.status == 400
            error = wire.json()["error"]
            assert (error["code"], error["param"]) == (code, param)
            kinds = [problem.kind for problem in provider.verify()]
            assert kinds == [ProblemKind.BAD_REQUEST, ProblemKind.UNUSED_REPLY]
            assert provider.requests[0].body == body

    run(main())


CALL = {"type": "function_call", "call_id": "c1", "name": "f", "arguments": "{}"}
OUTPUT = {"type": "function_call_output", "call_id": "c1", "output": "done"}
TOOL = {"type": "function", "name": "f", "parameters": {}}


@pytest.mark.parametrize(
    ("members", "param"),
    [
        ({"input": [{"role": 3, "content": "a"}]}, "input[0].role"),
        ({"input": [{"role": "user", "content": 3}]}, "input[0].content"),
        ({"input": [{"role": "user", "content": ["a"]}]}, "input[0].content"),
        (
            {"input": [{"role": "user", "content": [{"type": "input_text", "text": 3}]}]},
            "input[0].content[0].text",
        ),
        (
            {"input": [{"role": "user", "content": [{"type": "input_text"}]}]},
            "input[0].content[0].text",
        ),
        (
            {"input": [{"role": "user", "content": [{"type": "input_image", "image_url": {}}]}]},
            "input[0].content[0].image_url",
        ),
        ({"input": [CALL | {"arguments": {}}, OUTPUT]}, "input[0].arguments"),
        ({"input": [CALL, OUTPUT | {"output": {}}]}, "input[1].output"),
        ({"input": [CALL, OUTPUT | {"call_id": 3}]}, "input[1].call_id"),
        ({"input": [{"type": "reasoning", "summary": "a"}]}, "input[0].summary"),
        ({"input": [], "tools": [TOOL | {"parameters": "a"}]}, "tools[0].parameters"),
        (
            {"input": [], "tools": [{"type": "namespace", "tools": [TOOL | {"strict": "yes"}]}]},
            "tools[0].tools[0].strict",
        ),
        (
            {"input": [{"type": "additional_tools", "tools": [TOOL | {"name": 3}]}]},
            "input[0].tools[0].name",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_wrong_type_deep_in_a_body_is_refused_with_its_place(
    members: JsonObject, param: str, run: Run, send: Send
) -> None:
    async def main() -> None:
        async with Provider() as provider:
            provider.script(reply(say("unused")))
            wire = await send(f"{provider.base_url}/responses", {"model": "m", **members})
            assert (wire.status, wire.json()["error"]["param"]) == (400, param)
            kinds = [problem.kind for problem in provider.verify()]
            assert kinds == [ProblemKind.BAD_REQUEST, ProblemKind.UNUSED_REPLY]

    run(main())


def test_the_items_of_a_conversation_are_looked_at_too(run: Run, send: Send) -> None:
    async def main() -> None:
        async with Provider() as provider:
            items = [{"role": "user", "content": [{"type": "input_text", "text": 3}]}]
            wire = await send(f"{provider.base_url}/conversations", {"items": items})
            assert (wire.status, wire.json()["error"]["param"]) == (400, "items[0].content[0].text")

    run(main())


def test_odd_but_sound_items_are_no_crash(run: Run, send: Send, ask: Ask) -> None:
    odd = [
        {},
        {"type": "function_call"},
        {"type": "function_call", "call_id": "", "name": "", "arguments": "{"},
        {"type": "function_call_output", "call_id": None},
        {"type": "local_shell_call_output"},
        {"type": "message", "role": "critic", "content": [{}, {"type": "of another server"}]},
        {"type": "of another server", "call_id": 3, "name": {}, "content": 3},
    ]

    async def main() -> None:
        async with Provider() as provider:
            provider.script(reply(say("fine")))
            body = ask(input=odd, tools=[{}, {"type": "odd", "tools": []}])
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
