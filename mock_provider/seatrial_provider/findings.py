"""Builds the problems that the provider reports, each with its four parts."""

import json
import traceback

from seatrial_provider.body import UnsoundBodyError
from seatrial_provider.gates import Gate
from seatrial_provider.invariants import Breach
from seatrial_provider.phrase import InexpressibleError
from seatrial_provider.problems import Problem, ProblemKind, problem
from seatrial_provider.recorded import RecordedRequest
from seatrial_provider.script import Script, ScriptedReply

_LAST_ITEMS = 3
_LONGEST_ITEM = 160


def unexpected_path(request: RecordedRequest, base_path: str) -> Problem:
    """Reports a request that is neither for a response nor for the models."""
    return problem(
        ProblemKind.UNEXPECTED_REQUEST,
        f"{request.method} {request.path} is not served here",
        expected=f"POST {base_path}/responses or GET {base_path}/models",
        arrived=f"{request.method} {request.path} with {len(request.body)} bytes of body",
        cause="Is the base URL of the server under test not provider.base_url, "
        "or is a feature on that calls another endpoint?",
        remedy="Configure the server under test with provider.base_url, or switch the feature off.",
    )


def unexpected_request(request: RecordedRequest, script: Script) -> Problem:
    """Reports a model request that no unused reply is for."""
    unused = script.unused()
    if unused:
        nearest = unused[0]
        expected = f"a request for reply {nearest.number}: {nearest.reply.describe()}"
        if len(unused) > 1:
            expected += f" (or for one of the {len(unused) - 1} unused replies after it)"
        cause = "Does the `when` of the reply ask for a text that the request does not have?"
    else:
        expected = f"no more requests: the script's {len(script)} replies were used"
        cause = "Does the server under test retry or ask once more than the script foresees?"
    return problem(
        ProblemKind.UNEXPECTED_REQUEST,
        f"no reply is scripted for model request {request.index + 1}",
        expected=expected,
        arrived=f"{request.method} {request.path}, its last input items: {_tail(request)}",
        cause=cause,
        remedy="Add the missing reply to the script, correct its `when`, or find out why the "
        "server under test asks.",
    )


def bad_request(request: RecordedRequest, error: UnsoundBodyError) -> Problem:
    """Reports a model request whose body is not one of the Responses API."""
    return problem(
        ProblemKind.BAD_REQUEST,
        f"the body of model request {request.index + 1} is unsound",
        expected=error.expected,
        arrived=error.arrived,
        cause="Does the server under test build its request wrongly, or cut it off?",
        remedy="Compare .body of the recorded request with the Responses API.",
    )


def broken_invariant(request: RecordedRequest, breach: Breach) -> Problem:
    """Reports a model request that breaks an invariant."""
    return problem(
        ProblemKind.INVARIANT,
        f"model request {request.index + 1} breaks the invariant {breach.invariant!r}",
        expected=breach.expected,
        arrived=breach.arrived,
        cause="Did the server under test lose, repeat or reorder a part of the conversation?",
        remedy="Look at .input of the recorded request; where the breach is meant, use "
        f"Provider(ignore={{{breach.invariant!r}}}).",
    )


def untestable(
    request: RecordedRequest, scripted: ScriptedReply, error: InexpressibleError
) -> Problem:
    """Reports an intent that no offered tool can express."""
    return problem(
        ProblemKind.UNTESTABLE,
        f"no offered tool can express {error.intent.describe()} of reply {scripted.number}",
        expected=f"a tool that can express {error.intent.describe()}",
        arrived=f"offered: {', '.join(request.offered_tools()) or 'none'}; "
        + "; ".join(error.reasons),
        cause="Does this release offer another tool under its present configuration, "
        "or one whose shape has no phrasing yet?",
        remedy="Change the intent or the configuration, or add a phrasing for the tool.",
    )


def provider_error(request: RecordedRequest, trace: str) -> Problem:
    """Reports an exception in the provider itself."""
    return problem(
        ProblemKind.PROVIDER_ERROR,
        f"the provider failed on {request.method} {request.path}",
        expected="an answer",
        arrived=trace.strip(),
        cause="Is it a mistake in the provider, or in a `when` predicate or a subscriber that "
        "the test gave it?",
        remedy="Read the traceback; do not blame the server under test.",
    )


def unreadable_http(error: BaseException) -> Problem:
    """Reports bytes that are no HTTP request; there is no recorded request for them."""
    return problem(
        ProblemKind.BAD_REQUEST,
        "the bytes on a connection are no HTTP request",
        expected="an HTTP/1.1 request",
        arrived=_one_line(error),
        cause="Does the client speak TLS or another protocol, or cut its chunks wrongly?",
        remedy="Configure the server under test with provider.base_url as it is.",
    )


def http_failure(error: BaseException) -> Problem:
    """Reports an exception in the HTTP server that belongs to no recorded request."""
    return problem(
        ProblemKind.PROVIDER_ERROR,
        "the provider's HTTP server failed",
        expected="a request read and answered",
        arrived="".join(traceback.format_exception(error)).strip(),
        cause="Is it a mistake in the provider?",
        remedy="Read the traceback; do not blame the server under test.",
    )


def unused_reply(scripted: ScriptedReply, *, requests: int) -> Problem:
    """Reports a reply that answered nothing."""
    return problem(
        ProblemKind.UNUSED_REPLY,
        f"reply {scripted.number} was not used",
        expected=f"a model request for reply {scripted.number}: {scripted.reply.describe()}",
        arrived=f"{requests} model requests, none of them for it",
        cause="Did the server under test end its turn early, or wait for an answer to an approval?",
        remedy="Compare provider.requests with the script.",
    )


def unreleased_gate(scripted: ScriptedReply, point: str, gate: Gate) -> Problem:
    """Reports a gate that held a reply and was never opened."""
    return problem(
        ProblemKind.GATE_LEFT_CLOSED,
        f"gate {gate.name!r} was reached and never released",
        expected=f"gate.release() after reply {scripted.number} came to {point!r}",
        arrived="the gate is still closed",
        cause="Did the test end before it came to the release?",
        remedy="Release every gate that a reply comes to, also where the turn is interrupted.",
    )


def unreached_gate(scripted: ScriptedReply, point: str, gate: Gate) -> Problem:
    """Reports a gate that its reply never came to, although it was sent whole."""
    return problem(
        ProblemKind.GATE_LEFT_CLOSED,
        f"gate {gate.name!r} was never reached",
        expected=f"{point!r} in the answer of reply {scripted.number}",
        arrived="the whole answer was sent without coming to that point",
        cause="Do the reply's intents make no such event, or was no stream asked for?",
        remedy="Set the gate at a point that the reply's stream has.",
    )


def _one_line(error: BaseException) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())}"


def _tail(request: RecordedRequest) -> str:
    items = request.input
    texts = (json.dumps(item, ensure_ascii=False) for item in items[-_LAST_ITEMS:])
    shown = [text if len(text) <= _LONGEST_ITEM else f"{text[:_LONGEST_ITEM]}..." for text in texts]
    return f"{' '.join(shown) or 'none'} ({len(items)} in all)"
