"""What went wrong while the provider was in use, as data a test can judge."""

from dataclasses import dataclass
from enum import StrEnum

from seatrial_provider.errors import Told, four_parts


class ProblemKind(StrEnum):
    """The sorts of problem; only `PROVIDER_ERROR` is this package's own fault."""

    UNEXPECTED_REQUEST = "unexpected-request"
    BAD_REQUEST = "bad-request"
    INVARIANT = "invariant"
    UNTESTABLE = "untestable"
    LOOP = "loop"
    UNUSED_REPLY = "unused-reply"
    FAULT_MISSED = "fault-missed"
    GATE_LEFT_CLOSED = "gate-left-closed"
    CLIENT = "client"
    PROVIDER_ERROR = "provider-error"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem(Told):
    """One thing that went wrong, in four parts: `expected`, `arrived`, `cause` and `remedy`.

    Attributes:
        kind: The sort of problem.
    """

    kind: ProblemKind


def problem(
    kind: ProblemKind, headline: str, *, expected: str, arrived: str, cause: str, remedy: str
) -> Problem:
    """Builds a problem whose message is the headline followed by the four parts.

    Args:
        kind: The sort of problem.
        headline: One line that says what happened.
        expected: What should have happened.
        arrived: What happened instead.
        cause: The likely cause, as a question.
        remedy: What to do about it.

    Returns:
        The problem.
    """
    parts = four_parts(expected=expected, arrived=arrived, cause=cause, remedy=remedy)
    return Problem(
        kind=kind,
        message=f"{kind}: {headline}\n{parts}",
        expected=expected,
        arrived=arrived,
        cause=cause,
        remedy=remedy,
    )
