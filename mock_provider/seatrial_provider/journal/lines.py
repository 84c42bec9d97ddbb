"""A record without its secrets: as values that can be kept, and as one line of JSON."""

from __future__ import annotations

from base64 import b64encode
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import orjson

from seatrial_provider.faults.registry import build, words_of
from seatrial_provider.recorded import RecordedRequest
from seatrial_provider.unsound import UnsoundBodyError

if TYPE_CHECKING:
    from seatrial_provider.journal.redact import Redactor

Values = dict[str, Any]
"""The attributes of a record by name: JSON, and bytes for the body and what was sent."""

_AS_IT_IS = (
    "number",
    "index",
    "method",
    "path",
    "transport",
    "connection",
    "received_at",
    "settled_at",
    "reply_number",
    "attempt",
    "retry_of",
    "status",
    "completed",
    "client_gone",
    "settled",
)
"""The attributes that hold no secret."""

_taken_as_they_are = attrgetter(*_AS_IT_IS)


def safe_values(request: RecordedRequest, redactor: Redactor) -> Values:
    """Returns what may be written down of a record.

    A packed body that holds a secret is unpacked, and without the header that names its encoding.

    Args:
        request: The record.
        redactor: Takes its secrets out.
    """
    plain = _plain(request)
    redactor = redactor.knowing(request.headers, plain)
    values: Values = dict(zip(_AS_IT_IS, _taken_as_they_are(request), strict=True))
    values["query"] = redactor.query(request.query)
    values["headers"] = headers = dict(redactor.headers(request.headers.items()))
    values["body"] = request.body
    if (document := redactor.document(plain)) != plain:
        values["body"] = document
        headers.pop("content-encoding", None)
    values["response_headers"] = redactor.headers(request.response_headers)
    values["sent"] = [redactor.raw(bytes(piece)) for piece in request.sent]
    if request.faults:
        values["faults"] = [words_of(fault) for fault in request.faults]
    if request.earlier or request.referenced:
        kept = orjson.dumps({"earlier": request.earlier, "referenced": request.referenced})
        values.update(orjson.loads(redactor.document(kept)))
    return values


def record_of(values: Values) -> RecordedRequest:
    """Makes a record again.

    Args:
        values: What `safe_values` returned.

    Returns:
        The record; it does not know the reply itself, only its number.
    """
    faults = tuple(build(name, words) for name, words in values.get("faults", ()))
    headers = tuple((name, value) for name, value in values["response_headers"])
    return RecordedRequest(**{**values, "faults": faults, "response_headers": headers})


def to_line(request: RecordedRequest, redactor: Redactor) -> bytes:
    """Writes a record as JSON.

    Args:
        request: The record.
        redactor: Takes its secrets out.

    Returns:
        One object and a line feed. Bytes that are UTF-8 are written as text, others as
        `{"base64": ...}`.
    """
    values = safe_values(request, redactor)
    values["body"] = _written(values["body"])
    values["sent"] = list(map(_written, values["sent"]))
    return orjson.dumps(values, option=orjson.OPT_APPEND_NEWLINE)


def _plain(request: RecordedRequest) -> bytes:
    try:
        return request.plain_body()
    except UnsoundBodyError:
        return request.body


def _written(raw: bytes) -> Any:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return {"base64": b64encode(raw).decode()}
