"""A record without its secrets: as values that can be kept, and as one line of JSON."""

from __future__ import annotations

from base64 import b64encode
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import orjson

from seatrial_provider.faults.registry import build, words_of
from seatrial_provider.journal.redact import names_a_secret
from seatrial_provider.recorded import RecordedRequest
from seatrial_provider.unsound import UnsoundBodyError
from seatrial_provider.wire.filled import Filled, Form

if TYPE_CHECKING:
    from seatrial_provider.journal.redact import Redactor
    from seatrial_provider.wire.filled import Payload

Values = tuple[Any, ...]
"""The attributes of a record in the order of `NAMES`: JSON, and bytes for bodies."""

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

_FREED = ("query", "headers", "body", "response_headers", "pieces", "faults")
"""The attributes that secrets are taken out of, and faults, which are kept as name and values."""

_HISTORY = ("earlier", "referenced")
"""What the provider kept of the conversation; left away where there is none."""

NAMES = (*_AS_IT_IS, *_FREED, *_HISTORY)
"""The attributes of a record that are written down."""

_taken_as_they_are = attrgetter(*_AS_IT_IS)


def safe_values(request: RecordedRequest, redactor: Redactor) -> Values:
    """Returns what may be written down of a record.

    A packed body that holds a secret is unpacked, and without the header that names its encoding.

    Args:
        request: The record.
        redactor: Takes its secrets out.

    Returns:
        The values of `NAMES`; without those of the history, if there is none.
    """
    plain = _plain(request)
    named = names_a_secret(plain)  # looked for once: it takes its time in a long body
    redactor = redactor.knowing(request.headers, plain if named else b"")
    headers = redactor.request_headers(request.headers)
    body = redactor.document(plain) if named else redactor.raw(plain)
    if body == plain:
        body = request.body
    else:
        headers = {name: headers[name] for name in headers if name != "content-encoding"}
    values = (
        *_taken_as_they_are(request),
        redactor.query(request.query),
        headers,
        body,
        redactor.headers(request.response_headers),
        [_safe_piece(piece, redactor) for piece in request.pieces],
        [words_of(fault) for fault in request.faults],
    )
    if not (request.earlier or request.referenced):
        return values
    kept = orjson.dumps([request.earlier, request.referenced])
    return (*values, *orjson.loads(redactor.document(kept)))


def record_of(values: Values) -> RecordedRequest:
    """Makes a record again.

    Args:
        values: What `safe_values` returned.

    Returns:
        The record; of the reply itself it knows the number only.
    """
    named = _named(values)
    named["faults"] = tuple(build(name, words) for name, words in named["faults"])
    named["response_headers"] = tuple((name, value) for name, value in named["response_headers"])
    named["pieces"] = [_as_piece(kept) for kept in named["pieces"]]
    return RecordedRequest(**named)


def to_line(request: RecordedRequest, redactor: Redactor) -> bytes:
    """Writes a record as JSON.

    Args:
        request: The record.
        redactor: Takes its secrets out.

    Returns:
        One object and a line feed. Bytes that are UTF-8 are written as text, others as
        `{"base64": ...}`.
    """
    named = _named(safe_values(request, redactor))
    named["body"] = _written(named["body"])
    named["sent"] = [_written(bytes(_as_piece(kept))) for kept in named.pop("pieces")]
    if not named["faults"]:
        del named["faults"]
    return orjson.dumps(named, option=orjson.OPT_APPEND_NEWLINE)


def _named(values: Values) -> dict[str, Any]:
    return dict(zip(NAMES, values, strict=False))


def _plain(request: RecordedRequest) -> bytes:
    try:
        return request.plain_body()
    except UnsoundBodyError:
        return request.body


def _safe_piece(
    piece: Payload | bytearray, redactor: Redactor
) -> bytes | tuple[bytes, list[bytes]]:
    """Returns a piece without secrets; one that is filled in, as its filling and its form.

    The pieces of a batch that share a form share it in the file too.
    """
    raw = bytes(piece)
    safe = redactor.raw(raw)
    if isinstance(piece, Filled) and safe == raw:
        return piece.filling, piece.form.around
    return safe


def _as_piece(kept: bytes | tuple[bytes, list[bytes]]) -> Payload:
    return kept if isinstance(kept, bytes) else Filled(Form(kept[1]), kept[0])


def _written(raw: bytes) -> Any:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return {"base64": b64encode(raw).decode()}
