"""Model requests of the Responses API: read, judged, and answered from the script."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial_provider import findings
from seatrial_provider.answering.answers import Answer, error_answer, json_answer, stream_answer
from seatrial_provider.answering.context import Context, Route
from seatrial_provider.body import UnsoundBodyError, decoded, input_items, offered, parsed
from seatrial_provider.ids import ItemIds, response_id
from seatrial_provider.invariants import breaches
from seatrial_provider.phrase import InexpressibleError, phrase
from seatrial_provider.responses.stream import (
    FIRST_BYTE,
    HEADERS,
    body_plan,
    completed_response,
    events_of,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seatrial_provider.recorded import RecordedRequest
    from seatrial_provider.responses.items import OutputItem
    from seatrial_provider.script import ScriptedReply

_UNNAMED_MODEL = "unnamed-model"


def _create(context: Context, request: RecordedRequest, names: Mapping[str, str]) -> Answer:
    request_id = f"req_rejected_{request.index + 1:04d}"
    try:
        _check_body(request)
    except UnsoundBodyError as error:
        found = findings.bad_request(request, error)
        context.report(found)
        return error_answer(found, request_id=request_id, param=error.param)
    for breach in breaches(request, ignore=context.ignore):
        context.report(findings.broken_invariant(request, breach))
    scripted = context.script.take(request)
    if scripted is None:
        found = findings.unexpected_request(request, context.script)
        context.report(found)
        return error_answer(found, request_id=request_id)
    request.reply, request.reply_number = scripted.reply, scripted.number
    try:
        items = _phrased(scripted, request)
    except InexpressibleError as error:
        found = findings.untestable(request, scripted, error)
        context.report(found)
        return error_answer(found, request_id=request_id, param="tools")
    return _scripted_answer(scripted, request, items)


def _check_body(request: RecordedRequest) -> None:
    body = parsed(decoded(request.body, request.header("content-encoding") or ""))
    input_items(body)
    offered(body)


def _phrased(scripted: ScriptedReply, request: RecordedRequest) -> list[OutputItem]:
    return [
        phrase(
            intent,
            tools=request.tools,
            ids=ItemIds(reply_number=scripted.number, output_index=index),
        )
        for index, intent in enumerate(scripted.reply.intents)
    ]


def _scripted_answer(
    scripted: ScriptedReply, request: RecordedRequest, items: list[OutputItem]
) -> Answer:
    body = request.body_json()
    named = body.get("model")
    model = named if isinstance(named, str) and named else _UNNAMED_MODEL
    id_, request_id = response_id(scripted.number), f"req_{scripted.number:04d}"
    gates = scripted.reply.gates
    if body.get("stream") is not True:
        return json_answer(
            completed_response(id_=id_, model=model, items=items),
            request_id=request_id,
            before_headers=gates.get(HEADERS),
            before_body=gates.get(FIRST_BYTE),
        )
    return stream_answer(
        body_plan(events_of(id_=id_, model=model, items=items), gates),
        request_id=request_id,
        before_headers=gates.get(HEADERS),
    )


ROUTES = (Route("POST", "/responses", _create, asks_model=True),)
