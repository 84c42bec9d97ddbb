"""The forms that the tools ask by, as data: between them every feature of a requested schema.

Source: Model Context Protocol 2025-11-25, elicitation, requested schema.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

__all__ = ["FORMS", "Form"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A form that a client is asked to have filled in.

    Attributes:
        name: Its name, as a call of a tool gives it.
        message: What the user is told.
        schema: The requested schema: a flat object.
        fits: Content that fits it.
    """

    name: str
    message: str
    schema: dict[str, Any]
    fits: dict[str, Any]


def _form(
    named: str, message: str, fits: dict[str, Any], /, *required: str, **properties: dict[str, Any]
) -> Form:
    schema: dict[str, Any] = {"type": "object", "properties": properties}
    if required:
        schema["required"] = list(required)
    return Form(name=named, message=message, schema=schema, fits=fits)


FORMS: dict[str, Form] = {
    form.name: form
    for form in (
        _form("empty", "May this go on?", {}),
        _form(
            "name",
            "Under which name is this to be sent?",
            {"name": "octopus"},
            "name",
            name={"type": "string", "title": "Name", "minLength": 2, "maxLength": 40},
        ),
        _form(
            "texts",
            "How are you to be reached?",
            {
                "mail": "someone@example.invalid",
                "site": "https://example.invalid/",
                "day": "2026-11-21",
                "moment": "2026-11-21T10:00:00Z",
                "word": "abc",
            },
            "mail",
            mail={"type": "string", "format": "email", "description": "An e-mail address."},
            site={"type": "string", "format": "uri"},
            day={"type": "string", "format": "date", "default": "2026-01-02"},
            moment={"type": "string", "format": "date-time"},
            word={"type": "string", "minLength": 2, "maxLength": 4, "default": "abc"},
        ),
        _form(
            "numbers",
            "How much is it to be?",
            {"share": 0.5, "count": 3, "sure": True},
            "count",
            share={"type": "number", "minimum": 0, "maximum": 1, "default": 0.25},
            count={"type": "integer", "minimum": 1, "maximum": 10},
            sure={"type": "boolean", "default": False},
        ),
        _form(
            "choices",
            "Which of these do you choose?",
            {"size": "m", "colour": "#00f", "days": ["mon"], "rooms": ["r1", "r2"], "old": "b"},
            "size",
            size={"type": "string", "enum": ["s", "m", "l"], "default": "m"},
            colour={
                "type": "string",
                "oneOf": [
                    {"const": "#f00", "title": "Red"},
                    {"const": "#00f", "title": "Blue"},
                ],
            },
            days={
                "type": "array",
                "minItems": 1,
                "maxItems": 2,
                "items": {"type": "string", "enum": ["mon", "tue", "wed"]},
                "default": ["mon"],
            },
            rooms={
                "type": "array",
                "items": {
                    "anyOf": [
                        {"const": "r1", "title": "Room 1"},
                        {"const": "r2", "title": "Room 2"},
                    ]
                },
            },
            old={"type": "string", "enum": ["a", "b"], "enumNames": ["First", "Second"]},
        ),
    )
}
"""Each by its name."""
