"""Reads a schema from what a server wrote: a folder of files, or the one file with all of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from seatrial.profiles import Schema
from seatrial.schema.bundle import BadSchema, Bundle, Kind

__all__ = ["load_schema", "whole_file"]


def load_schema(path: Path, said: Schema | None = None, *, title: str = "") -> Bundle:
    """Returns the schema that a file or a folder holds.

    Args:
        path: The file with all definitions, or the folder that has it.
        said: What the server's profile says about it; of a folder, it names the file.
        title: Whose it is; the path without it.

    Raises:
        BadSchema: There is no such file, it is not JSON, or it describes no messages.
    """
    file = whole_file(path, said) if path.is_dir() else path
    try:
        document = json.loads(file.read_bytes())
    except OSError as error:
        raise _unreadable(file, error.strerror or str(error), "is the path right?") from None
    except (ValueError, RecursionError) as error:
        raise _unreadable(file, f"no JSON: {error}", "was it written to its end?") from None
    return Bundle.read(document, said, title=title or str(path))


def whole_file(folder: Path, said: Schema | None) -> Path:
    """Returns the file of a folder that has all definitions: the named one, or the largest.

    Raises:
        BadSchema: No file of it has them.
    """
    if said is not None and (named := folder / said.file).is_file():
        return named
    fitting = sorted(_whole(folder), key=lambda file: file.stat().st_size)
    if fitting:
        return fitting[-1]
    here = ", ".join(sorted(file.name for file in folder.iterdir())[:5])
    raise _unreadable(
        folder, f"a folder with {here or 'nothing'}", "did the server write only some messages?"
    )


def _whole(folder: Path) -> Iterator[Path]:
    for file in folder.glob("*.json"):
        try:
            document: Any = json.loads(file.read_bytes())
        except (OSError, ValueError, RecursionError):
            continue
        definitions = document.get("definitions") if isinstance(document, dict) else None
        if isinstance(definitions, dict) and Kind.CLIENT_REQUEST in definitions:
            yield file


def _unreadable(path: Path, arrived: str, cause: str) -> BadSchema:
    return BadSchema(
        f"the schema {path} cannot be read",
        expected="the file with all definitions that a server wrote, or the folder it wrote into",
        arrived=arrived,
        cause=cause,
        remedy="write it again, for example: codex app-server generate-json-schema --out FOLDER",
    )
