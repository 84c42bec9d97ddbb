"""The few words in which the schema is written down; each gives a JSON Schema (draft 7)."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

TEXT: dict[str, Any] = {"type": "string"}
WHOLE: dict[str, Any] = {"type": "integer"}
FLAG: dict[str, Any] = {"type": "boolean"}
ANY: dict[str, Any] = {}
NOTHING: dict[str, Any] = {"type": "null"}
EMPTY: dict[str, Any] = {"type": "object"}


def named(name: str) -> dict[str, Any]:
    """Give a reference to a definition."""
    return {"$ref": f"#/definitions/{name}"}


def either(*values: str) -> dict[str, Any]:
    """Give one of some texts."""
    return {"type": "string", "enum": list(values)}


def each(schema: dict[str, Any]) -> dict[str, Any]:
    """Give a list."""
    return {"type": "array", "items": schema}


def maybe(schema: dict[str, Any]) -> dict[str, Any]:
    """Give what may be null."""
    return {"anyOf": [schema, NOTHING]}


def one_of(*schemas: dict[str, Any]) -> dict[str, Any]:
    """Give one of some forms."""
    return {"oneOf": list(schemas)}


def shape(**members: dict[str, Any]) -> dict[str, Any]:
    """Give an object with members that must be there."""
    return {"type": "object", "required": sorted(members), "properties": members}


def with_optional(schema: dict[str, Any], **members: dict[str, Any]) -> dict[str, Any]:
    """Give an object with members besides that may be left out, or be null."""
    more = {name: maybe(member) for name, member in members.items()}
    return {**schema, "properties": {**schema.get("properties", {}), **more}}


def optional(**members: dict[str, Any]) -> dict[str, Any]:
    """Give an object whose members may all be left out, or be null."""
    return with_optional(EMPTY, **members)
