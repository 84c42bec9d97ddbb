"""Contents that do not fit a form, made of the form itself, as a pure function."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from seatrial.responders.forms import filled

__all__ = ["misfits"]


def misfits(params: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Returns contents that break one rule of a form each, by what is wrong with them.

    A rule that the form does not have is left out.

    Args:
        params: The parameters of an elicitation by form.
    """
    fits = filled(params)
    schema = params.get("requestedSchema")
    shape: dict[str, Any] = schema if isinstance(schema, dict) else {}
    fields = {name: field for name, field in shape.get("properties", {}).items() if name in fits}
    found = {
        what: {**fits, name: wrong(field)}
        for what, (breaks, wrong) in _WAYS.items()
        for name, field in reversed(fields.items())
        if breaks(field)
    }
    required = [name for name in shape.get("required", ()) if name in fits]
    if required:
        found["without what is required"] = {
            name: value for name, value in fits.items() if name != required[0]
        }
    return found


def _beyond(field: dict[str, Any]) -> Any:
    """Returns a value beyond a bound of a field."""
    if "maximum" in field:
        return field["maximum"] + 1
    if "minimum" in field:
        return field["minimum"] - 1
    if "maxLength" in field:
        return "x" * (field["maxLength"] + 1)
    return "x" * (field["minLength"] - 1)


def _bounded(field: dict[str, Any]) -> bool:
    bounds = {"maximum", "minimum", "maxLength"} & field.keys()
    return bool(bounds) or field.get("minLength", 0) > 0


_WAYS: dict[str, tuple[Callable[[dict[str, Any]], bool], Callable[[dict[str, Any]], Any]]] = {
    "of the wrong type": (lambda field: True, lambda field: {"not": "a primitive"}),
    "that is none of the choices": (
        lambda field: field.get("type") == "string" and bool(field.keys() & {"enum", "oneOf"}),
        lambda field: "seatrial-none-of-these",
    ),
    "out of bounds": (_bounded, _beyond),
}
"""What is wrong with a content: in which fields that can be, and what such a field holds then."""
