"""The run as a Markdown summary, for the page of a CI job."""

from __future__ import annotations

import re

from seatrial.conformance import CheckResult, Observation, RunResult, Verdict
from seatrial.reports.look import RANKED, SYMBOLS, areas, broken_names, headline, in_words
from seatrial.reports.safe import cut, visible

__all__ = ["block", "code", "plain", "table", "to_markdown"]

_SPECIAL = re.compile(r"([\\`*_\[\]<>#|~&!$])")
_OPENING = re.compile(r"^(\d*)([-+=.)])(?=[-=\s]|$)")
_LONGEST = 1500
_WORDS = 300
_MOST_SEEN = 5
_MOST_LINES = 200
_BUDGET = 500_000
"""Bytes that the findings may take in full; a GitHub job's summary may have 1 MiB in all."""


def to_markdown(result: RunResult) -> str:
    """Returns GitHub-flavoured Markdown: the counts, a table by area, and what is not green.

    It stays under a megabyte, which is what a job's page takes: long texts are cut, and of many
    findings the later ones are named only.
    """
    mark = {0: "✅", 1: "❌", 2: "⚠️"}[result.exit_status]
    server = result.server
    counted = in_words(result.counts) or "nothing ran"
    release = f", release {_words(server.release)}" if server.release else ""
    lines = [
        f"## {mark} {_words(server.title)}: {headline(result)}",
        "",
        f"{counted} in {result.duration:.1f} s · profile {code(server.profile)}{release}",
        "",
        *_by_area(result),
    ]
    ranked = sorted(result.results, key=lambda row: RANKED.index(row.verdict))
    spent, more = 0, []
    for row in ranked:
        if row.verdict.is_green:
            continue
        finding = _finding(row)
        spent += sum(len(line.encode()) + 1 for line in finding)
        if spent > _BUDGET:
            more.append(row)
        else:
            lines += finding
    lines += _listed("More that needs attention", more)
    known = {Verdict.WARN, Verdict.EXPECTED_FAILURE}
    lines += _listed("Not red, but worth a look", [row for row in ranked if row.verdict in known])
    return "\n".join(lines).rstrip("\n") + "\n"


def _listed(title: str, rows: list[CheckResult]) -> list[str]:
    if not rows:
        return []
    left = len(rows) - _MOST_LINES
    rest = [f"- … and {left} more, which `report.html` tells"] if left > 0 else []
    return [f"### {title}", "", *map(_line, rows[:_MOST_LINES]), *rest, ""]


def _by_area(result: RunResult) -> list[str]:
    shown = [v for v in RANKED if result.counts[v] or v in {Verdict.PASS, Verdict.FAIL}]
    waiting = [row.area for row in result.deferred]
    found = areas(result.results)
    for area in waiting:
        found.setdefault(area, type(result.counts)())
    heads = ["Area", *(f"{SYMBOLS[v]} {v.value}" for v in shown)]
    rows = [
        [_words(area), *(str(counts[v] or "") for v in shown)] for area, counts in found.items()
    ]
    if waiting:
        heads.append("not judged yet")
        rows = [
            [*row, str(waiting.count(area) or "")] for area, row in zip(found, rows, strict=True)
        ]
    return [*table(heads, rows), ""] if rows else []


def _finding(row: CheckResult) -> list[str]:
    blame = f" · blame: {row.blame.value}" if row.blame else ""
    where = f"{code(row.requirement)} in {code(row.where)}"
    lines = [
        f"### {SYMBOLS[row.verdict]} {row.verdict.value}: {where}",
        "",
        f"{_words(row.statement)} ({row.level.value}{blame})",
        "",
    ]
    broken = [seen for seen in row.observations if not seen.held]
    if row.divergence:
        lines += [f"Known because: {_words(row.divergence)}", ""]
    if row.reason and row.reason != broken_names(row):
        lines += [*block(cut(row.reason, _LONGEST)), ""]
    for seen in broken[:_MOST_SEEN]:
        lines += _seen(seen)
    if len(broken) > _MOST_SEEN:
        lines += [f"… and {len(broken) - _MOST_SEEN} more that did not hold.", ""]
    return [*lines, f"Run just this again: {code(row.rerun)}", ""] if row.rerun else lines


def _seen(seen: Observation) -> list[str]:
    text = f"expected: {cut(seen.expected, _LONGEST)}\narrived:  {cut(seen.arrived, _LONGEST)}"
    cause = f" — *{_words(seen.cause)}*" if seen.cause else ""
    return [f"**{_words(seen.subject)}**{cause}", "", *block(text), ""]


def _line(row: CheckResult) -> str:
    where = f"{code(row.requirement)} in {code(row.where)}"
    why = _words(row.divergence or row.reason)
    return f"- {SYMBOLS[row.verdict]} {row.verdict.value}: {where} — {why}"


def _words(text: str) -> str:
    return plain(cut(text, _WORDS))


def plain(text: str) -> str:
    """Returns the text as one line of Markdown that shows it and does nothing else.

    Neither markup nor HTML in it acts, and an `@name` in it calls nobody.
    """
    line = " ".join(visible(text).split())
    line = _SPECIAL.sub(r"\\\1", line).replace("@", "@\u200b")
    return _OPENING.sub(r"\1\\\2", line)


def code(text: str) -> str:
    """Returns the text as a code span, whatever backticks are in it."""
    line = cut(" ".join(visible(text).split()), _LONGEST) or " "
    fence = _fence(line, least=1)
    pad = " " if "`" in line else ""
    return f"{fence}{pad}{line}{pad}{fence}"


def block(text: str) -> list[str]:
    """Returns the text as the lines of a fenced block that nothing in it can end."""
    shown = visible(text)
    fence = _fence(shown, least=3)
    return [f"{fence}text", *shown.split("\n"), fence]


def _fence(text: str, *, least: int) -> str:
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    return "`" * max(least, longest + 1)


def table(heads: list[str], rows: list[list[str]], *, left: int = 1) -> list[str]:
    """Returns the lines of a table.

    Args:
        heads: The columns' heads, as Markdown.
        rows: The cells, as Markdown of one line; a `|` in them stays in its cell.
        left: How many columns are set to the left; the others are set to the right.
    """
    marks = [":--" if number < left else "--:" for number in range(len(heads))]
    return [f"| {' | '.join(map(_cell, cells))} |" for cells in (heads, marks, *rows)]


def _cell(markdown: str) -> str:
    return re.sub(r"(?<!\\)\|", r"\\|", markdown)
