"""Blocks about the scripts of the mock provider, and the schema of script files."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable
from dataclasses import fields
from typing import Any, cast

import seatrial_provider
from blocks.writing import code, described, meanings, model_keys, table
from seatrial_provider.script.conditions.base import AllOf, AnyOf, Condition, Not
from seatrial_provider.script.conditions.registry import CONDITIONS
from seatrial_provider.script.conditions.text import TextCondition
from seatrial_provider.script.files.kinds import conditions, endings, faulty, intents, short
from seatrial_provider.script.files.schema import script_schema
from seatrial_provider.script.reply import ReplyOptions

COMBINED = {AllOf: "`a & b`", AnyOf: "`a | b`", Not: "`~a`"}
TESTS = ("contains", "exact", "regex", "word")
FILE_KEYS = {
    "replies": "The replies and ordered groups, in order.",
    "conversations": "For each name of a conversation its `replies`, and its `when` if requests "
    "do not name it so.",
    "$schema": "Where the schema is; for editors.",
}


def conditions_table() -> str:
    """Returns every condition: its key in files, its function, what it asks for, its fields."""
    rows = []
    for key, kind in CONDITIONS.items():
        doc = (inspect.getdoc(kind) or "").partition("\n\nAttributes:")[0]
        rows.append([f"`{key}`", _in_python(kind), " ".join(doc.split()), _fields(kind)])
    return table(["key", "in Python", "what must be so", "fields"], rows)


def tests_table() -> str:
    """Returns the tests that a condition on a text can have."""
    said = meanings(TextCondition)
    return table(["test", "it passes if"], [[f"`{name}`", said[name]] for name in TESTS])


def file_keys() -> str:
    """Returns the keys of a script file."""
    rows = described(script_schema()["properties"], FILE_KEYS)
    return table(["key", "what stands under it"], [[f"`{key}`", words] for key, words in rows])


def bare_values() -> str:
    """Returns what a bare value means under the key of each kind."""
    rows = []
    for family in (intents(), conditions(), endings(), faulty()):
        fields_meant = {name: short(kind) for name, kind in family.kinds.items()}
        said = [f"`{name}`: `{field}`" for name, field in fields_meant.items() if field]
        rows.append([family.word, ", ".join(said)])
    return table(["kind of", "the field that a bare value stands for"], rows)


def schema_file() -> str:
    """Returns the schema of script files as it is published."""
    return json.dumps(script_schema(), indent=2, ensure_ascii=False) + "\n"


def _in_python(kind: type[Condition]) -> str:
    if kind in COMBINED:
        return COMBINED[kind]
    made = [
        name
        for name in seatrial_provider.__all__
        if name.startswith("when_")
        and inspect.signature(getattr(seatrial_provider, name)).return_annotation == kind.__name__
    ]
    if len(made) != 1:
        raise ValueError(f"not one public function makes a {kind.__name__}: {made}")
    return f"`{made[0]}(...)`"


def _fields(kind: type[Condition]) -> str:
    own = [field.name for field in fields(cast("Any", kind)) if field.name not in TESTS]
    return ", ".join([code(own)] * bool(own) + ["the tests"] * issubclass(kind, TextCondition))


BLOCKS: dict[str, Callable[[], str]] = {
    "reply-options": model_keys(ReplyOptions),
    "script-bare-values": bare_values,
    "script-conditions": conditions_table,
    "script-file-keys": file_keys,
    "script-tests": tests_table,
}
FILES: dict[str, Callable[[], str]] = {
    "docs/provider-script.schema.json": schema_file,
}
