"""Invariants of the headers and of what a request says beside its conversation."""

from __future__ import annotations

from collections.abc import Iterator

from seatrial_provider.invariants.base import Asked, Finding, Invariant

_JSON = "application/json"
_ACCEPTED = ("*/*", "application/*", _JSON, "text/*", "text/event-stream")


def _content_type(asked: Asked) -> Iterator[Finding]:
    given = asked.request.header("content-type")
    if asked.request.is_message:
        return
    if given != _JSON and (given is None or _kind(given) != _JSON):
        yield "content-type: application/json", f"content-type {given!r}"


def _accept(asked: Asked) -> Iterator[Finding]:
    given = asked.request.header("accept")
    if given is None or given in _ACCEPTED:
        return
    if not any(_kind(one) in _ACCEPTED for one in given.split(",")):
        yield "an accept header that lets JSON or an event stream come back", f"accept {given!r}"


def _model_named(asked: Asked) -> Iterator[Finding]:
    model = asked.request.body_json().get("model")
    if not isinstance(model, str) or not model:
        yield "the name of a model as 'model'", f"model {model!r}"


def _kind(value: str) -> str:
    return value.partition(";")[0].strip().lower()


INVARIANTS = (
    Invariant(
        name="content-type",
        holds="The headers say that the body is JSON.",
        check=_content_type,
    ),
    Invariant(
        name="accept",
        holds="An `accept` header, if there is one, takes JSON or an event stream; the SDKs of "
        "OpenAI ask for JSON in both cases.",
        check=_accept,
    ),
    Invariant(
        name="model-named",
        holds="The request names a model.",
        check=_model_named,
    ),
)
