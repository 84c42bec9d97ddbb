"""The rules that a form asked for by elicitation has to keep, as a pure function over its schema.

Source: Model Context Protocol 2025-11-25, elicitation: requested schema, and security
considerations.
"""

from __future__ import annotations

import re
from typing import Any

import jsonschema

__all__ = ["problems", "secrets"]

_KINDS = {"string", "number", "integer", "boolean", "array"}
_FORMATS = {"email", "uri", "date", "date-time"}
_BOUNDS = (("minLength", "maxLength"), ("minimum", "maximum"), ("minItems", "maxItems"))
_SECRET = re.compile(
    r"pass(word|phrase|code)|secret|api[ _-]?key|access[ _-]?key|private[ _-]?key|token"
    r"|credential|credit[ _-]?card|card[ _-]?number|\bcvv\b|\bpin\b",
    re.IGNORECASE,
)


def problems(schema: Any) -> list[str]:
    """Returns, as sentences, what is wrong with a requested schema; none for one that is right.

    Args:
        schema: The member `requestedSchema` of an elicitation by form.
    """
    if not isinstance(schema, dict) or schema.get("type") != "object":
        return ["it is not an object"]
    properties = schema.get("properties")
    if not isinstance(properties, dict):
        return ["it has no properties"]
    required = schema.get("required", [])
    if not isinstance(required, list):
        return ["what it requires is no list"]
    strangers = [name for name in required if str(name) not in properties]
    return [
        *(f"{name} is required, and is no property" for name in strangers),
        *(
            f"{name} {problem}"
            for name, field in properties.items()
            for problem in (_field(field) if isinstance(field, dict) else ["is no schema"])
        ),
    ]


def secrets(schema: Any) -> list[str]:
    """Returns the names of the properties that seem to ask for a secret, by name or by title.

    Args:
        schema: The member `requestedSchema` of an elicitation by form.
    """
    properties = schema.get("properties") if isinstance(schema, dict) else None
    return [
        name
        for name, field in (properties or {}).items()
        if _SECRET.search(f"{name} {field.get('title', '') if isinstance(field, dict) else ''}")
    ]


def _field(field: dict[str, Any]) -> list[str]:
    kind = field.get("type")
    if not isinstance(kind, str) or kind not in _KINDS:
        return [f"is of the type {kind!r}, which is not a primitive one"]
    try:
        jsonschema.Draft202012Validator.check_schema(field)
    except jsonschema.SchemaError as error:
        return [f"is no schema: {error.message}"]
    found = []
    if kind == "array" and not _choices(field.get("items")):
        found.append("is a list of something else than choices")
    if "format" in field and field["format"] not in _FORMATS:
        found.append(f"has the format {field['format']!r}, which there is not")
    names, choices = field.get("enumNames", field.get("enum", [])), field.get("enum", [])
    if not isinstance(names, list) or len(names) != len(choices):
        found.append("has more or fewer names than choices")
    found += [
        f"has a {low} above its {high}"
        for low, high in _BOUNDS
        if low in field and high in field and field[low] > field[high]
    ]
    if "default" in field and not _fits(field["default"], field):
        found.append(f"has the default {field['default']!r}, which does not fit it")
    return found


def _choices(items: Any) -> bool:
    given = items if isinstance(items, dict) else {}
    return bool(given.get("enum") or given.get("anyOf") or given.get("oneOf"))


def _fits(value: Any, field: dict[str, Any]) -> bool:
    checker = jsonschema.Draft202012Validator.FORMAT_CHECKER
    return jsonschema.Draft202012Validator(field, format_checker=checker).is_valid(value)
