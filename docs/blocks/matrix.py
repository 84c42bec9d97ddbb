"""Blocks about the matrix: its command, and the one in `docs/matrix.json` as tables."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from blocks.writing import cli_help, model_keys
from seatrial.conformance.matrix import Cell, Column, Matrix
from seatrial.reports.matrix import matrix_json, matrix_tables, read_matrix

MATRIX = Path(__file__).resolve().parents[1] / "matrix.json"
UNSHOWN = {
    "reason": "",
    "divergence": "",
    "duration": 0.0,
    "judged": "",
    "page": "",
    "transcript": "",
}
"""What the tables do not show of a cell, and so is not kept: nor are the reports it leads to."""


def measured() -> str:
    """Returns when the matrix was made, on what, and its tables."""
    matrix = read_matrix(MATRIX.read_text("utf-8"))
    when = matrix.started.partition("T")[0]
    return f"Made on {when}, on {matrix.platform}.\n\n{matrix_tables(matrix)}"


def kept() -> str:
    """Returns the matrix as it is kept: only what the tables are made of."""
    matrix = read_matrix(MATRIX.read_text("utf-8"))
    columns = (
        column.model_copy(
            update={
                "report": "",
                "cells": tuple(cell.model_copy(update=UNSHOWN) for cell in column.cells),
            }
        )
        for column in matrix.columns
    )
    rows = (row.model_copy(update={"statement": "", "source": ""}) for row in matrix.rows)
    kept = matrix.model_copy(update={"rows": tuple(rows), "columns": tuple(columns)})
    data = json.loads(matrix_json(kept))
    short = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return short.replace("},{", "},\n{") + "\n"  # a line for each cell, so that changes can be read


def schema() -> str:
    """Returns the JSON Schema of a matrix."""
    said = Matrix.model_json_schema(mode="serialization")
    return json.dumps(said, ensure_ascii=False, indent=1) + "\n"


BLOCKS: dict[str, Callable[[], str]] = {
    "cell-keys": model_keys(Cell),
    "cli-matrix": lambda: cli_help("matrix"),
    "column-keys": model_keys(Column),
    "matrix": measured,
}
FILES: dict[str, Callable[[], str]] = {
    "docs/matrix.json": kept,
    "docs/matrix.schema.json": schema,
}
