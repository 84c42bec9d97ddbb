"""Contents that do not fit a form, and results that have not the shape of one."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.responders.forms import filled
from seatrial.toolserver import FORMS
from seatrial_suites.elicitation.contents import misfits
from seatrial_suites.mcp.results import problems


def params(required: list[str] | None = None, **fields: dict[str, Any]) -> dict[str, Any]:
    schema = {"type": "object", "properties": fields, "required": required or []}
    return {"message": "?", "requestedSchema": schema}


@pytest.mark.parametrize("name", FORMS)
def test_no_misfit_fits_its_form(name: str) -> None:
    asked = {"message": "?", "requestedSchema": FORMS[name].schema}
    validator = jsonschema.Draft202012Validator(FORMS[name].schema)
    assert validator.is_valid(filled(asked))
    found = misfits(asked)
    assert bool(found) is bool(FORMS[name].schema["properties"])
    assert not [what for what, content in found.items() if validator.is_valid(content)]


bounds = st.integers(0, 9)
fields = st.one_of(
    st.builds(
        lambda low, more: {"type": "integer", "minimum": low, "maximum": low + more}, bounds, bounds
    ),
    st.builds(lambda low: {"type": "number", "minimum": low}, bounds),
    st.builds(lambda low: {"type": "string", "minLength": low}, bounds),
    st.builds(lambda high: {"type": "string", "maxLength": high + 1}, bounds),
    st.just({"type": "boolean"}),
    st.just({"type": "string", "enum": ["a", "b"]}),
    st.just({"type": "string", "oneOf": [{"const": "a", "title": "A"}]}),
)


@given(st.dictionaries(st.sampled_from("abcd"), fields), st.data())
def test_a_misfit_breaks_one_rule_of_any_form(
    properties: dict[str, dict[str, Any]], data: st.DataObject
) -> None:
    required = (
        data.draw(st.lists(st.sampled_from(sorted(properties)), unique=True)) if properties else []
    )
    asked = params(required, **properties)
    for content in misfits(asked).values():
        errors = list(
            jsonschema.Draft202012Validator(asked["requestedSchema"]).iter_errors(content)
        )
        assert len({(*error.path,) for error in errors}) == 1


def test_only_the_rules_that_a_form_has_are_broken() -> None:
    assert misfits(params()) == {}
    assert set(misfits(params(a={"type": "boolean"}))) == {"of the wrong type"}
    whole = params(["a"], a={"type": "integer", "minimum": 1}, b={"type": "string", "enum": ["x"]})
    assert set(misfits(whole)) == {
        "of the wrong type",
        "that is none of the choices",
        "out of bounds",
        "without what is required",
    }
    assert misfits(whole)["without what is required"] == {"b": "x"}
    assert misfits({"requestedSchema": "none"}) == {}


TEXT = {"type": "text", "text": "hello"}


@pytest.mark.parametrize(
    ("result", "told"),
    [
        ({"content": []}, []),
        ({"content": [TEXT], "isError": True, "structuredContent": {}}, []),
        ({"content": [{"type": "image", "data": "", "mimeType": "image/png"}]}, []),
        ({"content": [{"type": "resource_link", "name": "x", "uri": "file:///x"}]}, []),
        (None, ["it is no object"]),
        ({}, ["its content is no list"]),
        ({"content": "hello"}, ["its content is no list"]),
        ({"content": [TEXT, "hello"]}, ["part 2 of its content is of no known type"]),
        ({"content": [{"type": "song"}]}, ["part 1 of its content is of no known type"]),
        ({"content": [{"type": "text"}]}, ["part 1 of its content has no text"]),
        ({"content": [], "isError": "no"}, ["isError is neither true nor false"]),
        ({"content": [], "structuredContent": []}, ["its structuredContent is no object"]),
    ],
)
def test_what_is_wrong_with_a_result_is_told(result: Any, told: list[str]) -> None:
    assert problems(result) == told
