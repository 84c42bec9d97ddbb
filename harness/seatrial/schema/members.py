"""Finds the members of a message that its schema does not describe: it need not forbid them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from jsonschema import Draft7Validator

from seatrial.schema.bundle import Bundle

__all__ = ["undescribed"]


def undescribed(bundle: Bundle, root: Draft7Validator, schema: Any, value: Any) -> list[str]:
    """Returns the paths of the members that no form of the schema which fits the value has.

    Args:
        bundle: What the schema refers to.
        root: A validator of the bundle.
        schema: The schema of the value.
        value: A value that fits it.
    """
    return list(_Walk(bundle, root).below(schema, value, "$"))


class _Walk:
    def __init__(self, bundle: Bundle, root: Draft7Validator) -> None:
        self._bundle = bundle
        self._root = root

    def below(self, schema: Any, value: Any, path: str) -> Iterator[str]:
        forms = list(self._forms(schema, value))
        if isinstance(value, list):
            for form in forms:
                for number, one in enumerate(value if "items" in form else ()):
                    yield from self.below(form["items"], one, f"{path}[{number}]")
        if not isinstance(value, dict):
            return
        known: dict[str, Any] = {}
        for form in forms:
            known |= form.get("properties", {})
        free = any(_is_open(form) for form in forms)
        for name, one in value.items():
            if name in known:
                yield from self.below(known[name], one, f"{path}.{name}")
            elif forms and not free:
                yield f"{path}.{name}"

    def _forms(self, schema: Any, value: Any) -> Iterator[dict[str, Any]]:
        """Yields every schema that says something of the value: unions only in what fits it."""
        schema = self._bundle.resolve(schema)
        if not isinstance(schema, dict):
            return
        yield schema
        for one in schema.get("allOf", []):
            yield from self._forms(one, value)
        for one in (*schema.get("oneOf", []), *schema.get("anyOf", [])):
            if self._root.evolve(schema=one).is_valid(value):
                yield from self._forms(one, value)


def _is_open(form: dict[str, Any]) -> bool:
    """Whether a form lets any member be: it says so, or it says nothing at all of members."""
    says_nothing = not {"properties", "oneOf", "anyOf", "allOf", "$ref"} & form.keys()
    return bool(form.get("additionalProperties", says_nothing))
