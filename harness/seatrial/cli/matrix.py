"""`seatrial matrix`: judges several servers, and shows them against the requirements."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import click
from rich.console import Console

from seatrial.cli.console import Output
from seatrial.cli.fetch import bring_named
from seatrial.cli.options import selecting
from seatrial.cli.progress import Display
from seatrial.conformance import Case, installed
from seatrial.conformance.matrix import (
    Cell,
    Column,
    Kept,
    Selection,
    entrants,
    judge_matrix,
    results_folder,
)
from seatrial.reports import check_writable
from seatrial.reports.matrix import matrix_json, terminal, write_matrix
from seatrial.servers import ServerUnderTest

__all__ = ["matrix"]


class _Watching:
    """Shows how a matrix goes on."""

    def __init__(self, console: Console, display: Display) -> None:
        self._console = console
        self._display = display

    def planned(self, count: int) -> None:
        self._display.more(count)

    def began(self, server: ServerUnderTest, case: Case) -> None:
        self._display.begin(f"{server.name} {case.label}")

    def ended(self, server: ServerUnderTest, case: Case, cell: Cell) -> None:
        del cell
        self._display.end(f"{server.name} {case.label}")

    def finished(self, column: Column) -> None:
        self._console.print(terminal.finished(column), soft_wrap=True)


@click.command()
@click.argument("servers", nargs=-1, required=True, metavar="SERVER...")
@selecting
@click.option(
    "--jobs",
    "-j",
    type=click.IntRange(1),
    help="Checks at once, over all servers (default: processors).",
)
@click.option(
    "--output",
    "-o",
    type=click.Path(path_type=Path),
    default=Path("seatrial-matrix"),
    show_default=True,
    help="Folder for the reports.",
)
@click.option(
    "--json", "as_json", is_flag=True, help="Print the matrix as JSON, without links to reports."
)
@click.option("--fresh", is_flag=True, help="Judge everything anew, and reuse no result.")
@click.option("--fetch", is_flag=True, help="Bring releases first that are not here.")
@click.option(
    "--timeout", type=click.FloatRange(min=0.1), help="Seconds for a server's first answer."
)
def matrix(
    servers: Sequence[str],
    only: tuple[str, ...],
    dialect: str | None,
    wire: str | None,
    transport: str | None,
    jobs: int | None,
    output: Path,
    as_json: bool,
    fresh: bool,
    fetch: bool,
    timeout: float | None,
) -> int:
    """Judge each SERVER, and show servers against requirements.

    SERVER is what `run` takes. Results of earlier runs are reused where nothing that they depend on
    has changed; what is red is judged anew.

    Exit status: 0 if nothing is red, 1 if a server has findings or could not be judged, 2 if
    nothing was judged at all.
    """
    console = Output(soft_wrap=False, stderr=as_json)
    check_writable(output)

    def warn(sentence: str) -> None:
        console.print(sentence, style="yellow", markup=False, highlight=False, soft_wrap=True)

    kept = Kept(results_folder(), warn)
    with Display(console) as display:
        named = entrants(servers, bring_named if fetch else None)
        plural = "" if len(named) == 1 else "s"
        names = ", ".join(one.name for one in named)
        display.plan(0, f"judging {len(named)} server{plural}: {names}")
        judged = asyncio.run(
            judge_matrix(
                named,
                installed(),
                kept,
                selection=Selection(only=only, dialect=dialect, wire=wire, transport=transport),
                jobs=jobs,
                fresh=fresh,
                timeout=timeout,
                watcher=_Watching(console, display),
            )
        )
    kept.forget_unused()
    written = write_matrix(judged, output)
    if as_json:
        click.echo(matrix_json(judged.matrix).encode("utf-8", "backslashreplace"), nl=False)
        return written.matrix.exit_status
    console.print()
    console.print(terminal.shown(written.matrix, console.width))
    console.print(terminal.summary(written.matrix), soft_wrap=True)
    console.print(f"HTML: {written.html}\nJSON: {written.json}", highlight=False, soft_wrap=True)
    return written.matrix.exit_status
