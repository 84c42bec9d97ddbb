"""How a matrix is laid out in every report: a grid for each place, rows by area, and a legend."""

from __future__ import annotations

from dataclasses import dataclass

from seatrial.conformance import Blame, Verdict
from seatrial.conformance.matrix import Cell, Column, Matrix, Row
from seatrial.reports.look import MEANINGS, RANKED, SYMBOLS

__all__ = [
    "NOT_JUDGED",
    "REUSED",
    "Grid",
    "Line",
    "grids",
    "headline",
    "legend",
    "used_blames",
    "used_verdicts",
]

REUSED = "·"
"""Stands behind the symbol of a result that an earlier run judged."""

NOT_JUDGED = "—"
"""Stands for every verdict of a server that could not be judged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One requirement in a grid.

    Attributes:
        row: The requirement.
        name: Its id without the area.
        cells: What came of it on each server of the grid; None on one that could not be judged.
    """

    row: Row
    name: str
    cells: tuple[Cell | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """The part of a matrix that was judged in one place.

    Attributes:
        place: The dialect, and the wire and the transport if they are unusual ones.
        columns: The servers that were judged there, or were to be.
        areas: The lines of each area.
    """

    place: str
    columns: tuple[Column, ...]
    areas: dict[str, list[Line]]


def grids(matrix: Matrix) -> list[Grid]:
    """Returns a grid for each place where something was judged."""
    return [_grid(matrix, place) for place in matrix.places]


def _grid(matrix: Matrix, place: str) -> Grid:
    columns = tuple(
        column
        for column in matrix.columns
        if place in column.places or (column.problem and not column.places)
    )
    found = [column.at(place) for column in columns]
    areas: dict[str, list[Line]] = {}
    for row in matrix.rows:
        cells = tuple(cells.get(row.requirement) for cells in found)
        if any(cells):
            name = row.requirement.removeprefix(f"{row.area}.")
            areas.setdefault(row.area, []).append(Line(row=row, name=name, cells=cells))
    return Grid(place=place, columns=columns, areas=areas)


def used_verdicts(matrix: Matrix) -> list[Verdict]:
    """Returns the verdicts that some cell has: passes first, then what needs attention first."""
    order = (Verdict.PASS, *(verdict for verdict in RANKED if verdict is not Verdict.PASS))
    return [verdict for verdict in order if matrix.counts[verdict]]


def used_blames(matrix: Matrix) -> list[Blame]:
    """Returns who has the blame for some cell."""
    return [blame for blame in Blame if any(column.blames[blame] for column in matrix.columns)]


def legend(matrix: Matrix) -> list[tuple[str, str, str]]:
    """Returns the symbols that the matrix has: each with its name and what it means."""
    rows = [(SYMBOLS[one], one.value, MEANINGS[one]) for one in used_verdicts(matrix)]
    if any(column.problem for column in matrix.columns):
        rows.append((NOT_JUDGED, "not judged", "The server could not be judged at all."))
    if any(column.reused for column in matrix.columns):
        rows.append((REUSED, "reused", "Judged by an earlier run, and nothing changed since."))
    return rows


def headline(matrix: Matrix) -> str:
    """Returns what came of the matrix in one short sentence."""
    if matrix.exit_status == 2:
        return "Nothing was judged"
    red = [column for column in matrix.columns if not column.is_green]
    if red:
        verb = "needs" if len(red) == 1 else "need"
        return f"{len(red)} of {len(matrix.columns)} servers {verb} attention"
    return "Nothing is red"
