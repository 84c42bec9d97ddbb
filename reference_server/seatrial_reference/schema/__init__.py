"""The schema of the server's own messages; a module of this package each for a part of them."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from seatrial_reference.schema.words import either, named, shape

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType
    from typing import Any

__all__ = ["FILE", "document", "write"]

FILE = "seatrial_reference.schemas.json"
UNIONS = {
    "ClientRequest": "REQUESTS",
    "ClientNotification": "SAID",
    "ServerRequest": "ASKED",
    "ServerNotification": "TOLD",
}
"""The definition of each kind of message, and the table of a module that lists its methods."""


def document() -> dict[str, Any]:
    """Give the whole JSON Schema (draft 7), laid out as Codex lays out its own.

    A module may have the tables of `UNIONS` (a method and the name of its params), `DEFINITIONS`
    by name, where `v2/` begins the names that belong to app_v2 alone, and `EVENTS` by type.
    """
    parts = [import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__)]
    definitions: dict[str, Any] = {
        union: {"oneOf": [_message(union, *row) for row in _table(parts, table).items()]}
        for union, table in UNIONS.items()
    }
    definitions["ServerNotification"]["properties"] = {"emittedAtMs": {"type": "integer"}}
    events = _table(parts, "EVENTS").items()
    definitions["EventMsg"] = {"oneOf": [_typed(name, event) for name, event in events]}
    for name, definition in _table(parts, "DEFINITIONS").items():
        group, _, inner = name.rpartition("/")
        (definitions.setdefault(group, {}) if group else definitions)[inner] = definition
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "SeatrialReference",
        "type": "object",
        "definitions": definitions,
    }


def write(folder: str, describe: Callable[[], dict[str, Any]] = document) -> str:
    """Write the schema into a folder, which is made if need be; give the file's path.

    Args:
        folder: The folder.
        describe: Gives the schema.

    Raises:
        OSError: It cannot be written.
    """
    import json
    from pathlib import Path

    file = Path(folder) / FILE
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(describe(), indent=1) + "\n", "utf-8")
    return str(file)


def _table(parts: list[ModuleType], name: str) -> dict[str, Any]:
    return {key: value for part in parts for key, value in getattr(part, name, {}).items()}


def _typed(name: str, event: dict[str, Any]) -> dict[str, Any]:
    members = {"type": either(name), **event.get("properties", {})}
    return {**event, "required": ["type", *event.get("required", ())], "properties": members}


def _message(union: str, method: str, params: str | None) -> dict[str, Any]:
    members = {"method": either(method)}
    if union.endswith("Request"):
        members["id"] = named("RequestId")
    if params is not None:
        members["params"] = named(params)
    return shape(**members)
