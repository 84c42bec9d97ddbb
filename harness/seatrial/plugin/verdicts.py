"""A check's result as a pytest outcome."""

from __future__ import annotations

import pytest

from seatrial.conformance import CheckResult, Verdict
from seatrial.reports.text import finding_text

__all__ = ["conclude"]


def conclude(result: CheckResult) -> None:
    """Ends the test as the verdict says.

    Green verdicts pass; one that does not apply is skipped; a known failure is an expected one;
    everything else fails with what was seen.
    """
    if result.verdict is Verdict.NOT_APPLICABLE:
        pytest.skip(result.reason)
    if result.verdict is Verdict.EXPECTED_FAILURE:
        pytest.xfail(f"{result.reason}; known: {result.divergence}")
    if not result.verdict.is_green:
        pytest.fail(finding_text(result), pytrace=False)
