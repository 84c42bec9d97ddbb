"""Writes every report of a run into one folder: all of them, or an error and none half written."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from seatrial.conformance import RunResult
from seatrial.errors import SeatrialError
from seatrial.reports.badge import badge
from seatrial.reports.html import to_html
from seatrial.reports.json_report import BadReport, read_json, to_json
from seatrial.reports.junit import to_junit
from seatrial.reports.markdown import to_markdown
from seatrial.reports.transcripts import FOLDER, is_transcript, with_transcripts

__all__ = ["CannotWrite", "Written", "check_writable", "write_all", "write_files"]

_CAUSES = {
    errno.EEXIST: "is there a file where a folder is needed?",
    errno.ENOTDIR: "is there a file where a folder is needed?",
    errno.EISDIR: "is there a folder where a file is needed?",
    errno.EACCES: "does the folder belong to somebody else?",
    errno.EPERM: "does the folder belong to somebody else?",
    errno.EROFS: "is the file system mounted for reading only?",
    errno.ENOSPC: "is the disk full?",
    errno.EDQUOT: "is the quota used up?",
    errno.ENAMETOOLONG: "is the folder's name too long?",
}


class CannotWrite(SeatrialError):
    """The folder of a report cannot be written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """Where the reports of a run are.

    Attributes:
        result: The run, each check's `transcript` filled in, relative to the folder.
        html: The report for people, `report.html`.
        json: The report for programs, `report.json`.
        junit: The report for CI servers, `junit.xml`.
        markdown: The summary for a CI job's page, `summary.md`.
        badge: What an endpoint badge is drawn from, `badge.json`.
        transcripts: The folder of the transcripts.
    """

    result: RunResult
    html: Path
    json: Path
    junit: Path
    markdown: Path
    badge: Path
    transcripts: Path


def write_all(result: RunResult, folder: Path) -> Written:
    """Writes every report of a run; those of an earlier run in the same folder are replaced.

    Args:
        result: The run.
        folder: Where to; made if it is missing.

    Raises:
        CannotWrite: The folder cannot be made or written. No file of it is half written then.
    """
    result, files = with_transcripts(result)
    files |= {
        "report.json": to_json(result),
        "report.html": to_html(result),
        "junit.xml": to_junit(result),
        "summary.md": to_markdown(result),
        "badge.json": badge(result),
    }
    stale = _earlier(folder) - {row.transcript for row in result.results}
    write_files(files, folder, below=(FOLDER,), stale=stale)
    return Written(
        result=result,
        html=folder / "report.html",
        json=folder / "report.json",
        junit=folder / "junit.xml",
        markdown=folder / "summary.md",
        badge=folder / "badge.json",
        transcripts=folder / FOLDER,
    )


def _earlier(folder: Path) -> set[str]:
    """Returns the transcripts that the folder's present report names; nothing else is removed."""
    try:
        before = read_json((folder / "report.json").read_text("utf-8"))
    except (OSError, ValueError, BadReport):
        return set()
    return {row.transcript for row in before.results if is_transcript(row.transcript)}


def check_writable(folder: Path, *names: str) -> None:
    """Sees whether files can be written into a folder, before the work that they are to tell of.

    Args:
        folder: The folder; one that is not there is made, and removed again.
        names: Files that will be written into it.

    Raises:
        CannotWrite: They cannot.
    """
    missing = _missing(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".seatrial-", dir=folder):
            _refuse_folders(folder, names)
    except OSError as error:
        raise _cannot(folder, error) from error
    finally:
        _remove_empty(missing)


def _missing(folder: Path, below: Sequence[str] = ()) -> list[Path]:
    """Returns which of the folders are not there yet, the innermost first."""
    places = (*(folder / name for name in below), folder, *folder.parents)
    return [path for path in places if not path.exists()]


def _remove_empty(folders: Iterable[Path]) -> None:
    for path in folders:
        if path.is_dir() and not any(path.iterdir()):
            path.rmdir()


def _refuse_folders(folder: Path, names: Iterable[str]) -> None:
    """Raises an OSError if one of the files is a folder already."""
    for name in names:
        if (folder / name).is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(folder / name))


def write_files(
    files: Mapping[str, str],
    folder: Path,
    *,
    below: Iterable[str] = (),
    stale: Iterable[str] = (),
) -> None:
    """Writes files into a folder: all of them, or an error and none half written.

    Args:
        files: The texts, by the files' paths in the folder.
        folder: Where to; made if it is missing.
        below: The folders in it that the files lie in.
        stale: Files of an earlier report, which are removed at the end.

    Raises:
        CannotWrite: The folder cannot be made or written.
    """
    try:
        _write(files, folder, tuple(below))
        for name in stale:
            (folder / name).unlink(missing_ok=True)
    except OSError as error:
        raise _cannot(folder, error) from error


def _write(files: Mapping[str, str], folder: Path, below: Sequence[str]) -> None:
    """Writes the files beside their places first, and moves them there once all are whole."""
    missing = _missing(folder, below)
    try:
        for place in (folder, *(folder / name for name in below)):
            place.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".seatrial-", dir=folder) as staging:
            for name in below:
                (Path(staging) / name).mkdir()
            _refuse_folders(folder, files)
            for name, text in files.items():
                # A lone surrogate has no UTF-8; its escape is readable, and is valid in JSON.
                (Path(staging) / name).write_bytes(text.encode("utf-8", "backslashreplace"))
            for name in files:
                (Path(staging) / name).replace(folder / name)
    except OSError:
        _remove_empty(missing)
        raise


def _cannot(folder: Path, error: OSError) -> CannotWrite:
    place = error.filename or folder
    return CannotWrite(
        f"the report cannot be written to {folder}",
        expected="a folder that can be written, or a place where one can be made",
        arrived=f"{error.strerror or error} ({place})",
        cause=_CAUSES.get(error.errno or 0, "is the place on a disk that can be reached?"),
        remedy="name another folder, or make this one writable; no file in it is half written",
    )
