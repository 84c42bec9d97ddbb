"""What a script leaves over: replies that answered nothing, gates that were left closed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial_provider.problems import Problem, ProblemKind, problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial_provider.gates import Gate
    from seatrial_provider.recorded import RecordedRequest
    from seatrial_provider.script import Script, ScriptedReply


def leftovers(script: Script, *, requests: int) -> list[Problem]:
    """Says what a script leaves over.

    Args:
        script: The script.
        requests: How many model requests there were.

    Returns:
        A problem for each unused reply; then one for each gate that was left closed, or never
        reached though its reply was sent whole.
    """
    unused = [_unused_reply(scripted, requests=requests) for scripted in script.unused()]
    return [*unused, *(found for scripted in script.used() for found in _gates(scripted))]


def _gates(scripted: ScriptedReply) -> Iterator[Problem]:
    request = scripted.used_by
    reply = scripted.reply if request is None or request.reply is None else request.reply
    for point, gate in reply.gates.items():
        if gate.is_reached and not gate.is_released:
            yield _unreleased_gate(scripted, point, gate)
        elif not gate.is_reached and request is not None and _was_sent(request):
            yield _unreached_gate(scripted, point, gate)


def _was_sent(request: RecordedRequest) -> bool:
    return request.completed and request.status == 200


def _unused_reply(scripted: ScriptedReply, *, requests: int) -> Problem:
    """Reports a reply that answered nothing."""
    return problem(
        ProblemKind.UNUSED_REPLY,
        f"{scripted.label} was not used",
        expected=f"a model request for {scripted.label}: {scripted.reply.describe()}",
        arrived=f"{requests} model requests, none of them for it",
        cause="Did the server under test end its turn early, or wait for an answer to an approval?",
        remedy="Compare provider.requests with the script.",
    )


def _unreleased_gate(scripted: ScriptedReply, point: str, gate: Gate) -> Problem:
    """Reports a gate that held a reply and was never opened."""
    return problem(
        ProblemKind.GATE_LEFT_CLOSED,
        f"gate {gate.name!r} was reached and never released",
        expected=f"gate.release() after {scripted.label} came to {point!r}",
        arrived="the gate is still closed",
        cause="Did the test end before it came to the release?",
        remedy="Release every gate that a reply comes to, also where the turn is interrupted.",
    )


def _unreached_gate(scripted: ScriptedReply, point: str, gate: Gate) -> Problem:
    """Reports a gate that its reply never came to, although it was sent whole."""
    return problem(
        ProblemKind.GATE_LEFT_CLOSED,
        f"gate {gate.name!r} was never reached",
        expected=f"{point!r} in the answer of {scripted.label}",
        arrived="the whole answer was sent without coming to that point",
        cause="Do the reply's intents make no such event, or was no stream asked for?",
        remedy="Set the gate at a point that the reply's stream has.",
    )
