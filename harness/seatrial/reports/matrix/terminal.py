"""A matrix for the terminal: a grid for each place that fits its width, and the counts."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from seatrial.conformance.matrix import Cell, Column, Matrix
from seatrial.reports.look import SYMBOLS, in_words
from seatrial.reports.matrix.grid import (
    NOT_JUDGED,
    REUSED,
    Grid,
    grids,
    headline,
    legend,
    used_blames,
    used_verdicts,
)
from seatrial.reports.safe import visible
from seatrial.reports.terminal import STYLES

__all__ = ["finished", "shown", "summary"]


def shown(matrix: Matrix, width: int) -> RenderableType:
    """Returns the whole matrix, for a terminal of so many columns.

    Where the grids would be too wide, servers are called by their numbers.
    """
    numbers = {column.name: str(number) for number, column in enumerate(matrix.columns, 1)}
    parts: list[RenderableType] = []
    found = grids(matrix)
    roomy = all(_room(grid) <= width for grid in found)
    for grid in found:
        heads = [
            "\n".join(filter(None, one.heading)) if roomy else numbers[one.name]
            for one in grid.columns
        ]
        parts += [_grid(grid, heads, padding=1 if roomy else 0), Text()]
    parts += [_by_server(matrix, numbers), _legend(matrix)]
    parts += [_trouble(column) for column in matrix.columns if column.problem]
    return Group(*parts)


def _room(grid: Grid) -> int:
    """Returns how wide a grid is with its servers' names."""
    names = [grid.place, *(f"  {line.name}" for lines in grid.areas.values() for line in lines)]
    heads = [max(map(len, column.heading)) for column in grid.columns]
    return max(map(len, names)) + sum(heads) + 3 * len(heads) + 4


def _grid(grid: Grid, heads: list[str], *, padding: int) -> Table:
    table = Table(padding=(0, padding))
    table.add_column(grid.place, no_wrap=True)
    for head in heads:
        table.add_column(head, justify="center", no_wrap=True)
    for area, lines in grid.areas.items():
        table.add_section()
        table.add_row(Text(area, "bold"))
        for line in lines:
            table.add_row(f"  {line.name}", *map(_cell, line.cells))
    return table


def _cell(cell: Cell | None) -> Text:
    if cell is None:
        return Text(NOT_JUDGED, "dim")
    mark = REUSED if cell.reused else " "
    return Text.assemble((SYMBOLS[cell.verdict], STYLES[cell.verdict]), (mark, "dim"))


def _by_server(matrix: Matrix, numbers: dict[str, str]) -> Table:
    verdicts, blames = used_verdicts(matrix), used_blames(matrix)
    table = Table()
    table.add_column("", justify="right", style="dim")
    table.add_column("server", no_wrap=True)
    for verdict in verdicts:
        table.add_column(verdict.value, justify="right", style=STYLES[verdict])
    for blame in blames:
        table.add_column(f"blame: {blame.value}", justify="right")
    if reused := any(column.reused for column in matrix.columns):
        table.add_column("reused", justify="right", style="dim")
    for column in matrix.columns:
        name = " ".join(filter(None, column.heading))
        if column.cells:
            counts = [str(column.counts[one] or "") for one in verdicts]
            counts += [str(column.blames[one] or "") for one in blames]
            counts += [str(column.reused or "")] * reused
            table.add_row(numbers[column.name], name, *counts)
        else:
            why = "could not be judged" if column.problem else "not judged"
            table.add_row(numbers[column.name], f"{name}: {why}")
    return table


def _legend(matrix: Matrix) -> Text:
    text = Text("  ".join(f"{symbol} {name}" for symbol, name, _ in legend(matrix)), "dim")
    silent = [one for one in matrix.columns if one.silent]
    text.append("".join(f"\n{one.name}: {visible(one.silent)}" for one in silent))
    return text


def _trouble(column: Column) -> RenderableType:
    problem = column.problem
    assert problem is not None
    rows = Table.grid(padding=(0, 2))
    rows.add_column(style="dim")
    rows.add_column(overflow="fold")
    told = {
        "expected": problem.expected,
        "arrived": problem.arrived,
        "cause": problem.cause,
        "do": problem.remedy,
    }
    for name, words in told.items():
        rows.add_row(name, Text(visible(words)))
    head = Text(f"\n{NOT_JUDGED} {column.name}: {visible(problem.what)}", "bold red")
    parts: list[RenderableType] = [head, Padding(rows, (0, 0, 0, 4))]
    if problem.evidence:
        parts.append(Padding(Text(visible(problem.evidence), "dim"), (0, 0, 0, 4)))
    return Group(*parts)


def finished(column: Column) -> Text:
    """Returns what came of one server, in a line."""
    if column.problem:
        return Text(f"{NOT_JUDGED} {column.name}: {visible(column.problem.what)}", "bold red")
    if column.silent:
        return Text(f"{NOT_JUDGED} {column.name}: {visible(column.silent)}", "dim")
    mark = Text("✔ ", "green") if column.is_green else Text("✘ ", "bold red")
    text = Text.assemble(mark, f"{visible(column.title)}: {in_words(column.counts)}")
    return text.append(f" · {column.reused} reused" if column.reused else "", "dim")


def summary(matrix: Matrix) -> Text:
    """Returns the matrix in one line."""
    style = {0: "bold green", 1: "bold red", 2: "bold red"}[matrix.exit_status]
    text = Text.assemble((headline(matrix), style), f" · {in_words(matrix.counts)}")
    text.append(f" · {matrix.duration:.1f} s · {matrix.layer}", "dim")
    if matrix.deferred:
        text.append(f" · {len(matrix.deferred)} requirements not judged yet", "dim")
    return text
