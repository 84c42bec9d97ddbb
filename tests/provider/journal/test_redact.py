"""Secrets are taken out by name and by value, and nothing else is."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial_provider import ScriptError
from seatrial_provider.journal.redact import REDACTED, SECRET_HEADERS, SECRET_MEMBERS, Redactor

SECRET = 'sk-live-0123"\\\n456'


@pytest.mark.parametrize("name", sorted(SECRET_HEADERS))
def test_a_secret_header_is_taken_out(name: str) -> None:
    given = [(name.title(), f"Bearer {SECRET}"), ("accept", "a/b")]
    assert Redactor().headers(given) == [(name.title(), REDACTED), ("accept", "a/b")]


@pytest.mark.parametrize("name", SECRET_MEMBERS)
def test_a_secret_member_is_taken_out_and_the_rest_stays_json(name: str) -> None:
    told = {"a": [1, {name.upper(): SECRET, "b": f"the {name}: here"}], "arguments": ""}
    told["arguments"] = json.dumps({name: SECRET})
    redacted = json.loads(Redactor().document(json.dumps(told).encode()))
    assert redacted["a"] == [1, {name.upper(): REDACTED, "b": f"the {name}: here"}]
    assert json.loads(redacted["arguments"]) == {name: REDACTED}
    assert Redactor().query(f"x=1&{name}=abc&y=2") == f"x=1&{name}={REDACTED}&y=2"


@given(st.dictionaries(st.sampled_from([*SECRET_MEMBERS, "b"]), st.text() | st.integers()))
def test_what_is_written_stays_json_of_the_same_shape(told: dict[str, object]) -> None:
    redacted = json.loads(Redactor().document(json.dumps(told).encode()))
    kept = {k: REDACTED if k != "b" and isinstance(v, str) else v for k, v in told.items()}
    assert redacted == kept


def test_a_value_is_taken_out_wherever_it_is_and_the_longer_one_first() -> None:
    redactor = Redactor(["secret", "secret-longer"])
    assert redactor.text("a secret-longer b secret") == f"a {REDACTED} b {REDACTED}"
    assert redactor.raw(b"a secret") == b"a [redacted]"
    assert redactor.headers([("x-trace", "of secret")]) == [("x-trace", f"of {REDACTED}")]
    assert redactor.query("a=secret") == f"a={REDACTED}"


def test_what_is_secret_in_a_request_is_taken_out_of_all_of_it() -> None:
    headers = {"authorization": "Bearer sk-abcdef", "x-api-key": "short"}
    redactor = Redactor(["given-one"]).knowing(headers, b'{"password": "my-password"}')
    written = redactor.text("KEY=sk-abcdef, short, Bearer, my-password, given-one")
    assert written == f"KEY={REDACTED}, short, Bearer, {REDACTED}, {REDACTED}"


def test_a_value_that_is_too_short_is_refused() -> None:
    with pytest.raises(ScriptError, match="too short"):
        Redactor(["key"])
