"""Secrets are taken out by value: none survives in any format, wherever it stood."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.journal import Direction, Journal, Redactor, sequence, to_jsonl
from seatrial.jsonrpc import encode, parse

SECRET = st.text('xyz0"\\/é→\n', min_size=6, max_size=12)
TEXT = st.sampled_from(["{}", "Bearer {}", '"{}"', "\\{}\\", "é{}é", "{0} and {0}"])


def _documents(secret: str) -> st.SearchStrategy[Any]:
    text = TEXT.map(lambda form: form.format(secret))
    flat = st.lists(text | st.integers(), max_size=2) | text
    return flat | st.dictionaries(text, flat, max_size=2) | st.lists(flat, max_size=2)


def _strings(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for pair in value.items() for part in pair for text in _strings(part)]
    if isinstance(value, list):
        return [text for element in value for text in _strings(element)]
    return [value] if isinstance(value, str) else []


@given(st.data(), SECRET)
def test_no_secret_survives_in_any_format(data: st.DataObject, secret: str) -> None:
    document = data.draw(_documents(secret))
    journal = Journal()
    for message in (
        {"id": secret, "method": secret, "params": document},
        {"method": secret, "params": {"item": {"type": secret, "id": document}}},
        {"method": "turn", "params": {"turn": {"status": secret}}},
        {"id": 1, "result": {"decision": document}},
        {"id": 1, "error": {"code": 1, "message": secret, "data": document}},
    ):
        journal.append(Direction.SERVER, parse(encode(message, with_member=False)))
    journal.append(Direction.SERVER, parse(f"no message {secret}".encode()))
    journal.note(f"a note of {secret}")
    redactor = Redactor([secret])
    for row in to_jsonl(journal.entries, redactor).split("\n")[:-1]:
        assert not [text for text in _strings(json.loads(row)) if secret in text]
    for step in sequence(journal.entries, redactor):
        assert secret not in step.label
        if step.detail:
            assert not [text for text in _strings(json.loads(step.detail)) if secret in text]


def test_an_escaped_secret_does_not_survive_in_a_label() -> None:
    """A label spells ids and decisions as JSON, where quotes and backslashes are escaped."""
    secret = 'sk-"quoted"\\é\n'
    journal = Journal()
    journal.append(
        Direction.SERVER, parse(encode({"id": secret, "method": "ask"}, with_member=False))
    )
    journal.append(
        Direction.CLIENT,
        parse(encode({"id": 1, "result": {"decision": secret}}, with_member=False)),
    )
    labels = [step.label for step in sequence(journal.entries, Redactor([secret]))]
    assert labels == ['ask #"<redacted>"', 'answer to #1: "<redacted>"']


def test_a_named_value_is_replaced_by_its_name() -> None:
    redactor = Redactor({"/homes/4711/home": "home"})
    assert redactor.text("/homes/4711/home/config.toml") == "<home>/config.toml"


def test_the_longer_value_goes_first() -> None:
    values = {"/homes/4711": "root", "/homes/4711/home": "home"}
    assert Redactor(values).text("/homes/4711/home /homes/4711") == "<home> <root>"


def test_keys_are_redacted_and_other_values_left_alone() -> None:
    value = {"sk-secret": [1, None, True, {"a": "my sk-secret"}], "b": 1.5}
    assert Redactor(["sk-secret"]).value(value) == {
        "<redacted>": [1, None, True, {"a": "my <redacted>"}],
        "b": 1.5,
    }


def test_what_is_too_short_is_refused_without_being_shown() -> None:
    assert Redactor(["sixsix"]).text("-sixsix-") == "-<redacted>-"
    with pytest.raises(ValueError, match="at least 6 characters, got one of 5") as caught:
        Redactor(["fives"])
    assert "fives" not in str(caught.value)
    with pytest.raises(ValueError, match="got one of 0"):
        Redactor([""])


def test_a_redactor_without_values_changes_nothing() -> None:
    value = {"a": ["b"]}
    assert Redactor().value(value) == value
    assert Redactor().text("text") == "text"


def test_nesting_without_end_is_cut_off_and_no_crash() -> None:
    value: object = "secret-value"
    for _ in range(5000):
        value = [value]
    shown = Redactor(["secret-value"]).value(value)
    assert "nested too deeply" in json.dumps(shown)
    value = ["secret-value"]
    for _ in range(150):
        value = [value]
    assert "<redacted>" in json.dumps(Redactor(["secret-value"]).value(value))
