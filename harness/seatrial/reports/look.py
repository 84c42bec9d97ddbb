"""How a verdict looks in every report: its symbol, its rank, and a run's counts in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from seatrial.conformance import CheckResult, RunResult, Verdict

__all__ = [
    "MEANINGS",
    "RANKED",
    "SYMBOLS",
    "areas",
    "broken_names",
    "headline",
    "in_words",
    "tally",
]

SYMBOLS = {
    Verdict.FAIL: "✗",
    Verdict.STALE: "↺",
    Verdict.HARNESS_ERROR: "‼",
    Verdict.UNTESTABLE: "?",
    Verdict.WARN: "▲",
    Verdict.EXPECTED_FAILURE: "≈",
    Verdict.NOT_APPLICABLE: "○",
    Verdict.PASS: "✓",
}
"""A symbol for each verdict, so that none is told by its colour alone."""

MEANINGS = {
    Verdict.FAIL: "A MUST that did not hold.",
    Verdict.STALE: "Listed as a known failure, and it held: take it off the list.",
    Verdict.HARNESS_ERROR: "Says nothing about the server: Seatrial or its surroundings failed.",
    Verdict.UNTESTABLE: "A prerequisite was missing, so nothing was judged.",
    Verdict.WARN: "A SHOULD that did not hold.",
    Verdict.EXPECTED_FAILURE: "Did not hold, and the list of known failures says why.",
    Verdict.NOT_APPLICABLE: "The server does not claim the capability that it needs.",
    Verdict.PASS: "Looked at, and held.",
}
"""What each verdict says, in a sentence."""

RANKED = tuple(SYMBOLS)
"""The verdicts, what needs attention first."""


def in_words(counts: Counter[Verdict]) -> str:
    """Returns the counts as `10 pass, 1 fail`: passes first, then by rank, none with zero."""
    order = (Verdict.PASS, *(verdict for verdict in RANKED if verdict is not Verdict.PASS))
    return ", ".join(f"{counts[verdict]} {verdict.value}" for verdict in order if counts[verdict])


def headline(result: RunResult) -> str:
    """Returns what came of a run in one short sentence."""
    counts = result.counts
    if result.exit_status == 2:
        return "The server could not be judged"
    if result.exit_status == 1:
        red = sum(count for verdict, count in counts.items() if not verdict.is_green)
        return "1 check needs attention" if red == 1 else f"{red} checks need attention"
    judged = sum(count for verdict, count in counts.items() if verdict.judged)
    held = counts[Verdict.PASS]
    if held < judged:
        return f"{held} of {judged} checks held, and nothing is red"
    return "The one check held" if held == 1 else f"All {held} checks held"


def broken_names(result: CheckResult) -> str:
    """Returns the reason that says no more than which observations are broken."""
    return "; ".join(seen.subject for seen in result.observations if not seen.held)


def areas(results: Iterable[CheckResult]) -> dict[str, Counter[Verdict]]:
    """Returns how many results of each verdict an area has, areas in order of appearance."""
    found: dict[str, Counter[Verdict]] = {}
    for result in results:
        found.setdefault(result.area, Counter())[result.verdict] += 1
    return found


def tally(result: RunResult) -> dict[str, int]:
    """Returns the counts by verdict's name, every verdict included, in rank order."""
    return {verdict.value: result.counts[verdict] for verdict in RANKED}
