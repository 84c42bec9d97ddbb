"""The form that the tool `ask` asks by, and whether content fits it."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

MESSAGE = "What is to be sent, and how often?"

FORM: dict[str, Any] = {
    "type": "object",
    "properties": {
        "name": {"type": "string", "title": "Name", "minLength": 1, "maxLength": 40},
        "count": {"type": "integer", "minimum": 1, "maximum": 9},
        "size": {"type": "string", "enum": ["s", "m", "l"], "default": "m"},
        "sure": {"type": "boolean", "default": False},
    },
    "required": ["name", "count"],
}
"""A requested schema (Model Context Protocol 2025-06-18, elicitation)."""

_KINDS = {"string": str, "integer": int, "boolean": bool}


def misfit(content: Any) -> str:
    """Tell what is wrong with content; nothing if it fits. Other fields are passed over."""
    if not isinstance(content, dict):
        return "the content is no object"
    properties = FORM["properties"]
    for name in FORM["required"]:
        if name not in content:
            return f"{name} is missing"
    for name, field in properties.items():
        wrong = _wrong(content[name], field) if name in content else ""
        if wrong:
            return f"{name} {wrong}"
    return ""


def _wrong(value: Any, field: dict[str, Any]) -> str:
    if type(value) is not _KINDS[field["type"]]:
        return f"is no {field['type']}"
    if "enum" in field and value not in field["enum"]:
        return "is none of the choices"
    size = len(value) if isinstance(value, str) else value
    least = field.get("minLength", field.get("minimum", size))
    most = field.get("maxLength", field.get("maximum", size))
    return "" if least <= size <= most else "is out of bounds"
