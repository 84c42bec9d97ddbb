"""Blocks about the mock provider."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from importlib import import_module

from blocks.writing import described, table
from seatrial_provider import INVARIANTS, ProblemKind
from seatrial_provider.phrasings.registry import phrasings
from seatrial_provider.responses.builders import EVENT_TYPES
from seatrial_provider.responses.oracle import RULES
from seatrial_provider.responses.stream import FIRST_BYTE, HEADERS

PROBLEMS = {
    ProblemKind.UNEXPECTED_REQUEST: "No unused reply is for this request, or it is for another "
    "path. Answered with status 400.",
    ProblemKind.BAD_REQUEST: "The body or the HTTP itself is unsound. Answered with status 400.",
    ProblemKind.INVARIANT: "The request breaks an invariant. It is answered all the same.",
    ProblemKind.UNTESTABLE: "No tool that the request offers can express the intent. Answered "
    "with status 400.",
    ProblemKind.UNUSED_REPLY: "A reply of the script answered nothing.",
    ProblemKind.GATE_LEFT_CLOSED: "A gate was reached and not released, or never reached though "
    "its reply was sent whole.",
    ProblemKind.PROVIDER_ERROR: "The provider failed, or a matcher or subscriber that it was "
    "given: no fault of the server under test.",
}
INVARIANT_WORDS = {
    "call-has-output": "Each call has exactly one output, after it.",
    "output-has-call": "Each output stands after its call.",
    "call-ids-present": "Each call and each output carries the id of its call.",
    "call-ids-unique": "No two calls share an id.",
    "item-ids-unique": "No two items share an id.",
    "call-tool-offered": "Each call is of a tool that the request offers.",
    "message-roles": "Messages have a known role, and content that the role takes.",
}


def problem_kinds() -> str:
    """Returns the sorts of problem that the mock provider reports."""
    rows = described(ProblemKind, PROBLEMS)
    return table(["kind", "what happened"], [[f"`{kind}`", words] for kind, words in rows])


def invariants() -> str:
    """Returns what the mock provider checks of every model request."""
    rows = described(INVARIANTS, INVARIANT_WORDS)
    return table(["invariant", "what must hold"], [[f"`{name}`", words] for name, words in rows])


def phrasing_table() -> str:
    """Returns the tool shapes in which a wish to run a command can be said."""
    rows = []
    for phrasing in phrasings():
        doc = inspect.getdoc(import_module(type(phrasing).__module__)) or ""
        summary, _, rest = doc.partition("\n\n")
        rows.append([f"`{phrasing.name}`", summary, rest.removeprefix("Shape: ")])
    return table(["tool", "how a command is said in it", "the shape's source"], rows)


def gate_points() -> str:
    """Returns the points of a reply at which a gate can hold it."""
    words = {
        HEADERS: "before the headers of the HTTP response",
        FIRST_BYTE: "after the headers, before the first byte of the body",
    }
    rows = [[f"`{name}`", text] for name, text in words.items()]
    rows += [[f"`{name}`", "before the first event of this type"] for name in sorted(EVENT_TYPES)]
    return table(["point", "where the reply is held"], rows)


def stream_rules() -> str:
    """Returns the rules of a correct event stream."""
    return table(["rule", "what must hold"], [[name, words] for name, words in RULES.items()])


BLOCKS: dict[str, Callable[[], str]] = {
    "gate-points": gate_points,
    "invariants": invariants,
    "phrasings": phrasing_table,
    "problem-kinds": problem_kinds,
    "stream-rules": stream_rules,
}
