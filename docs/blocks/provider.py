"""Blocks about the mock provider."""

from __future__ import annotations

from collections.abc import Callable

from blocks.writing import described, table
from seatrial_provider import ProblemKind

PROBLEMS = {
    ProblemKind.UNEXPECTED_REQUEST: "No unused reply is for this request (answered with status "
    "400), or it is for another path (404) or has another method (405).",
    ProblemKind.BAD_REQUEST: "The body, a header or the HTTP itself is unsound. Answered with "
    "status 400, 401 (no key) or 413 (too large).",
    ProblemKind.INVARIANT: "The request breaks an invariant. It is answered all the same.",
    ProblemKind.UNTESTABLE: "No tool that the request offers can express the intent. Answered "
    "with status 400.",
    ProblemKind.LOOP: "A permanent reply answers its own consequences, again and again. Answered "
    "with status 400.",
    ProblemKind.UNUSED_REPLY: "A reply of the script answered nothing.",
    ProblemKind.FAULT_MISSED: "A fault of a reply found nothing in the answer to change.",
    ProblemKind.GATE_LEFT_CLOSED: "A gate was reached and not released, or never reached though "
    "its reply was sent whole.",
    ProblemKind.CLIENT: "The client broke a rule for clients; only if `verify` is asked for it.",
    ProblemKind.PROVIDER_ERROR: "The provider failed, or a matcher or subscriber that it was "
    "given: no fault of the server under test.",
}


def problem_kinds() -> str:
    """Returns the sorts of problem that the mock provider reports."""
    rows = described(ProblemKind, PROBLEMS)
    return table(["kind", "what happened"], [[f"`{kind}`", words] for kind, words in rows])


BLOCKS: dict[str, Callable[[], str]] = {
    "problem-kinds": problem_kinds,
}
