"""Model requests of the Responses API: read, judged, and answered from the script."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from seatrial_provider.answering.answers import Answer, json_answer, stream_answer
from seatrial_provider.answering.asked import answer_from_script
from seatrial_provider.answering.context import Context, Route
from seatrial_provider.answering.envelope import UNNAMED_MODEL, envelope_of, headers_of
from seatrial_provider.answering.messages import asks_for_nothing, check_message, warmed_up
from seatrial_provider.body import input_items
from seatrial_provider.responses.echo import check_members, echo_of, encoded_echo
from seatrial_provider.responses.endings import StreamError
from seatrial_provider.responses.flavours import Flavour, end_mark
from seatrial_provider.responses.including import ENCRYPTED_REASONING, with_included
from seatrial_provider.responses.input_kinds import check_inside, check_items, check_tools
from seatrial_provider.responses.points import FIRST_BYTE, HEADERS, body_plan
from seatrial_provider.responses.stream import events_of
from seatrial_provider.wire.plan import Fill, Write

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seatrial_provider.answering.asked import Phrased
    from seatrial_provider.jsontypes import JsonObject
    from seatrial_provider.recorded import RecordedRequest
    from seatrial_provider.responses.builders import Envelope
    from seatrial_provider.responses.items import Said
    from seatrial_provider.responses.template import Template
    from seatrial_provider.script import Use


def _create(context: Context, request: RecordedRequest, names: Mapping[str, str]) -> Answer:
    if asks_for_nothing(request):
        return warmed_up(context, request, check=_check)
    return answer_from_script(context, request, check=_check, render=_rendered)


def _check(context: Context, request: RecordedRequest) -> None:
    body = request.sound_body()
    check_message(request)
    check_items(input_items(body))
    check_tools(body.get("tools"))
    check_members(body)
    check_inside(body)
    context.store.recall(request)


def _rendered(context: Context, request: RecordedRequest, use: Use, phrased: Phrased) -> Answer:
    body = request.body_json()
    template = _template(context, request, use, body)
    if template is None:
        return _built(context, request, use, phrased)
    build = partial(_events, use, request, phrased)
    context.store.keep(request, id_=use.response_id, build=build)
    model = body.get("model") or UNNAMED_MODEL
    stream = template.filled(place=use.place, model=model, echo=encoded_echo(body))
    return stream_answer((Fill(stream),), request_id=use.request_id, headers=headers_of(use))


def _template(
    context: Context, request: RecordedRequest, use: Use, body: JsonObject
) -> Template | None:
    if (
        context.flavour is not Flavour.FULL
        or not request.wants_stream
        or body.get("background") is True
    ):
        return None
    includes = ENCRYPTED_REASONING in (body.get("include") or ())
    return context.templates.get(use.reply, includes_reasoning=includes)


def _envelope(use: Use, body: JsonObject) -> Envelope:
    return envelope_of(use, model=body.get("model"), echo=echo_of(body))


def _events(use: Use, request: RecordedRequest, phrased: Phrased) -> list[JsonObject]:
    body = request.body_json()
    return events_of(_envelope(use, body), with_included(phrased(), body))


def _built(context: Context, request: RecordedRequest, use: Use, phrased: Phrased) -> Answer:
    body = request.body_json()
    said = with_included(phrased(), body)
    envelope = _envelope(use, body)
    kept = context.store.keep(request, id_=envelope.id, build=partial(events_of, envelope, said))
    if not request.wants_stream:
        if kept.background:
            return json_answer(kept.now(), request_id=use.request_id, headers=headers_of(use))
        return _plain(context, use, envelope, said)
    events = events_of(envelope, said, context.flavour)
    gates = use.reply.gates
    end = end_mark(context.flavour)
    return stream_answer(
        (*body_plan(events, gates), *([Write(end)] if end else [])),
        request_id=use.request_id,
        headers=headers_of(use),
        before_headers=gates.get(HEADERS),
    )


def _plain(context: Context, use: Use, envelope: Envelope, said: list[Said]) -> Answer:
    # The minimal flavour is one of streams; its plain response is that of the API.
    flavour = Flavour.FULL if context.flavour is Flavour.MINIMAL else context.flavour
    ending, gates = envelope.ending, use.reply.gates
    if isinstance(ending, StreamError):
        status, body = ending.status, ending.envelope()
    else:
        status, body = 200, events_of(envelope, said, flavour)[-1]["response"]
    return json_answer(
        body,
        request_id=use.request_id,
        status=status,
        headers=headers_of(use),
        before_headers=gates.get(HEADERS),
        before_body=gates.get(FIRST_BYTE),
    )


ROUTES = (Route("POST", "/responses", _create, asks_model=True),)
