"""What both APIs share: a model request is checked, judged, given its reply, and phrased."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from seatrial_provider import findings
from seatrial_provider.answering.answers import Answer, error_answer, unsound_answer
from seatrial_provider.answering.faulting import faulted
from seatrial_provider.answering.replaying import replayed
from seatrial_provider.answering.served import refusal
from seatrial_provider.answering.taking import take_reply
from seatrial_provider.body import UnsoundBodyError
from seatrial_provider.invariants import breaches
from seatrial_provider.phrase import InexpressibleError, phrase
from seatrial_provider.responses.items import VerbatimEvent
from seatrial_provider.state.errors import RefusedError

if TYPE_CHECKING:
    from seatrial_provider.answering.context import Context
    from seatrial_provider.recorded import RecordedRequest
    from seatrial_provider.responses.items import Said
    from seatrial_provider.script import Use

Check = Callable[["Context", "RecordedRequest"], None]
"""Reads a request; raises UnsoundBodyError for a body that is not of the API, and RefusedError
for one that refers to what is not there."""

Phrased = Callable[[], "list[Said]"]
"""Says a reply in the tools of its request; may raise InexpressibleError."""

Render = Callable[["Context", "RecordedRequest", "Use", Phrased], Answer]
"""Turns a reply into the API's answer, phrased or not; may raise InexpressibleError."""


def answer_from_script(
    context: Context, request: RecordedRequest, *, check: Check, render: Render
) -> Answer:
    """Answers a model request with the reply that the script has for it.

    Args:
        context: What the routes share.
        request: The request; its reply is filled in here.
        check: Reads the body as the API has it.
        render: Says the reply as the API has it.

    Returns:
        What `render` made, or an error that names the problem, which is also reported.
    """
    if request not in context.sound:
        answer = rejected(context, request, check=check)
        if answer is not None:
            return answer
        _judge(context, request)
    scripted = take_reply(context, request)
    if isinstance(scripted, Answer):
        return scripted
    try:
        phrased = partial(_phrased, scripted, request)
        answer = replayed(context, request, scripted) or render(context, request, scripted, phrased)
    except InexpressibleError as error:
        found = findings.untestable(request, scripted, error)
        context.report(found)
        return error_answer(found, request_id=_rejected_id(request), param="tools")
    return faulted(context, request, scripted, answer) if scripted.reply.faults else answer


def rejected(context: Context, request: RecordedRequest, *, check: Check) -> Answer | None:
    """Answers a request that is not one of the API, and reports it.

    Args:
        context: What the routes share.
        request: The request.
        check: Reads the body as the API has it.

    Returns:
        The error; None if the request is sound.
    """
    try:
        check(context, request)
    except UnsoundBodyError as error:
        found = findings.bad_request(request, error)
        context.report(found)
        return unsound_answer(found, error, request_id=_rejected_id(request))
    except RefusedError as error:
        context.report(findings.refused(request, error))
        return refusal(error, request)
    return None


def _rejected_id(request: RecordedRequest) -> str:
    return f"req_rejected_{request.index + 1:04d}"


def _judge(context: Context, request: RecordedRequest) -> None:
    found = breaches(request, ignore=context.ignore)
    for breach in found:
        context.report(findings.broken_invariant(request, breach))
    if not found:
        context.sound.add(request)


def _phrased(scripted: Use, request: RecordedRequest) -> list[Said]:
    said: list[Said] = []
    output_index = 0
    for intent in scripted.reply.intents:
        one = phrase(
            intent,
            tools=request.tools,
            conversation=request.input,
            ids=scripted.ids(output_index),
        )
        said.append(one)
        output_index += not isinstance(one, VerbatimEvent)
    return said
