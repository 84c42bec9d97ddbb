"""One line in, one message out: nothing raises, nothing is confused with anything else."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.jsonrpc import (
    ErrorResponse,
    Malformed,
    Notification,
    Request,
    Response,
    encode,
    error_response,
    id_key,
    notification,
    parse,
    request,
    response,
)

TEXT = st.text()
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)


@given(st.binary())
def test_no_bytes_raise(line: bytes) -> None:
    assert isinstance(parse(line), Malformed | Request | Notification | Response | ErrorResponse)


@given(st.dictionaries(st.sampled_from(["id", "method", "params", "result", "error"]), JSON))
def test_no_object_raises(value: dict[str, Any]) -> None:
    message = parse(json.dumps(value).encode())
    if not isinstance(message, Malformed):
        assert message.raw == value


@given(JSON, TEXT, JSON, st.booleans())
def test_a_request_survives_the_round_trip(
    request_id: Any, method: str, params: Any, with_member: bool
) -> None:
    line = encode(request(request_id, method, params), with_member=with_member)
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    message = parse(line)
    assert isinstance(message, Request)
    assert (message.id, message.method, message.params) == (request_id, method, params)
    assert id_key(message.id) == id_key(request_id)


@given(JSON, JSON)
def test_a_response_survives_the_round_trip(request_id: Any, result: Any) -> None:
    message = parse(encode(response(request_id, result), with_member=False))
    assert isinstance(message, Response)
    assert (message.id, message.result) == (request_id, result)


@given(JSON, st.integers(), TEXT, JSON)
def test_a_refusal_survives_the_round_trip(
    request_id: Any, code: int, text: str, data: Any
) -> None:
    message = parse(encode(error_response(request_id, code, text, data), with_member=True))
    assert isinstance(message, ErrorResponse)
    assert (message.id, message.code, message.message) == (request_id, code, text)
    assert message.data == data


def test_a_notification_has_no_id_and_leaves_empty_params_out() -> None:
    assert notification("initialized") == {"method": "initialized"}
    message = parse(encode(notification("seen", {"n": 1}), with_member=False))
    assert isinstance(message, Notification)
    assert (message.method, message.params) == ("seen", {"n": 1})


def test_the_member_comes_only_where_the_dialect_has_it() -> None:
    assert encode({"id": 1}, with_member=True) == b'{"jsonrpc":"2.0","id":1}\n'
    assert encode({"id": 1}, with_member=False) == b'{"id":1}\n'


def test_a_null_id_is_a_request_and_an_answer_all_the_same() -> None:
    assert isinstance(parse(b'{"id":null,"method":"m"}'), Request)
    assert isinstance(parse(b'{"id":null,"error":{"code":1,"message":"m"}}'), ErrorResponse)
    assert isinstance(parse(b'{"id":null,"result":null}'), Response)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"", "not JSON"),
        (b"hello", "not JSON"),
        (b"\xff\xfe", "not UTF-8"),
        (b"[1]", "not an object but list"),
        (b"null", "not an object but NoneType"),
        (b'{"method":1,"id":1}', "the method is not a string"),
        (b"{}", "neither a method nor an id"),
        (b'{"result":1}', "neither a method nor an id"),
        (b'{"id":1}', "neither a method, a result nor an error"),
        (b'{"id":1,"error":"no"}', "the error is not an object"),
        (b'{"id":1,"error":{},"result":1}', "both a result and an error"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"method":"m","params":' + b"1" * 5000 + b"}", "not readable"),
        (b'{"method":"m","params":NaN}', "NaN"),
        (b'{"method":"m","params":-Infinity}', "-Infinity"),
        ('{"method":"m"}'.encode("utf-16"), "not UTF-8"),
        (b'\xef\xbb\xbf{"method":"m"}', "not JSON"),
    ],
    ids=lambda value: repr(value[:24]),
)
def test_what_is_no_message_says_why(line: bytes, reason: str) -> None:
    message = parse(line)
    assert isinstance(message, Malformed)
    assert reason in message.reason
    assert message.line == line


def test_an_error_without_code_or_message_is_still_one() -> None:
    message = parse(b'{"id":1,"error":{}}')
    assert isinstance(message, ErrorResponse)
    assert (message.code, message.message, message.data) == (None, "", None)


def test_ids_that_python_calls_equal_are_told_apart() -> None:
    ids: list[Any] = [1, "1", 1.0, True, None, "null", [1], ["1"], 0, False, "", 2]
    keys = [id_key(value) for value in ids]
    assert len(set(keys)) == len(ids)
    assert keys == [id_key(json.loads(json.dumps(value))) for value in ids]


def test_the_order_of_an_ids_members_does_not_matter() -> None:
    assert id_key({"a": 1, "b": 2}) == id_key({"b": 2, "a": 1})


def test_half_a_surrogate_pair_can_be_sent_back() -> None:
    asked = parse(b'{"id":"\\ud800","method":"m"}')
    assert isinstance(asked, Request)
    answer = parse(encode(response(asked.id, "text \ud83d"), with_member=False))
    assert isinstance(answer, Response)
    assert id_key(answer.id) == id_key(asked.id)
    assert answer.result == "text \ud83d"


def test_text_goes_out_as_it_is_and_not_escaped() -> None:
    assert "é→" in encode(notification("m", "é→"), with_member=False).decode()
