"""A matrix as one HTML page without script; each cell leads to the check in its server's report."""

from __future__ import annotations

from functools import cache

from jinja2 import Template

from seatrial.conformance.matrix import Cell, Matrix
from seatrial.reports.look import SYMBOLS, in_words
from seatrial.reports.matrix.grid import (
    NOT_JUDGED,
    REUSED,
    grids,
    headline,
    legend,
    used_blames,
    used_verdicts,
)
from seatrial.reports.page import page

__all__ = ["matrix_html"]

_STATES = {0: "pass", 1: "fail", 2: "harness-error"}


def matrix_html(matrix: Matrix) -> str:
    """Returns the matrix as HTML text; its links lead to files beside it.

    What came from a server is escaped, and what is invisible in it is shown. As a second wall, a
    content security policy forbids scripts, requests and foreign styles altogether.
    """
    return _template().render(
        matrix=matrix,
        headline=headline(matrix),
        counted=in_words(matrix.counts),
        state=_STATES[matrix.exit_status],
        grids=grids(matrix),
        legend=legend(matrix),
        verdicts=used_verdicts(matrix),
        blames=used_blames(matrix),
        reused=any(column.reused for column in matrix.columns),
    )


def _told(cell: Cell) -> str:
    """Returns what a cell says of itself, for whoever points at it."""
    words = [cell.verdict.value]
    if cell.blame:
        words.append(f"blame: {cell.blame.value}")
    why = cell.divergence or cell.reason
    if why:
        words.append(why.partition("\n")[0])
    if cell.reused:
        words.append(f"judged {cell.judged}, reused")
    return " · ".join(words)


@cache
def _template() -> Template:
    return page(
        "matrix.html",
        styles=("report.css", "matrix.css"),
        not_judged=NOT_JUDGED,
        reused_mark=REUSED,
        symbols=SYMBOLS,
        told=_told,
    )
