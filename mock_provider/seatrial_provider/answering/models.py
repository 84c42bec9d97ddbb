"""The list of models, with the entity tag that clients keep it by, and each model by its id."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote

from seatrial_provider.answering.answers import Answer, json_answer
from seatrial_provider.answering.context import Context, Route
from seatrial_provider.answering.served import request_id, served
from seatrial_provider.wire.plan import End, Head

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seatrial_provider.jsontypes import JsonObject
    from seatrial_provider.recorded import RecordedRequest


def _list(context: Context, request: RecordedRequest, names: Mapping[str, str]) -> Answer:
    etag = context.models.etag()
    if {etag, "*"} & _tags(request.header("if-none-match") or ""):
        headers = (("etag", etag), ("x-request-id", request_id(request)))
        return Answer(plan=(Head(304, headers, 0), End()))
    return json_answer(
        context.models.as_json(), request_id=request_id(request), headers={"etag": etag}
    )


def _retrieve(context: Context, request: RecordedRequest, names: Mapping[str, str]) -> JsonObject:
    return context.models.find(unquote(names["id"]))


def _tags(header: str) -> set[str]:
    return {tag.strip().removeprefix("W/") for tag in header.split(",")}


ROUTES = (
    Route("GET", "/models", _list),
    Route("GET", "/models/{id}", served(_retrieve), deep=True),
)
