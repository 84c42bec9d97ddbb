"""What the tests of the provider share: a small HTTP client and the shapes of known tools."""

from __future__ import annotations

import asyncio
import io
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import aiohttp
import pydantic
import pytest

from seatrial_provider import RecordedRequest
from seatrial_provider.wire.sse import Frame, decode

if TYPE_CHECKING:
    from collections.abc import Coroutine, Mapping

JsonObject = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wire:
    """One HTTP response as it came over the wire."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)

    def frames(self) -> list[Frame]:
        return decode(self.body)

    def types(self) -> list[str]:
        return [frame.data["type"] for frame in self.frames()]


class Send(Protocol):
    """Sends one request on a connection of its own."""

    async def __call__(
        self,
        url: str,
        body: object = None,
        *,
        method: str = "POST",
        headers: Mapping[str, str] | None = None,
    ) -> Wire: ...


class Run(Protocol):
    """Runs a coroutine in a loop of its own, with a bound."""

    def __call__(self, main: Coroutine[Any, Any, None]) -> None: ...


class Ask(Protocol):
    """Makes the body of a model request."""

    def __call__(self, text: str = "go", *, stream: bool = True, **members: Any) -> JsonObject: ...


class Recorded(Protocol):
    """Makes a recorded request without HTTP."""

    def __call__(self, body: object, **fields: Any) -> RecordedRequest: ...


class Unknown(Protocol):
    """Validates an object against a class of the SDK; returns the fields the class has not."""

    def __call__(self, value: JsonObject, of: type[pydantic.BaseModel]) -> list[str]: ...


@pytest.fixture
def unknown() -> Unknown:
    def extras(value: Any) -> list[str]:
        if isinstance(value, pydantic.BaseModel):
            fields = [getattr(value, name) for name in type(value).model_fields]
            return [*(value.model_extra or {}), *extras(fields)]
        if isinstance(value, dict):
            return extras(list(value.values()))
        return [name for one in value for name in extras(one)] if isinstance(value, list) else []

    return lambda value, of: extras(of.model_validate(value, strict=True))


@pytest.fixture
def run() -> Run:
    def bounded(main: Coroutine[Any, Any, None]) -> None:
        async def watched() -> None:
            before = asyncio.all_tasks()
            await asyncio.wait_for(main, 30)
            left = asyncio.all_tasks() - before
            assert not left, f"tasks were left over: {left}"

        asyncio.run(watched())

    return bounded


@pytest.fixture
def send() -> Send:
    async def call(
        url: str,
        body: object = None,
        *,
        method: str = "POST",
        headers: Mapping[str, str] | None = None,
    ) -> Wire:
        raw = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        data = None if raw is None else io.BytesIO(raw)
        told = {"content-type": "application/json", "accept": "*/*", **(headers or {})}
        async with (
            aiohttp.ClientSession() as session,
            session.request(method, url, data=data, headers=told) as response,
        ):
            lower = {name.lower(): value for name, value in response.headers.items()}
            return Wire(status=response.status, headers=lower, body=await response.read())

    return call


@pytest.fixture
def tools() -> dict[str, JsonObject]:
    """The shapes of command tools, with the parameters that decide how they are spoken."""

    def function(name: str, required: str, **properties: JsonObject) -> JsonObject:
        parameters = {"type": "object", "properties": properties, "required": [required]}
        return {"type": "function", "name": name, "strict": False, "parameters": parameters}

    text: JsonObject = {"type": "string"}
    texts = {"type": "array", "items": text}
    permissions = {"type": "string", "enum": ["use_default", "require_escalated"]}
    return {
        "exec_command": function(
            "exec_command",
            "cmd",
            cmd=text,
            justification=text,
            sandbox_permissions=permissions,
            workdir=text,
            yield_time_ms={"type": "number"},
        ),
        "shell_command": function(
            "shell_command",
            "command",
            command=text,
            justification=text,
            sandbox_permissions=permissions,
            workdir=text,
        ),
        "shell": function(
            "shell",
            "command",
            command=texts,
            justification=text,
            with_escalated_permissions={"type": "boolean"},
            workdir=text,
        ),
        "local_shell": {"type": "local_shell"},
    }


@pytest.fixture
def ask(tools: dict[str, JsonObject]) -> Ask:
    def body(text: str = "go", *, stream: bool = True, **members: Any) -> JsonObject:
        content = [{"type": "input_text", "text": text}]
        message = {"type": "message", "role": "user", "content": content}
        offered = [tools["exec_command"]]
        return {
            "model": "mock",
            "input": [message],
            "tools": offered,
            "stream": stream,
            **members,
        }

    return body


@pytest.fixture
def recorded() -> Recorded:
    def make(body: object, **fields: Any) -> RecordedRequest:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        given = {"index": 0, "method": "POST", "path": "/v1/responses", "body": raw, **fields}
        return RecordedRequest(**given)

    return make
