"""The run as one HTML file that stands alone: it requests nothing and has no script."""

from __future__ import annotations

import shlex
from collections import Counter
from functools import cache

from jinja2 import Template

from seatrial.conformance import RunResult, Verdict
from seatrial.reports.diagram import arrows
from seatrial.reports.look import MEANINGS, RANKED, SYMBOLS, areas, broken_names, headline, in_words
from seatrial.reports.page import page
from seatrial.reports.transcripts import is_transcript, stem_of

__all__ = ["to_html"]

_STATES = {0: "pass", 1: "fail", 2: "harness-error"}
_ALWAYS = {Verdict.PASS, Verdict.FAIL}
"""The verdicts that the table by area has a column for even where no check has them."""


def to_html(result: RunResult) -> str:
    """Returns the report as HTML text.

    What came from the server is escaped, and what is invisible in it is shown. As a second wall, a
    content security policy forbids scripts, requests and foreign styles altogether.
    """
    matrix = areas(result.results)
    for row in result.deferred:
        matrix.setdefault(row.area, Counter())
    return _template().render(
        run=result,
        server=result.server,
        headline=headline(result),
        counted=in_words(result.counts),
        state=_STATES[result.exit_status],
        matrix=matrix,
        columns=[verdict for verdict in RANKED if result.counts[verdict] or verdict in _ALWAYS],
        waiting=Counter(row.area for row in result.deferred),
        segments=_segments(result.counts),
    )


def _segments(counts: Counter[Verdict]) -> list[tuple[Verdict, int, int]]:
    """Returns the parts of the bar under the headline: verdict, where it starts, how wide it is."""
    parts, start = [], 0
    for verdict in reversed(RANKED):
        if counts[verdict]:
            parts.append((verdict, start, counts[verdict]))
            start += counts[verdict]
    return parts


@cache
def _template() -> Template:
    return page(
        "report.html",
        styles=("report.css",),
        arrows=arrows,
        broken_names=broken_names,
        command=shlex.join,
        is_transcript=is_transcript,
        meanings=MEANINGS,
        ranked=RANKED,
        stem_of=stem_of,
        symbols=SYMBOLS,
    )
