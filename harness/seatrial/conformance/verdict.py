"""Verdicts, levels and blame: what a report can say of a check."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["Blame", "Level", "Verdict"]


class Level(StrEnum):
    """How binding a requirement or an observation is."""

    MUST = "MUST"
    SHOULD = "SHOULD"


class Verdict(StrEnum):
    """What came of a check."""

    PASS = "pass"  # noqa: S105 - no password
    FAIL = "fail"
    WARN = "warn"
    NOT_APPLICABLE = "not applicable"
    UNTESTABLE = "untestable"
    EXPECTED_FAILURE = "expected failure"
    STALE = "stale"
    HARNESS_ERROR = "harness error"

    @property
    def is_green(self) -> bool:
        """Whether a run with only such verdicts succeeds."""
        return self not in {
            Verdict.FAIL,
            Verdict.UNTESTABLE,
            Verdict.STALE,
            Verdict.HARNESS_ERROR,
        }

    @property
    def judged(self) -> bool:
        """Whether the server was judged at all: a check looked at something of it."""
        return self in {
            Verdict.PASS,
            Verdict.FAIL,
            Verdict.WARN,
            Verdict.EXPECTED_FAILURE,
            Verdict.STALE,
        }


class Blame(StrEnum):
    """Whose doing a verdict is that is not green."""

    SERVER = "server"
    HARNESS = "harness"
    SCENARIO = "scenario"
    ENVIRONMENT = "environment"
