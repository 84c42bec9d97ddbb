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
_MOST_SHOWN = 40
_MOST_SEEN = 5


def to_markdown(result: RunResult) -> str:
    """Returns GitHub-flavoured Markdown: the counts, a table by area, and what is not green.

    It stays under a megabyte, which is what a job's page takes: long texts are cut, and of many
    findings the later ones are named only.
    """
    mark = {0: "✅", 1: "❌", 2: "⚠️"}[result.exit_status]
    server = result.server
    counted = in_words(result.counts) or "nothing ran"
    release = f", release {plain(server.release)}" if server.release else ""
    lines = [
        f"## {mark} {plain(server.title)}: {headline(result)}",
        "",
        f"{counted} in {result.duration:.1f} s · profile {code(server.profile)}{release}",
        "",
        *_by_area(result),
    ]
    ranked = sorted(result.results, key=lambda row: RANKED.index(row.verdict))
    red = [row for row in ranked if not row.verdict.is_green]
    for row in red[:_MOST_SHOWN]:
        lines += _finding(row)
    if len(red) > _MOST_SHOWN:
        lines += ["### More", "", *(_line(row) for row in red[_MOST_SHOWN:]), ""]
    known = [row for row in ranked if row.verdict in {Verdict.WARN, Verdict.EXPECTED_FAILURE}]
    if known:
        lines += ["### Not red, but worth a look", "", *(_line(row) for row in known), ""]
    return "\n".join(lines).rstrip("\n") + "\n"


def _by_area(result: RunResult) -> list[str]:
    shown = [v for v in RANKED if result.counts[v] or v in {Verdict.PASS, Verdict.FAIL}]
    waiting = [row.area for row in result.deferred]
    found = areas(result.results)
    for area in waiting:
        found.setdefault(area, type(result.counts)())
    heads = ["Area", *(f"{SYMBOLS[v]} {v.value}" for v in shown)]
    rows = [[plain(area), *(str(counts[v] or "") for v in shown)] for area, counts in found.items()]
    if waiting:
        heads.append("not judged yet")
        rows = [
            [*row, str(waiting.count(area) or "")] for area, row in zip(found, rows, strict=True)
        ]
    return [*table(heads, rows), ""] if rows else []


def _finding(row: CheckResult) -> list[str]:
    blame = f" · blame: {row.blame.value}" if row.blame else ""
    where = f"{code(row.requirement)} in {code(row.dialect)}"
    lines = [
        f"### {SYMBOLS[row.verdict]} {row.verdict.value}: {where}",
        "",
        f"{plain(row.statement)} ({row.level.value}{blame})",
        "",
    ]
    broken = [seen for seen in row.observations if not seen.held]
    if row.divergence:
        lines += [f"Known because: {plain(cut(row.divergence, _LONGEST))}", ""]
    if row.reason and row.reason != broken_names(row):
        lines += [*block(cut(row.reason, _LONGEST)), ""]
    for seen in broken[:_MOST_SEEN]:
        lines += _seen(seen)
    if len(broken) > _MOST_SEEN:
        lines += [f"… and {len(broken) - _MOST_SEEN} more that did not hold.", ""]
    return [*lines, f"Run just this again: {code(row.rerun)}", ""] if row.rerun else lines


def _seen(seen: Observation) -> list[str]:
    text = f"expected: {cut(seen.expected, _LONGEST)}\narrived:  {cut(seen.arrived, _LONGEST)}"
    cause = f" — *{plain(seen.cause)}*" if seen.cause else ""
    return [f"**{plain(seen.subject)}**{cause}", "", *block(text), ""]


def _line(row: CheckResult) -> str:
    why = " ".join(cut(row.divergence or row.reason, 300).split())
    return f"- {SYMBOLS[row.verdict]} {row.verdict.value}: {code(row.requirement)} — {plain(why)}"


def plain(text: str) -> str:
    """Returns the text as one line of Markdown that shows it and does nothing else.

    Neither markup nor HTML in it acts, and an `@name` in it calls nobody.
    """
    line = " ".join(visible(text).split())
    line = _SPECIAL.sub(r"\\\1", line).replace("@", "@\u200b")
    return _OPENING.sub(r"\1\\\2", line)


def code(text: str) -> str:
    """Returns the text as a code span, whatever backticks are in it."""
    line = " ".join(visible(text).split()) or " "
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
