"""Faults that leave nothing of the scripted response: errors, and answers that are no HTTP."""

from __future__ import annotations

import json
from email.utils import parsedate_to_datetime
from typing import Any

import pytest
from tests.provider.faults.conftest import (
    PLANS,
    body,
    chat,
    head,
    header,
    missed,
    plain,
    put,
    responses,
    websocket,
)

from seatrial_provider import Gate, ScriptError
from seatrial_provider.faults import ErrorBody, HttpError, NotHttp, Slices
from seatrial_provider.wire.plan import Cut, Hold, Raw


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 418, 429, 500, 502, 503, 504, 529])
def test_http_error_has_the_envelope_of_the_api(status: int) -> None:
    failed = put(responses(), HttpError(status=status))
    error = json.loads(body(failed))["error"]
    assert error.keys() == {"message", "type", "param", "code"}
    assert error["message"]
    assert (head(failed).status, head(failed).length) == (status, len(body(failed)))
    assert header(failed, "content-type") == "application/json"
    assert header(failed, "x-request-id") == "req_0001"


def test_http_error_says_what_it_is_told_to() -> None:
    failed = put(chat(), HttpError(status=429, code="insufficient_quota", message="Pay."))
    error = json.loads(body(failed))["error"]
    assert (error["code"], error["message"]) == ("insufficient_quota", "Pay.")


def test_http_error_can_be_the_page_of_a_gateway() -> None:
    failed = put(chat(), HttpError(status=502, text="<h1>Bad Gateway</h1>"))
    assert header(failed, "content-type") == "text/html; charset=utf-8"
    assert body(failed) == b"<h1>Bad Gateway</h1>"


def test_http_error_says_when_to_come_back() -> None:
    seconds = put(plain(), HttpError(retry_after=1.5))
    assert header(seconds, "retry-after") == "1.5"
    thousandths = put(plain(), HttpError(retry_after=1.5, retry_after_as="milliseconds"))
    assert header(thousandths, "retry-after-ms") == "1500"
    date = put(plain(), HttpError(retry_after=20, retry_after_as="date"), now=1000.0)
    told = header(date, "retry-after")
    assert told is not None
    assert told.endswith(" GMT")
    assert parsedate_to_datetime(told).timestamp() == 1020


@pytest.mark.parametrize(("should_retry", "said"), [(True, "true"), (False, "false"), (None, None)])
def test_http_error_says_whether_to_come_back(should_retry: bool | None, said: str | None) -> None:
    failed = put(plain(), HttpError(should_retry=should_retry))
    assert header(failed, "x-should-retry") == said


def test_http_error_is_an_error() -> None:
    with pytest.raises(ScriptError, match="a status from 400 to 599"):
        HttpError(status=200)


def test_http_error_comes_after_the_gate_at_the_headers() -> None:
    hold = Hold(Gate("held"))
    assert put((hold, *responses()), HttpError())[0] == hold


def test_error_body_looks_well_and_is_an_error() -> None:
    failed = put(responses(), ErrorBody(code="overloaded", message="Busy."))
    assert head(failed).status == 200
    assert head(failed).length == len(body(failed))
    assert header(failed, "content-type") == "application/json"
    assert json.loads(body(failed))["error"]["code"] == "overloaded"


def test_not_http_is_bytes_and_nothing_else() -> None:
    assert put(responses(), NotHttp(text="220 smtp\r\n")) == (Raw(b"220 smtp\r\n"), Cut())


@pytest.mark.parametrize("carrier", PLANS)
@pytest.mark.parametrize("fault", [HttpError(), ErrorBody()], ids=repr)
def test_an_error_can_be_cut_in_pieces_too(carrier: str, fault: HttpError | ErrorBody) -> None:
    assert body(put(PLANS[carrier], fault, Slices())) == body(put(PLANS[carrier], fault))


def test_a_websocket_that_is_open_speaks_its_own_protocol() -> None:
    assert "carried in WebSocket" in missed(websocket(), NotHttp())
    assert head(put(websocket(), HttpError(status=429))).status == 429


@pytest.mark.parametrize("advice", [{"retry_after": 1}, {"should_retry": False}])
def test_a_message_has_no_header_for_advice(advice: dict[str, Any]) -> None:
    assert "no header" in missed(websocket(), HttpError(status=429, **advice))
