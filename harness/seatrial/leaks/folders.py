"""Folders that say whose run they are: at each moment of their making and of their removal."""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from seatrial.errors import SeatrialError
from seatrial.leaks.run import Run

__all__ = ["OWNER_FILE", "CannotSweep", "LeftFolder", "find", "make", "name_for", "own", "remove"]

OWNER_FILE = "owner.json"
"""The file in the root of each home that names its run."""

_NAME = re.compile(r"seatrial-(\d+-\d+-\d+-[0-9a-f]{8})-[0-9a-f]{8}")


class CannotSweep(SeatrialError):
    """Something that an earlier run left could not be looked at, ended or removed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftFolder:
    """A folder that names its run; `kept` says that it was to be left behind."""

    root: Path
    run: Run
    kept: bool

    def __str__(self) -> str:
        """Says it in one line."""
        what = "folder" if _NAME.fullmatch(self.root.name) else "home"
        return f"{what} {self.root}{' (kept on purpose)' if self.kept else ''}"


def name_for(run: Run) -> str:
    """Returns a new name for a folder that says by it whose it is."""
    return f"seatrial-{run}-{secrets.token_hex(4)}"


def own(root: Path, run: Run, *, kept: bool) -> None:
    """Writes into a home whose it is.

    Raises:
        OSError: The file cannot be written.
    """
    text = json.dumps({"run": str(run), "kept": kept})
    (root / OWNER_FILE).write_text(text + "\n", "utf-8")


def make(root: Path, run: Run, *, kept: bool) -> None:
    """Makes a home that names its run from the first moment on.

    Until the file is in it, its own name says whose it is, which would be too long for good: a
    server may want to make a socket in its home, and the path of one has 108 bytes.

    Raises:
        OSError: It cannot be made; nothing is left behind.
    """
    root.parent.mkdir(parents=True, exist_ok=True)
    draft = root.with_name(name_for(run))
    draft.mkdir()
    try:
        own(draft, run, kept=kept)
        draft.rename(root)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise


def remove(root: Path) -> None:
    """Removes a home, the file that says whose it is last; what cannot be removed stays.

    Whoever is killed in the middle leaves a folder that can still be told to be ours.
    """
    with suppress(OSError):
        for path in root.iterdir():
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path, ignore_errors=True)
            elif path.name != OWNER_FILE:
                path.unlink(missing_ok=True)
    with suppress(OSError):
        if {path.name for path in root.iterdir()} <= {OWNER_FILE}:
            if (found := _look(root)) is not None:
                root = root.rename(root.with_name(name_for(found.run)))
            shutil.rmtree(root, ignore_errors=True)


def find(folder: Path) -> Iterator[LeftFolder]:
    """Yields what is ours directly below a folder: by its name, or by the file in it.

    Raises:
        CannotSweep: The folder cannot be read.
    """
    try:
        roots = sorted(folder.iterdir()) if folder.exists() else []
    except OSError as error:
        raise CannotSweep(
            f"cannot look for homes in {folder}",
            expected="the folder that homes are made in",
            arrived=str(error.strerror),
            cause="does SEATRIAL_HOMES name a file, or another user's folder?",
            remedy="set SEATRIAL_HOMES to the folder that the runs used, or unset it",
        ) from None
    for root in roots:
        if (found := _look(root)) is not None:
            yield found


def _look(root: Path) -> LeftFolder | None:
    """Returns whose a folder is; None where nobody says that it is ours, or it is not this user's.

    Temporary folders are shared: what somebody else puts there is not for us to remove.
    """
    try:
        if root.is_symlink() or not root.is_dir() or root.stat().st_uid != os.geteuid():
            return None
        if named := _NAME.fullmatch(root.name):
            text, kept = named[1], False
        else:
            owner = json.loads((root / OWNER_FILE).read_text("utf-8"))
            text, kept = owner["run"], bool(owner["kept"])
        run = Run.parse(text)
    except (OSError, ValueError, LookupError, TypeError):
        return None
    return None if run is None else LeftFolder(root=root, run=run, kept=kept)
