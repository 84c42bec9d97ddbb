"""Puts the faults of a reply into its answer, and reports those that find nothing to change."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from seatrial_provider.answering.answers import Answer
from seatrial_provider.faults.apply import Miss, apply_faults
from seatrial_provider.problems import Problem, ProblemKind, problem

if TYPE_CHECKING:
    from seatrial_provider.answering.context import Context
    from seatrial_provider.recorded import RecordedRequest
    from seatrial_provider.script import Use


def faulted(context: Context, request: RecordedRequest, use: Use, answer: Answer) -> Answer:
    """Puts the faults that are due on this attempt into an answer.

    Args:
        context: What the routes share.
        request: The request; the faults that happen to it are filled in here.
        use: What it took from the script.
        answer: The answer without faults.

    Returns:
        The answer with them.
    """
    outcome = apply_faults(
        answer.plan,
        use.reply.faults,
        attempt=use.attempt,
        seed=f"{context.seed}/{use.request_id}/{use.attempt}",
        now=time.time(),
        is_websocket=request.transport == "websocket",
    )
    request.faults = outcome.applied
    for miss in outcome.misses:
        context.report(_missed(request, use, miss))
    return Answer(plan=outcome.plan)


def _missed(request: RecordedRequest, use: Use, miss: Miss) -> Problem:
    return problem(
        ProblemKind.FAULT_MISSED,
        f"the fault {miss.fault.name!r} of {use.label} changed nothing",
        expected=f"an answer that {miss.fault!r} can happen to",
        arrived=f"model request {request.index + 1}, attempt {use.attempt}: {miss.reason}",
        cause="Was the request made in another way than the script foresees: without a stream, "
        "by WebSocket, or to the other API?",
        remedy="Give the fault another place, or a reply whose answer has what it needs.",
    )
