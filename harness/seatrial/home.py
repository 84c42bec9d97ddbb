"""An isolated home and workspace for one server: made for it, and removed after it."""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_cache_path

from seatrial.errors import SeatrialError
from seatrial.leaks import RUN, Kind, ledger
from seatrial.leaks.folders import make, remove

__all__ = ["CannotMakeHome", "Home", "base_folder", "home"]

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class CannotMakeHome(SeatrialError):
    """The folders of a server, or the files in them, that could not be made."""


@contextmanager
def _explained(root: Path) -> Iterator[None]:
    """Says what it means for a home that something could not be written."""
    try:
        yield
    except OSError as error:
        full = error.errno in _FULL
        raise CannotMakeHome(
            f"cannot make a home in {root.parent}",
            expected="a folder in which folders and files can be made",
            arrived=f"{error.strerror} ({errno.errorcode.get(error.errno or 0, error.errno)})",
            cause="is the disk full?" if full else "may this user not write there?",
            remedy="make room (`seatrial sweep` ends what earlier runs left)"
            if full
            else "set SEATRIAL_HOMES to a folder that this user may write to",
        ) from error


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """The folders of one server under test.

    Attributes:
        root: What holds the others; removed as a whole.
        home: The server's home: configuration, credentials, saved conversations.
        workspace: The folder that the agent works in; empty at first.
        temporary: Its folder for temporary files, empty at first: a server that is killed leaves
            them behind.
        stderr: The file that takes the server's whole stderr.
    """

    root: Path
    home: Path
    workspace: Path
    temporary: Path
    stderr: Path

    def write(self, files: dict[str, str]) -> None:
        """Writes files into the home, by their paths below it.

        Raises:
            CannotMakeHome: One of them could not be written.
        """
        with _explained(self.root):
            for name, text in files.items():
                path = self.home / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, "utf-8")


def base_folder() -> Path:
    """Returns the folder that homes are made in: `SEATRIAL_HOMES`, or one in the user's cache.

    It is not the system's temporary folder: there, releases of Codex from about 0.130 on warn and
    turn some of their helpers off, and a sandbox may treat it as writable.
    """
    chosen = os.environ.get("SEATRIAL_HOMES")
    return Path(chosen).absolute() if chosen else user_cache_path("seatrial") / "homes"


@contextmanager
def home(*, keep: bool = False) -> Iterator[Home]:
    """Makes the folders of one server, and removes them at the end unless they are to be kept.

    A file in the root names the run that they belong to, for `seatrial sweep`.

    Raises:
        CannotMakeHome: They could not be made; nothing is left behind.
    """
    root = base_folder() / secrets.token_hex(8)
    made = Home(
        root=root,
        home=root / "home",
        workspace=root / "workspace",
        temporary=root / "tmp",
        stderr=root / "stderr.log",
    )
    with _explained(root):
        make(root, RUN, kept=keep)
    entry = ledger.open(Kind.HOME, str(root))
    try:
        with _explained(root):
            made.home.mkdir(mode=0o700)
            made.workspace.mkdir()
            made.temporary.mkdir(mode=0o700)
        yield made
    finally:
        if not keep:
            remove(root)
        if keep or not root.exists():
            entry.settle()
