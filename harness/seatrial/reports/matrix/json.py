"""A matrix as JSON, and back again."""

from __future__ import annotations

import json

from seatrial.conformance.matrix import Matrix
from seatrial.conformance.matrix.model import SCHEMA
from seatrial.errors import SeatrialError
from seatrial.reports.versioned import read_versioned

__all__ = ["BadMatrix", "matrix_json", "read_matrix"]


class BadMatrix(SeatrialError):
    """A JSON matrix that cannot be read."""


def matrix_json(matrix: Matrix) -> str:
    """Returns a matrix as JSON text: the fields of `Matrix`, without those that are as usual."""
    data = {"schema_version": SCHEMA} | matrix.model_dump(mode="json", exclude_defaults=True)
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def read_matrix(text: str) -> Matrix:
    """Returns the matrix that `matrix_json` wrote; what follows from the cells is not read.

    Raises:
        BadMatrix: The text is not JSON, of another schema version, or not shaped as a matrix.
    """
    return read_versioned(text, Matrix, schema=SCHEMA, bad=_bad)


def _bad(arrived: str, cause: str) -> BadMatrix:
    return BadMatrix(
        "the JSON matrix cannot be read",
        expected=f"a matrix.json of schema_version {SCHEMA}",
        arrived=arrived,
        cause=cause,
        remedy="run `seatrial matrix` again, and read the matrix.json that it writes",
    )
