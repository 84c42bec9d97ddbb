"""What went wrong while the provider was in use, as data a test can judge."""

from dataclasses import dataclass
from enum import StrEnum

from seatrial_provider.errors import four_parts


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
class Problem:
    """One thing that went wrong.

    Attributes:
        kind: The sort of problem.
        message: The whole text: a headline, then the four parts, one to a line.
        expected: What should have happened.
        arrived: What happened instead.
        cause: The likely cause, as a question.
        remedy: What to do about it.
    """

    kind: ProblemKind
    message: str
    expected: str
    arrived: str
    cause: str
    remedy: str

    def __str__(self) -> str:
        return self.message


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
