"""Observations: what a check looked at, what it expected there, and what was there."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict

from seatrial.conformance.verdict import Level

__all__ = ["Observation", "Observer"]


class Observation(BaseModel):
    """One thing that a check looked at.

    Attributes:
        subject: What was looked at.
        held: Whether it was as expected.
        expected: What was expected.
        arrived: What was there.
        cause: The likely cause where it did not hold, as a question; may be empty.
        evidence: What goes with it: the last messages, the last of stderr; may be empty.
        level: A SHOULD that does not hold warns.
    """

    model_config = ConfigDict(frozen=True)

    subject: str
    held: bool
    expected: str
    arrived: str
    cause: str = ""
    evidence: str = ""
    level: Level = Level.MUST


class Observer:
    """Collects observations.

    One that does not hold does not end the check, so that a report shows every fact at once.
    """

    def __init__(self) -> None:
        self.observations: list[Observation] = []

    def equal(
        self,
        subject: str,
        *,
        expected: Any,
        arrived: Any,
        cause: str = "",
        level: Level = Level.MUST,
    ) -> bool:
        """Looks whether two values are equal; returns whether they are."""
        held = type(expected) is type(arrived) and expected == arrived
        return self._add(subject, held, repr(expected), repr(arrived), cause, level)

    def that(
        self,
        subject: str,
        held: bool,
        *,
        expected: str,
        arrived: Any,
        cause: str = "",
        level: Level = Level.MUST,
    ) -> bool:
        """Records whether something held that is no plain equality; returns whether it did."""
        shown = arrived if isinstance(arrived, str) else repr(arrived)
        return self._add(subject, held, expected, shown, cause, level)

    def _add(
        self,
        subject: str,
        held: bool,
        expected: str,
        arrived: str,
        cause: str,
        level: Level,
    ) -> bool:
        self.observations.append(
            Observation(
                subject=subject,
                held=held,
                expected=expected,
                arrived=arrived,
                cause="" if held else cause,
                level=level,
            )
        )
        return held
