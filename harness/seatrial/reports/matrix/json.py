"""A matrix as JSON, and back again."""

from __future__ import annotations

import json

from pydantic import ValidationError

from seatrial.conformance.matrix import Matrix
from seatrial.conformance.matrix.model import SCHEMA
from seatrial.errors import SeatrialError

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
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _bad(str(error), "was it cut short, or is it another file?") from None
    if not isinstance(data, dict):
        raise _bad(f"a JSON {type(data).__name__}", "is it another file?")
    if data.get("schema_version") != SCHEMA:
        arrived = f"schema_version {data.get('schema_version')!r}"
        raise _bad(arrived, "was it written by another release of Seatrial?")
    try:
        return Matrix.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise _bad(f"{place}: {first['msg']}", "was it edited by hand?") from None


def _bad(arrived: str, cause: str) -> BadMatrix:
    return BadMatrix(
        "the JSON matrix cannot be read",
        expected=f"a matrix.json of schema_version {SCHEMA}",
        arrived=arrived,
        cause=cause,
        remedy="run `seatrial matrix` again, and read the matrix.json that it writes",
    )
