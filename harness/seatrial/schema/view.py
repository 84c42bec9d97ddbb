"""One place of a schema, spelled out: kinds, values, members, and the forms of a union by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from seatrial.schema.bundle import Bundle, reference_of

__all__ = ["ANYTHING", "View", "core_of", "view"]

Json = Any
ANYTHING = "anything"
"""The kind of a place about which the schema says nothing."""

NULL = {"type": "null"}


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What a schema says of a place, references followed once.

    Attributes:
        kinds: JSON types; `anything` where nothing is said.
        values: The values that it may have, as text; empty where any will do.
        members: The schema of each member.
        required: The members that must be there.
        items: The schema of each item of a list.
        others: The schema of members by any name.
        forms: Where there are several shapes: each by its tag, or by its kind.
    """

    kinds: frozenset[str]
    values: frozenset[str] = frozenset()
    members: Mapping[str, Json] = field(default_factory=dict)
    required: frozenset[str] = frozenset()
    items: Json = None
    others: Json = None
    forms: Mapping[str, Json] = field(default_factory=dict)


def core_of(schema: Json) -> tuple[Json, bool]:
    """Returns a schema without null, and whether null is allowed as well."""
    if not isinstance(schema, dict):
        return schema, False
    kinds = schema.get("type")
    if isinstance(kinds, list) and "null" in kinds:
        rest = [kind for kind in kinds if kind != "null"]
        return {**schema, "type": rest[0] if len(rest) == 1 else rest}, True
    for keyword in ("anyOf", "oneOf"):
        forms = schema.get(keyword, [])
        if NULL in forms and "properties" not in schema:
            rest = [form for form in forms if form != NULL]
            return (rest[0] if len(rest) == 1 else {keyword: rest}), True
    return schema, False


def view(bundle: Bundle, schema: Json) -> View:
    """Spells out a schema; null is left to `core_of`."""
    schema, _ = core_of(bundle.resolve(schema))
    if not isinstance(schema, dict):
        return View(kinds=frozenset({ANYTHING}))
    schema = _merged(bundle, schema)
    forms, members, values = _forms(bundle, schema)
    others = schema.get("additionalProperties")
    return View(
        kinds=_kinds(bundle, schema),
        values=_values(bundle, schema) | values,
        members={**members, **schema.get("properties", {})},
        required=frozenset(schema.get("required", ())),
        items=schema.get("items"),
        others=others if isinstance(others, dict) else None,
        forms=forms,
    )


def _merged(bundle: Bundle, schema: dict[str, Json]) -> dict[str, Json]:
    """Returns a schema with what `allOf` adds to it."""
    whole = dict(schema)
    for part in map(bundle.resolve, whole.pop("allOf", ())):
        part = _merged(bundle, part) if isinstance(part, dict) else {}
        both = {**part.get("properties", {}), **whole.get("properties", {})}
        required = [*part.get("required", ()), *whole.get("required", ())]
        whole = {**part, **whole}
        if both:
            whole |= {"properties": both, "required": required}
    return whole


def _union(schema: dict[str, Json]) -> tuple[Json, ...]:
    return (*schema.get("oneOf", ()), *schema.get("anyOf", ()))


def _kinds(bundle: Bundle, schema: Json) -> frozenset[str]:
    """Returns the JSON types of a place; of a union, those of all its forms."""
    schema = bundle.resolve(schema)
    if not isinstance(schema, dict):
        return frozenset({ANYTHING})
    kinds = schema.get("type")
    if kinds is not None:
        return frozenset([kinds] if isinstance(kinds, str) else kinds)
    if "properties" in schema:
        return frozenset({"object"})
    inner = (*_union(schema), *schema.get("allOf", ()))
    return frozenset[str]().union(*(_kinds(bundle, form) for form in inner)) or frozenset(
        {ANYTHING}
    )


def _values(bundle: Bundle, schema: Json) -> frozenset[str]:
    schema = bundle.resolve(schema)
    found = schema.get("enum", ()) if isinstance(schema, dict) else ()
    return frozenset(map(str, found))


def _forms(
    bundle: Bundle, schema: dict[str, Json]
) -> tuple[dict[str, Json], dict[str, Json], frozenset[str]]:
    """Takes a union apart: forms by name, members that only some forms have, and plain values.

    An object whose members are partly in its forms has no forms: those members are optional.
    """
    forms: dict[str, Json] = {}
    members: dict[str, Json] = {}
    values: set[str] = set()
    for number, form in enumerate(_union(schema)):
        inner = bundle.resolve(form)
        tag = _tag(bundle, inner)
        if plain := _values(bundle, inner):
            values |= plain
        elif "properties" in schema and not tag and isinstance(inner, dict):
            members |= inner.get("properties", {})
        else:
            forms[tag or _by_shape(form, inner) or f"form {number + 1}"] = form
    return forms, members, frozenset(values)


def _tag(bundle: Bundle, form: Json) -> str:
    """Returns the single value of the member that tells a form from the others; `type` first."""
    members = form.get("properties", {}) if isinstance(form, dict) else {}
    for name in ("type", *sorted(members)):
        values = _values(bundle, members.get(name))
        if len(values) == 1 and name in form.get("required", ()):
            return next(iter(values))
    return ""


def _by_shape(form: Json, inner: Json) -> str:
    """Returns the name of a form without a tag: its only member, its definition, or its kind."""
    if not isinstance(inner, dict):
        return ""
    if len(members := inner.get("properties", {})) == 1:
        return str(next(iter(members)))
    kind = inner.get("type", "")
    named = reference_of(form) or inner.get("title")
    return str(named or (kind if isinstance(kind, str) else " or ".join(kind)))
