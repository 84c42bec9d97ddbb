"""Model requests of Chat Completions: read, judged, and answered from the same script."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial_provider.answering.answers import Answer, json_answer, stream_answer
from seatrial_provider.answering.asked import answer_from_script
from seatrial_provider.answering.context import Context, Route
from seatrial_provider.answering.envelope import envelope_of, headers_of
from seatrial_provider.chat import request as chat_request
from seatrial_provider.chat.builders import ChatForm, completion_id
from seatrial_provider.chat.chunks import chunks_of
from seatrial_provider.chat.expressible import why_not
from seatrial_provider.chat.stream import body_plan, plain
from seatrial_provider.phrase import InexpressibleError
from seatrial_provider.responses.points import FIRST_BYTE, HEADERS
from seatrial_provider.responses.stream import events_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seatrial_provider.answering.asked import Phrased
    from seatrial_provider.recorded import RecordedRequest
    from seatrial_provider.script import Use


def _create(context: Context, request: RecordedRequest, names: Mapping[str, str]) -> Answer:
    return answer_from_script(context, request, check=_check, render=_rendered)


def _check(context: Context, request: RecordedRequest) -> None:
    body = request.sound_body()
    chat_request.as_responses_body(body)
    chat_request.check_options(body)


def _rendered(context: Context, request: RecordedRequest, use: Use, phrased: Phrased) -> Answer:
    body = request.body_json()
    said = phrased()
    envelope = envelope_of(use, model=body.get("model"))
    options = body.get("stream_options") or {}
    form = ChatForm(
        id=completion_id(envelope.id),
        model=envelope.model,
        reasoning=context.chat_reasoning,
        whole_calls=context.chat_whole_calls,
        include_usage=options.get("include_usage") is True,
    )
    for intent, one in zip(use.reply.intents, said, strict=True):
        if (reason := why_not(one, form)) is not None:
            raise InexpressibleError(intent, [reason])
    events = events_of(envelope, said)
    chunks, gates = chunks_of(events, form), use.reply.gates
    if body.get("stream") is True:
        return stream_answer(
            body_plan(chunks, gates),
            request_id=use.request_id,
            headers=headers_of(use),
            before_headers=gates.get(HEADERS),
        )
    status, answer = plain(chunks, events[-1], form, ending=envelope.ending)
    return json_answer(
        answer,
        request_id=use.request_id,
        status=status,
        headers=headers_of(use),
        before_headers=gates.get(HEADERS),
        before_body=gates.get(FIRST_BYTE),
    )


ROUTES = (Route("POST", chat_request.PATH, _create, asks_model=True),)
