"""Reads the transcripts of a run back into journals, to hold them against a schema."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from seatrial.errors import SeatrialError
from seatrial.journal import Direction, Journal
from seatrial.jsonrpc import encode, parse

__all__ = ["NoTranscripts", "transcripts"]

FOLDER = "transcripts"
NO_APP_SERVER = "-mcp"
"""In the name of a transcript of the dialect that a schema of app-server says nothing of."""


class NoTranscripts(SeatrialError):
    """A folder without transcripts, or one of them that cannot be read."""


def transcripts(report: Path) -> Iterator[tuple[str, Journal]]:
    """Yields the transcripts of a report's folder by name, those of `mcp` left out.

    Args:
        report: The folder that `seatrial run --output` wrote.

    Raises:
        NoTranscripts: There is none, or one cannot be read.
    """
    files = sorted((report / FOLDER).glob("*.jsonl"))
    if not files:
        raise _bad(report, "no file in its folder `transcripts`", "is it the report of a run?")
    for file in files:
        if NO_APP_SERVER not in file.stem:
            yield file.stem, _journal(file)


def _journal(file: Path) -> Journal:
    journal = Journal()
    try:
        for line in file.read_text("utf-8").splitlines():
            step = json.loads(line)
            if isinstance(step.get("message"), dict):
                said = encode(step["message"], with_member=False)
                journal.append(Direction(step["from"]), parse(said))
    except (OSError, ValueError, KeyError, AttributeError) as error:
        raise _bad(file, str(error), "was it cut off, or changed by hand?") from None
    return journal


def _bad(path: Path, arrived: str, cause: str) -> NoTranscripts:
    return NoTranscripts(
        f"{path} cannot be read",
        expected="the folder of a report, with a transcript of each check",
        arrived=arrived,
        cause=cause,
        remedy="write it again: seatrial run SERVER --output FOLDER",
    )
