"""What a rule for clients is, and what a verdict on a client says."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from seatrial_provider.errors import Told, four_parts
from seatrial_provider.problems import Problem, ProblemKind, problem

if TYPE_CHECKING:
    from seatrial_provider.clients.history import Chain
    from seatrial_provider.recorded import RecordedRequest


class Level(StrEnum):
    """How bad it is to break a rule."""

    FAIL = "fail"
    WARN = "warn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Where the rules draw their lines.

    Attributes:
        most_attempts: How often the same request may be made; the first time counts.
        tolerance: How many seconds earlier than told a client may come back.
        storm_size: How many retries in a row without a pause are a storm.
        storm_gap: How many seconds after a failure a retry counts as without a pause.
    """

    most_attempts: int = 8
    tolerance: float = 0.05
    storm_size: int = 3
    storm_gap: float = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Everything that a client did, as the rules see it.

    Attributes:
        requests: The model requests, in order of arrival.
        chains: The same, grouped by what they are attempts of.
        policy: Where the lines are drawn.
    """

    requests: Sequence[RecordedRequest]
    chains: Sequence[Chain]
    policy: Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One place where a client breaks a rule.

    Attributes:
        request: The request that shows it.
        expected: What it should have done.
        arrived: What it did.
    """

    request: RecordedRequest
    expected: str
    arrived: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Something that a correct client does or does not do.

    Attributes:
        name: The name by which it is left out.
        holds: What a correct client does, in one sentence.
        level: How bad it is to break it.
        cause: The likely cause, as a question.
        check: Yields each place where a client breaks it.
    """

    name: str
    holds: str
    level: Level
    cause: str
    check: Callable[[Run], Iterator[Found]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientVerdict(Told):
    """One thing that a client did wrong, in four parts like a problem.

    Attributes:
        rule: The name of the rule.
        level: How bad it is.
        request_index: The index of the request that shows it; see `provider.requests`.
    """

    rule: str
    level: Level
    request_index: int


def as_problem(given: ClientVerdict) -> Problem | None:
    """Turns a verdict that is a failure into a problem; None for a warning."""
    if given.level is Level.WARN:
        return None
    return problem(
        ProblemKind.CLIENT,
        f"the client breaks the rule {given.rule!r}",
        expected=given.expected,
        arrived=given.arrived,
        cause=given.cause,
        remedy=given.remedy,
    )


def verdict(rule: Rule, found: Found) -> ClientVerdict:
    """Builds the verdict for a rule that was broken.

    Args:
        rule: The rule.
        found: Where, and how.
    """
    index = found.request.index
    remedy = (
        f"Look at request {index + 1} of provider.requests and at those before it; where it is "
        f"meant, leave the rule out with client_verdicts(ignore={{{rule.name!r}}})."
    )
    parts = four_parts(
        expected=found.expected, arrived=found.arrived, cause=rule.cause, remedy=remedy
    )
    return ClientVerdict(
        rule=rule.name,
        level=rule.level,
        request_index=index,
        message=f"{rule.level}: the client breaks the rule {rule.name!r}\n{parts}",
        expected=found.expected,
        arrived=found.arrived,
        cause=rule.cause,
        remedy=remedy,
    )
