"""Responses that are kept: looked at again, streamed again, deleted, cancelled, counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial_provider.answering.answers import Answer, stream_answer
from seatrial_provider.answering.context import Context, Route
from seatrial_provider.answering.served import body_of, request_id, served
from seatrial_provider.body import UnsoundBodyError, input_items
from seatrial_provider.responses.echo import check_members
from seatrial_provider.responses.input_kinds import check_items
from seatrial_provider.responses.points import body_plan
from seatrial_provider.responses.usage import Usage
from seatrial_provider.state import errors
from seatrial_provider.state.paging import page, query_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seatrial_provider.jsontypes import JsonObject
    from seatrial_provider.recorded import RecordedRequest


def _retrieve(
    context: Context, request: RecordedRequest, names: Mapping[str, str]
) -> JsonObject | Answer:
    kept = context.store.response(names["id"])
    query = query_of(request.query)
    if query.get("stream", "false").lower() != "true":
        return kept.look()
    after = _starting_after(query.get("starting_after", "-1"))
    events = [event for event in kept.events if event.get("sequence_number", 0) > after]
    gates = kept.request.reply.gates if kept.request.reply is not None else {}
    return stream_answer(body_plan(events, gates), request_id=request_id(request))


def _delete(context: Context, request: RecordedRequest, names: Mapping[str, str]) -> JsonObject:
    context.store.forget_response(names["id"])
    return {"id": names["id"], "object": "response", "deleted": True}


def _cancel(context: Context, request: RecordedRequest, names: Mapping[str, str]) -> JsonObject:
    kept = context.store.response(names["id"])
    if not kept.background:
        raise errors.not_in_background()
    return kept.cancel()


def _input_items(
    context: Context, request: RecordedRequest, names: Mapping[str, str]
) -> JsonObject:
    return page(context.store.response(names["id"]).context(), request.query)


def _input_tokens(
    context: Context, request: RecordedRequest, names: Mapping[str, str]
) -> JsonObject:
    body = body_of(request)
    check_members(body)
    if body.get("input") is not None:
        check_items(input_items(body))
        context.store.recall(request)
    return {"object": "response.input_tokens", "input_tokens": Usage().input_tokens}


def _starting_after(given: str) -> int:
    try:
        return int(given)
    except ValueError:
        raise UnsoundBodyError(
            expected="'starting_after' as a whole number",
            arrived=given[:60],
            param="starting_after",
        ) from None


ROUTES = (
    Route("POST", "/responses/input_tokens", served(_input_tokens)),
    Route("GET", "/responses/{id}", served(_retrieve)),
    Route("DELETE", "/responses/{id}", served(_delete)),
    Route("POST", "/responses/{id}/cancel", served(_cancel)),
    Route("GET", "/responses/{id}/input_items", served(_input_items)),
)
