"""What is no request of the API is refused in its envelope, with its status, and is journalled."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING, Any

import pytest

from seatrial_provider import ProblemKind, Provider, reply, say

if TYPE_CHECKING:
    from tests.provider.conftest import Ask, Run, Send, Wire


def told(wire: Wire) -> tuple[int, Any]:
    error = wire.json()["error"]
    assert error.keys() == {"message", "type", "param", "code"}
    assert error["type"] == "invalid_request_error"
    assert wire.headers["x-should-retry"] == "false"
    return wire.status, error["code"]


@pytest.mark.parametrize(
    ("method", "path", "status", "code", "allow"),
    [
        ("POST", "/nowhere", 404, "unknown_url", None),
        ("POST", "/v1/nowhere", 404, "unknown_url", None),
        ("POST", "/v2/responses", 404, "unknown_url", None),
        ("POST", "/responses", 404, "unknown_url", None),
        ("POST", "/v1/responses/", 404, "unknown_url", None),
        ("PUT", "/v1/responses", 405, "method_not_supported", "POST"),
        ("DELETE", "/v1/models", 405, "method_not_supported", "GET"),
        ("PUT", "/v1/responses/compact", 405, "method_not_supported", "POST"),
        ("PATCH", "/v1/responses/resp_1", 405, "method_not_supported", "DELETE, GET"),
    ],
)
def test_a_path_or_a_method_that_is_not_served(
    method: str, path: str, status: int, code: str, allow: str | None, run: Run, send: Send
) -> None:
    async def main() -> None:
        async with Provider() as provider:
            root = provider.base_url.removesuffix("/v1")
            wire = await send(root + path, {}, method=method)
            assert told(wire) == (status, code)
            assert wire.headers.get("allow") == allow
            (problem,) = provider.verify()
            assert problem.kind is ProblemKind.UNEXPECTED_REQUEST
            assert f"{method} {path}" in problem.message
            assert [request.path for request in provider.journal] == [path]

    run(main())


@pytest.mark.parametrize(
    "kind",
    ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain", ""],
)
def test_a_body_that_says_it_is_no_json(kind: str, run: Run, send: Send, ask: Ask) -> None:
    async def main() -> None:
        async with Provider() as provider:
            provider.script(reply(say("unused")))
            url = f"{provider.base_url}/responses"
            wire = await send(url, ask(), headers={"content-type": kind})
            assert told(wire) == (400, "unsupported_content_type")
            refused, unused = provider.verify()
            assert (refused.kind, unused.kind) == (
                ProblemKind.BAD_REQUEST,
                ProblemKind.UNUSED_REPLY,
            )
            assert len(provider.requests) == 1

    run(main())


def test_json_in_a_character_set_is_json(run: Run, send: Send, ask: Ask) -> None:
    async def main() -> None:
        async with Provider() as provider:
            provider.script(reply(say("done")))
            kind = {"content-type": "Application/Json; charset=utf-8"}
            assert (await send(f"{provider.base_url}/responses", ask(), headers=kind)).status == 200
            assert provider.verify() == []

    run(main())


@pytest.mark.parametrize("given", [None, "Bearer 4711", "Basic right", "4711", "Bearer"])
def test_a_request_without_the_key(given: str | None, run: Run, send: Send, ask: Ask) -> None:
    async def main() -> None:
        async with Provider(api_key="right") as provider:
            headers = {} if given is None else {"authorization": given}
            wire = await send(f"{provider.base_url}/responses", ask(), headers=headers)
            assert told(wire) == (401, "invalid_api_key")
            (problem,) = provider.verify()
            assert problem.kind is ProblemKind.BAD_REQUEST
            assert "4711" not in problem.message

    run(main())


def test_a_request_with_the_key(run: Run, send: Send, ask: Ask) -> None:
    async def main() -> None:
        async with Provider(api_key="right") as provider:
            provider.script(reply(say("done")))
            headers = {"authorization": "Bearer right"}
            url = f"{provider.base_url}/responses"
            assert (await send(url, ask(), headers=headers)).status == 200
            assert provider.verify() == []

    run(main())


@pytest.mark.parametrize("encoding", [None, "gzip"])
def test_a_body_that_is_too_large(encoding: str | None, run: Run, send: Send, ask: Ask) -> None:
    async def main() -> None:
        async with Provider(largest_body=10_000) as provider:
            provider.script(reply(say("done")))
            url = f"{provider.base_url}/responses"
            large = b'{"input": "' + b"x" * 20_000 + b'"}'
            headers = {"content-encoding": encoding} if encoding else {}
            wire = await send(url, gzip.compress(large) if encoding else large, headers=headers)
            assert told(wire)[0] == 413
            assert provider.verify()[0].kind is ProblemKind.BAD_REQUEST
            assert len(provider.journal) == 1
            assert (await send(url, ask())).status == 200

    run(main())
