"""Fills in the form of an elicitation: a value for each of its fields that fits the schema."""

from __future__ import annotations

from typing import Any

__all__ = ["filled"]

_FORMATS = {
    "email": "someone@example.invalid",
    "uri": "https://example.invalid/",
    "date": "2025-06-18",
    "date-time": "2025-06-18T00:00:00Z",
}


def filled(params: dict[str, Any]) -> dict[str, Any]:
    """Returns the content that accepts an elicitation with a form; empty where it has no fields.

    Args:
        params: The parameters of `elicitation/create` (Model Context Protocol 2025-06-18).
    """
    schema = params.get("requestedSchema")
    fields = schema.get("properties", {}) if isinstance(schema, dict) else {}
    return {name: _value(field) for name, field in fields.items() if isinstance(field, dict)}


def _value(field: dict[str, Any]) -> Any:
    """Returns the default of a field, its first choice, or the least value that it takes."""
    if "default" in field:
        return field["default"]
    if choices := _choices(field):
        return choices[0]
    match field.get("type"):
        case "boolean":
            return True
        case "integer" | "number":
            return field.get("minimum", min(1, field.get("maximum", 1)))
        case "array":
            items = field.get("items")
            choices = _choices(items) if isinstance(items, dict) else []
            return choices[: max(1, field.get("minItems", 1))]
        case _:
            return _FORMATS.get(str(field.get("format")), "x" * max(1, field.get("minLength", 1)))


def _choices(field: dict[str, Any]) -> list[Any]:
    titled = field.get("oneOf") or field.get("anyOf") or ()
    return list(field.get("enum", ())) or [one["const"] for one in titled if "const" in one]
