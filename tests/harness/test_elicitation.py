"""The rules of a requested schema: what breaks them, and what does not."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.elicitation import problems, secrets
from seatrial.toolserver import FORMS


def form(*required: str, **properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(required)}


@pytest.mark.parametrize("name", FORMS)
def test_the_forms_of_the_tool_server_keep_the_rules(name: str) -> None:
    assert problems(FORMS[name].schema) == []
    assert secrets(FORMS[name].schema) == []


@pytest.mark.parametrize(
    ("schema", "problem"),
    [
        (None, "it is not an object"),
        ({"type": "string"}, "it is not an object"),
        ({"type": "object"}, "it has no properties"),
        (form("b", a={"type": "string"}), "b is required, and is no property"),
        (form(a=1), "a is no schema"),
        (form(a={"type": "object"}), "a is of the type 'object', which is not a primitive one"),
        (form(a={"anyOf": []}), "a is of the type None, which is not a primitive one"),
        (
            form(a={"type": "array", "items": {"type": "string"}}),
            "a is a list of something else than choices",
        ),
        (
            form(a={"type": "string", "format": "colour"}),
            "a has the format 'colour', which there is not",
        ),
        (
            form(a={"type": "string", "enum": ["x", "y"], "enumNames": ["X"]}),
            "a has more or fewer names than choices",
        ),
        (
            form(a={"type": "integer", "minimum": 3, "maximum": 1}),
            "a has a minimum above its maximum",
        ),
        (
            form(a={"type": "integer", "default": "x"}),
            "a has the default 'x', which does not fit it",
        ),
        (
            form(a={"type": "string", "enum": ["x"], "default": "y"}),
            "a has the default 'y', which does not fit it",
        ),
    ],
)
def test_a_schema_that_breaks_a_rule_says_which(schema: Any, problem: str) -> None:
    assert problems(schema) == [problem]


@pytest.mark.parametrize(
    "name", ["password", "apiKey", "api_key", "access token", "credit-card", "cvv", "passphrase"]
)
def test_a_field_that_asks_for_a_secret_is_found_by_name_or_title(name: str) -> None:
    assert secrets(form(**{name: {"type": "string"}})) == [name]
    assert secrets(form(a={"type": "string", "title": name})) == ["a"]


def test_a_field_that_asks_for_none_is_left_alone() -> None:
    plain = ("name", "pinned", "passenger", "monkey", "card")
    assert secrets(form(**{name: {"type": "string"} for name in plain})) == []


json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=10,
)


@given(json)
def test_any_value_at_all_is_judged_without_an_exception(value: Any) -> None:
    assert problems(value)
    secrets(value)


words = st.sampled_from(["type", "enum", "enumNames", "default", "items", "minimum", "maximum"])
kinds = st.sampled_from(["string", "integer", "array", "boolean"])
fields = st.dictionaries(words, json | kinds)


@given(st.dictionaries(st.text(max_size=4), fields | json, max_size=3), json)
def test_any_form_at_all_is_judged_without_an_exception(fields: Any, required: Any) -> None:
    schema = {"type": "object", "properties": fields, "required": required}
    problems(schema)
    secrets(schema)
