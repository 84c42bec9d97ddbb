"""Describes the paths that the provider serves, as an OpenAPI document made from its routes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from seatrial_provider.answering.answerer import ROUTES
from seatrial_provider.answering.context import BASE_PATH

if TYPE_CHECKING:
    from seatrial_provider.answering.context import Route
    from seatrial_provider.jsontypes import JsonObject

_ANY: JsonObject = {"schema": {}}
_ERROR: JsonObject = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["message", "type", "param", "code"],
            "properties": {
                "message": {"type": "string"},
                "type": {"type": "string"},
                "param": {"type": ["string", "null"]},
                "code": {"type": ["string", "null"]},
            },
        }
    },
}
_NEEDED = {"/responses": ["model", "input"], "/chat/completions": ["model", "messages"]}
"""The members without which a body is refused, by path; the others are checked one by one."""


def description() -> JsonObject:
    """Returns an OpenAPI 3.1 document of every path that is served.

    It says what a client can count on of the provider itself: which paths and methods there are,
    that a body is JSON, and the envelope of errors. What a response looks like is told by the
    description of the API that is mocked.
    """
    paths: dict[str, dict[str, Any]] = {}
    for route in ROUTES:
        paths.setdefault(f"{BASE_PATH}{route.path}", {})[route.method.lower()] = _operation(route)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Seatrial mock provider", "version": "1"},
        "paths": paths,
        "components": {"schemas": {"Error": _ERROR}},
    }


def _operation(route: Route) -> JsonObject:
    envelope = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
    operation: JsonObject = {
        "parameters": [
            {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
            for name in re.findall(r"\{(\w+)\}", route.path)
        ],
        "responses": {
            "200": {
                "description": "The answer.",
                "content": {"application/json": _ANY, "text/event-stream": _ANY},
            },
            "304": {"description": "It is the same as before."},
            "4XX": {"description": "What is wrong with the request.", "content": envelope},
        },
    }
    if route.method == "POST":
        body = {"type": "object", "required": _NEEDED.get(route.path, [])}
        operation["requestBody"] = {"content": {"application/json": {"schema": body}}}
    return operation
