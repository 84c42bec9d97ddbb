"""The run as one HTML file that stands alone: it requests nothing and has no script."""

from __future__ import annotations

import base64
import hashlib
import shlex
from collections import Counter
from datetime import UTC, datetime
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

from seatrial.conformance import RunResult, Verdict
from seatrial.reports.diagram import arrows
from seatrial.reports.look import MEANINGS, RANKED, SYMBOLS, areas, broken_names, headline, in_words
from seatrial.reports.safe import visible
from seatrial.reports.transcripts import is_transcript

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
    environment = Environment(
        loader=PackageLoader("seatrial.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shown,
    )
    environment.globals |= {
        "arrows": arrows,
        "broken_names": broken_names,
        "is_transcript": is_transcript,
        "meanings": MEANINGS,
        "ranked": RANKED,
        "symbols": SYMBOLS,
        "style_hash": _hash(environment.get_template("report.css").render()),
    }
    environment.filters |= {"kind": _kind, "command": shlex.join, "moment": _moment, "span": _span}
    return environment.get_template("report.html")


def _shown(value: Any) -> Any:
    """Makes every printed text visible; Jinja calls it before it escapes."""
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _kind(verdict: Verdict) -> str:
    """Returns the verdict as the name of a class."""
    return verdict.value.replace(" ", "-")


def _moment(started: str) -> str:
    """Returns an ISO 8601 time as UTC for people; anything else as it is."""
    try:
        return datetime.fromisoformat(started).astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    except (ValueError, OverflowError):
        return started


def _span(seconds: float) -> str:
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 60:
        return f"{seconds:.2f} s"
    return f"{seconds // 60:.0f} min {seconds % 60:02.0f} s"


def _hash(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
