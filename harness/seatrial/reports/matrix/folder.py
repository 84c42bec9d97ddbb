"""Writes a matrix into a folder: its pages, and the whole report of each server below it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from seatrial.conformance.matrix import Column, Judged, Matrix
from seatrial.reports.folder import write_all, write_files
from seatrial.reports.matrix.html import matrix_html
from seatrial.reports.matrix.json import matrix_json
from seatrial.reports.matrix.markdown import matrix_markdown
from seatrial.reports.transcripts import stem_of

__all__ = ["WrittenMatrix", "write_matrix"]

SERVERS = "servers"
"""The folder of the servers' own reports, inside the matrix's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenMatrix:
    """Where the reports of a matrix are.

    Attributes:
        matrix: The matrix, each cell's `page` and `transcript` filled in, relative to the folder.
        html: The matrix for people, `matrix.html`.
        json: The matrix for programs, `matrix.json`.
        markdown: The matrix for a CI job's page, `matrix.md`.
    """

    matrix: Matrix
    html: Path
    json: Path
    markdown: Path


def write_matrix(judged: Judged, folder: Path) -> WrittenMatrix:
    """Writes a matrix, and for each server that could be judged the report that `run` writes.

    What an earlier matrix wrote of the same servers is replaced.

    Args:
        judged: The matrix and its runs.
        folder: Where to; made if it is missing.

    Raises:
        CannotWrite: The folder cannot be made or written.
    """
    columns: list[Column] = []
    taken: set[str] = set()
    for column in judged.matrix.columns:
        run = judged.runs.get(column.name)
        if run is None:
            columns.append(column)
            continue
        place = f"{SERVERS}/{_free_name(column.name, taken)}"
        written = write_all(run, folder / place).result
        cells = tuple(
            cell.model_copy(
                update={
                    "page": f"{place}/report.html#{stem_of(result)}",
                    "transcript": result.transcript and f"{place}/{result.transcript}",
                }
            )
            for cell, result in zip(column.cells, written.results, strict=True)
        )
        report = f"{place}/report.html"
        columns.append(column.model_copy(update={"cells": cells, "report": report}))
    matrix = judged.matrix.model_copy(update={"columns": tuple(columns)})
    files = {
        "matrix.json": matrix_json(matrix),
        "matrix.html": matrix_html(matrix),
        "matrix.md": matrix_markdown(matrix),
    }
    write_files(files, folder)
    return WrittenMatrix(
        matrix=matrix,
        html=folder / "matrix.html",
        json=folder / "matrix.json",
        markdown=folder / "matrix.md",
    )


def _free_name(name: str, taken: set[str]) -> str:
    """Returns a folder's name for a server's, and takes it."""
    stem = re.sub(r"[^A-Za-z0-9_.-]+", "-", name).strip(".-")[:100] or "server"
    found, number = stem, 1
    while found.casefold() in taken:
        number += 1
        found = f"{stem}-{number}"
    taken.add(found.casefold())
    return found
