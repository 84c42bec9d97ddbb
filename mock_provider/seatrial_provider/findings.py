"""Builds the problems that the provider reports, each with its four parts."""

import json
import traceback

from seatrial_provider.body import UnsoundBodyError
from seatrial_provider.invariants import Breach
from seatrial_provider.phrase import InexpressibleError
from seatrial_provider.problems import Problem, ProblemKind, problem
from seatrial_provider.recorded import RecordedRequest
from seatrial_provider.script import ComputedReplyError, LoopError, Script, Use
from seatrial_provider.script.nearest import nearest
from seatrial_provider.state.errors import RefusedError
from seatrial_provider.wire.reading import TooLarge

_LAST_ITEMS = 3
_LONGEST_ITEM = 160


def unexpected_request(request: RecordedRequest, script: Script) -> Problem:
    """Reports a model request that no open reply is for."""
    near = nearest(script, request)
    arrived = f"{request.method} {request.path}, its last input items: {_tail(request)}"
    if not len(script):
        expected = "no model request: the script has no replies"
        cause = "Is provider.script(...) missing, or is the model asked where nobody should ask it?"
    elif near is None:
        expected = f"no more requests: the script's {len(script)} replies were used{_users(script)}"
        cause = "Does the server under test ask once more than the script foresees?"
    else:
        expected = f"a request for {near.scripted.label}: {near.scripted.reply.describe()}"
        if near.others:
            expected += f" (the nearest of {near.others + 1} replies)"
        arrived = "\n    ".join([arrived, *near.differences])
        cause = "Does the `when` of the reply ask for something that the request does not have?"
    return problem(
        ProblemKind.UNEXPECTED_REQUEST,
        f"no reply is scripted for model request {request.index + 1}",
        expected=expected,
        arrived=arrived,
        cause=cause,
        remedy="Add the missing reply to the script, correct its `when`, or find out why the "
        "server under test asks.",
    )


def loop(request: RecordedRequest, error: LoopError) -> Problem:
    """Reports a permanent reply that keeps a turn going without an end."""
    return problem(
        ProblemKind.LOOP,
        f"{error.scripted.label} goes round in a loop",
        expected=f"a turn that ends; the limit is {error.limit} outputs of calls",
        arrived=f"model request {request.index + 1} of a turn that holds {error.steps} outputs of "
        f"calls, and it is for the permanent {error.scripted.reply.describe()}",
        cause="Does the reply ask for a call, and answer the call's output with the same again?",
        remedy="Give the reply a `when`, such as when_last_item('user'), and script an answer to "
        "the output; Provider(loop_limit=...) sets the limit.",
    )


def computed_nothing(request: RecordedRequest, error: ComputedReplyError, trace: str) -> Problem:
    """Reports a function of the test's that computes a reply, and failed."""
    return problem(
        ProblemKind.PROVIDER_ERROR,
        f"{error.function}() computed no reply to model request {request.index + 1}",
        expected=f"{error.function}() to return intents or a reply",
        arrived=trace.strip(),
        cause="Does the request lack what the function reads in it?",
        remedy="Read the traceback; do not blame the server under test.",
    )


def bad_request(request: RecordedRequest, error: UnsoundBodyError) -> Problem:
    """Reports a model request whose body is not one of the Responses API."""
    return problem(
        ProblemKind.BAD_REQUEST,
        f"the body of model request {request.index + 1} is unsound",
        expected=error.expected,
        arrived=error.arrived,
        cause="Does the server under test build its request wrongly, or cut it off?",
        remedy="Compare .body of the recorded request with the API.",
    )


def refused(request: RecordedRequest, error: RefusedError) -> Problem:
    """Reports a model request that refers to what the provider does not keep."""
    return problem(
        ProblemKind.BAD_REQUEST,
        f"model request {request.index + 1} refers to what is not there",
        expected="a response, a conversation or an item that is kept, and one history",
        arrived=error.message,
        cause='Was the response answered with "store": false, cut off, deleted, or longer ago '
        "than the provider keeps responses?",
        remedy="Look at the ids in .body_json() of the recorded request and of those before it.",
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


def untestable(request: RecordedRequest, scripted: Use, error: InexpressibleError) -> Problem:
    """Reports an intent that no offered tool can express."""
    return problem(
        ProblemKind.UNTESTABLE,
        f"no offered tool can express {error.intent.describe()} of {scripted.label}",
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


def too_large(request: RecordedRequest, trouble: TooLarge) -> Problem:
    """Reports a request whose body is over the bound."""
    return problem(
        ProblemKind.BAD_REQUEST,
        f"the body of {request.method} {request.path} is too large",
        expected=f"at most {trouble.limit:,} bytes",
        arrived="more than that"
        if trouble.announced is None
        else f"a content-length of {trouble.announced:,} bytes",
        cause="Does the server under test send whole files, or repeat its history?",
        remedy="Look at what makes the request large, or use Provider(largest_body=...).",
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


def _users(script: Script) -> str:
    """Says which request used which reply, of the last ones."""
    used = script.used()[-_LAST_ITEMS:]
    words = [f"{s.label} by request {(s.used_by_index or 0) + 1}" for s in used]
    return f", the last ones: {', '.join(words)}" if words else ""


def _one_line(error: BaseException) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())}"


def _tail(request: RecordedRequest) -> str:
    items = request.input
    texts = (json.dumps(item, ensure_ascii=False) for item in items[-_LAST_ITEMS:])
    shown = [text if len(text) <= _LONGEST_ITEM else f"{text[:_LONGEST_ITEM]}..." for text in texts]
    return f"{' '.join(shown) or 'none'} ({len(items)} in all)"
