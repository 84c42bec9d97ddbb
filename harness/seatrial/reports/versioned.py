"""JSON that says which version of its shape it has, read back into a model."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from seatrial.errors import SeatrialError

__all__ = ["read_versioned"]

Model = TypeVar("Model", bound=BaseModel)


def read_versioned(
    text: str,
    model: type[Model],
    *,
    schema: int,
    bad: Callable[[str, str], SeatrialError],
    derived: Iterable[str] = (),
) -> Model:
    """Returns what a JSON text holds.

    Args:
        text: A JSON object with `schema_version`.
        model: What it is read into.
        schema: The version that is understood.
        bad: Makes the error of a text that cannot be read, of what arrived and the likely cause.
        derived: Members that follow from the others, and are not read.

    Raises:
        SeatrialError: The text is not JSON, of another version, or not shaped as the model.
    """
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise bad(str(error), "was it cut short, or is it another file?") from None
    if not isinstance(data, dict):
        raise bad(f"a JSON {type(data).__name__}", "is it another file?")
    if data.get("schema_version") != schema:
        arrived = f"schema_version {data.get('schema_version')!r}"
        raise bad(arrived, "was it written by another release of Seatrial?")
    for name in derived:
        data.pop(name, None)
    try:
        return model.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise bad(f"{place}: {first['msg']}", "was it edited by hand?") from None
