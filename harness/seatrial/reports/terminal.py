"""A run and a kill matrix for the terminal: tables, findings, one line of summary."""

from __future__ import annotations

import textwrap

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from seatrial.conformance import CheckResult, KillMatrix, Observation, RunResult, Verdict
from seatrial.reports.look import RANKED, SYMBOLS, areas, in_words
from seatrial.reports.safe import visible

__all__ = ["STYLES", "findings", "line", "matrix", "saw", "summary", "table"]

STYLES = {
    Verdict.PASS: "green",
    Verdict.FAIL: "bold red",
    Verdict.WARN: "yellow",
    Verdict.NOT_APPLICABLE: "dim",
    Verdict.UNTESTABLE: "bold magenta",
    Verdict.EXPECTED_FAILURE: "yellow",
    Verdict.STALE: "bold red",
    Verdict.HARNESS_ERROR: "bold white on red",
}


def line(result: CheckResult) -> Text:
    """Returns one check's result in a line."""
    style = STYLES[result.verdict]
    text = Text.assemble((f"{SYMBOLS[result.verdict]} ", style), result.requirement)
    text.append(f" [{result.where}] ", "dim")
    text.append(result.verdict.value, style)
    if result.verdict is not Verdict.NOT_APPLICABLE:
        text.append(f" {result.duration:.2f} s", "dim")
    return text


def table(result: RunResult) -> Table:
    """Returns the verdicts by area; columns without any are left out."""
    seen = [verdict for verdict in RANKED if result.counts[verdict]]
    grid = Table()
    grid.add_column(f"{result.server.title}, by area", no_wrap=True)
    for verdict in seen:
        grid.add_column(verdict.value, justify="right", style=STYLES[verdict])
    rows = areas(result.results)
    for area, counts in rows.items():
        grid.add_row(area, *(str(counts[verdict] or "") for verdict in seen))
    if len(rows) > 1:
        grid.add_section()
        grid.add_row("all", *(str(result.counts[verdict]) for verdict in seen))
    return grid


def _observation(seen: Observation) -> RenderableType:
    rows = Table.grid(padding=(0, 2))
    rows.add_column(style="dim")
    rows.add_column(overflow="fold")
    rows.add_row("expected", escape(visible(seen.expected)))
    rows.add_row("arrived", escape(visible(seen.arrived)))
    if seen.cause:
        rows.add_row("cause", escape(seen.cause))
    parts: list[RenderableType] = [Text(seen.subject, "bold"), Padding(rows, (0, 0, 0, 2))]
    if seen.evidence:
        parts.append(Padding(Text(visible(seen.evidence), "dim"), (0, 0, 0, 2)))
    return Group(*parts)


def saw(result: CheckResult) -> RenderableType:
    """Returns a check's result with everything that it looked at."""
    rows = [
        Text.assemble(
            ("    ✔ ", "green") if seen.held else ("    ✘ ", "bold red"),
            f"{seen.subject}: ",
            (textwrap.shorten(visible(seen.arrived), _SHOWN, placeholder="…"), "dim"),
        )
        for seen in result.observations
    ]
    return Group(line(result), *rows)


_SHOWN = 200


def _finding(result: CheckResult) -> RenderableType:
    parts: list[RenderableType] = [line(result), Text(f"  {result.statement}", "italic")]
    broken = [seen for seen in result.observations if not seen.held]
    parts += [Padding(_observation(seen), (0, 0, 0, 4)) for seen in broken]
    if result.reason and not broken:
        parts.append(Padding(Text(visible(result.reason)), (0, 0, 0, 4)))
    if result.divergence:
        parts.append(Padding(Text(f"known: {result.divergence}", "yellow"), (0, 0, 0, 4)))
    blame = f"blame: {result.blame.value}; " if result.blame else ""
    parts.append(Text(f"    {blame}again: {result.rerun}", "dim"))
    return Group(*parts)


def findings(result: RunResult) -> list[RenderableType]:
    """Returns what there is to say of every check that is neither a pass nor inapplicable."""
    quiet = {Verdict.PASS, Verdict.NOT_APPLICABLE}
    return [_finding(row) for row in result.results if row.verdict not in quiet]


def summary(result: RunResult) -> Text:
    """Returns the run in one line."""
    verdict, style = {
        0: ("green", "bold green"),
        1: ("red: there are findings", "bold red"),
        2: ("red: the server could not be judged", "bold red"),
    }[result.exit_status]
    text = Text.assemble((verdict, style), f" · {in_words(result.counts) or 'nothing was judged'}")
    text.append(f" · {result.duration:.1f} s · {result.layer}", "dim")
    if result.deferred:
        text.append(f" · {len(result.deferred)} requirements not judged yet", "dim")
    return text


def matrix(proof: KillMatrix) -> Table:
    """Returns, for each requirement, how many variants its check fails on, and its very own."""
    grid = Table()
    grid.add_column("requirement", no_wrap=True)
    grid.add_column("correct")
    grid.add_column("killed by", justify="right")
    grid.add_column("of which trip nothing else", overflow="fold")
    correct = next(row for row in proof.rows if not row.variant)
    for name in proof.requirements:
        verdict = correct.verdicts[name]
        killers = proof.killers(name)
        own = [row.variant for row in proof.rows if row.variant and row.tripped == {name}]
        grid.add_row(
            name,
            Text(f"{SYMBOLS[verdict]} {verdict.value}", STYLES[verdict]),
            Text(str(len(killers)), "green" if killers else "bold red"),
            ", ".join(own),
        )
    return grid
