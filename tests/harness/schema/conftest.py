"""A small schema of a server's messages, to be changed at one place by each test."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from seatrial.profiles import Schema
from seatrial.schema import Bundle

TEXT = {"type": "string"}


def message(method: str, params: str | None, *, asks: bool = False) -> dict[str, Any]:
    members: dict[str, Any] = {"method": {"type": "string", "enum": [method]}}
    if params is not None:
        members["params"] = {"$ref": f"#/definitions/{params}"}
    if asks:
        members["id"] = TEXT
    return {"type": "object", "required": sorted(members), "properties": members}


def shape(required: dict[str, Any], optional: dict[str, Any] | None = None) -> dict[str, Any]:
    return {
        "type": "object",
        "required": sorted(required),
        "properties": {**required, **(optional or {})},
    }


DOCUMENT: dict[str, Any] = {
    "definitions": {
        "ClientRequest": {
            "oneOf": [
                message("turn/start", "v2/TurnStartParams", asks=True),
                message("list", "ListParams", asks=True),
            ]
        },
        "ServerRequest": {"oneOf": [message("may/run", "v2/MayRunParams", asks=True)]},
        "ServerNotification": {"oneOf": [message("turn/done", "v2/TurnDoneNotification")]},
        "ClientNotification": {"oneOf": [message("initialized", None)]},
        "JSONRPCError": shape(
            {"id": {}, "error": shape({"code": {"type": "integer"}, "message": TEXT})}
        ),
        "RequestId": {"type": ["string", "integer"]},
        "ListParams": shape({}),
        "ListResponse": shape({"names": {"type": "array", "items": TEXT}}),
        "EventMsg": {"oneOf": [shape({"type": {"enum": ["began"]}, "at": {"type": "integer"}})]},
        "v2": {
            "TurnStartParams": shape(
                {"text": TEXT}, {"mode": {"enum": ["fast", "slow"]}, "note": {}}
            ),
            "TurnStartResponse": shape({"turn": {"$ref": "#/definitions/v2/Turn"}}),
            "Turn": shape({"id": TEXT, "status": {"enum": ["done", "failed"]}}, {"why": TEXT}),
            "TurnDoneNotification": shape({"turn": {"$ref": "#/definitions/v2/Turn"}}),
            "MayRunParams": shape(
                {"what": {"oneOf": [
                    shape({"type": {"enum": ["command"]}, "line": TEXT}),
                    shape({"type": {"enum": ["patch"]}, "files": {"type": "array", "items": TEXT}}),
                ]}}
            ),
            "MayRunResponse": shape({"answer": {"enum": ["yes", "no"]}}),
        },
    }
}  # fmt: skip

SAID = Schema.model_validate(
    {
        "file": "all.json",
        "writes": [{"arguments": ["schema", "${folder}"]}],
        "events": {"prefix": "event/", "member": "msg", "definition": "EventMsg"},
    }
)


@pytest.fixture
def document() -> dict[str, Any]:
    """The schema, to be changed at will."""
    return copy.deepcopy(DOCUMENT)


@pytest.fixture(scope="session")
def read() -> Callable[..., Bundle]:
    """Reads a schema as this server's; the unchanged one without an argument."""
    return lambda document=DOCUMENT, title="server": Bundle.read(
        copy.deepcopy(document), SAID, title=title
    )
