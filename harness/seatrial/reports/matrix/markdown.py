"""A matrix as Markdown: for the page of a CI job, and for documentation."""

from __future__ import annotations

from seatrial.conformance.matrix import Cell, Column, Matrix
from seatrial.reports.look import SYMBOLS, in_words
from seatrial.reports.markdown import block, code, plain, table
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

__all__ = ["matrix_markdown", "matrix_tables"]

_MARKS = {0: "✅", 1: "❌", 2: "⚠️"}


def matrix_markdown(matrix: Matrix) -> str:
    """Returns the whole matrix as GitHub-flavoured Markdown, with a heading."""
    head = f"## {_MARKS[matrix.exit_status]} {plain(headline(matrix))}"
    counted = f"{in_words(matrix.counts) or 'nothing ran'} in {matrix.duration:.1f} s"
    return "\n".join([head, "", counted, "", matrix_tables(matrix)])


def matrix_tables(matrix: Matrix) -> str:
    """Returns the tables: by server, then by place and area, then what could not be judged."""
    lines = [*_by_server(matrix), ""]
    for grid in grids(matrix):
        lines += [f"### {code(grid.place)}", "", *_grid(grid)]
    lines += [*_legend(matrix), ""]
    for column in matrix.columns:
        lines += _trouble(column)
    return "\n".join(lines).rstrip("\n") + "\n"


def _by_server(matrix: Matrix) -> list[str]:
    verdicts, blames = used_verdicts(matrix), used_blames(matrix)
    heads = ["Server", "Release", *(f"{SYMBOLS[one]} {one.value}" for one in verdicts)]
    heads += [f"blame: {one.value}" for one in blames]
    reused = any(column.reused for column in matrix.columns)
    heads += ["reused"] * reused
    rows = []
    for column in matrix.columns:
        cells = [code(column.heading[0]), plain(column.release or "")]
        if column.cells:
            cells += [str(column.counts[one] or "") for one in verdicts]
            cells += [str(column.blames[one] or "") for one in blames]
            cells += [str(column.reused or "")] * reused
        else:
            why = plain(column.problem.what if column.problem else column.silent)
            cells += [why, *[""] * (len(heads) - 3)]
        rows.append(cells)
    return table(heads, rows, left=2)


def _grid(grid: Grid) -> list[str]:
    servers = [plain(" ".join(filter(None, one.heading))) for one in grid.columns]
    text: list[str] = []
    for area, lines in grid.areas.items():
        rows = [[code(line.name), *map(_cell, line.cells)] for line in lines]
        text += [f"#### {plain(area)}", "", *table(["Requirement", *servers], rows), ""]
    return text


def _cell(cell: Cell | None) -> str:
    if cell is None:
        return NOT_JUDGED
    return SYMBOLS[cell.verdict] + (REUSED if cell.reused else "")


def _legend(matrix: Matrix) -> list[str]:
    return [f"- {symbol} **{name}**: {plain(meaning)}" for symbol, name, meaning in legend(matrix)]


def _trouble(column: Column) -> list[str]:
    problem = column.problem
    if problem is None:
        return []
    text = (
        f"{problem.what}\n  expected: {problem.expected}\n  arrived:  {problem.arrived}\n"
        f"  cause:    {problem.cause}\n  do:       {problem.remedy}"
    )
    return [f"### {code(column.name)} could not be judged", "", *block(text), ""]
