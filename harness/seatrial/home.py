"""An isolated home and workspace for one server: made for it, and removed after it."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_cache_path

from seatrial.leaks import RUN, Kind, ledger
from seatrial.leaks.sweep import own, remove

__all__ = ["Home", "base_folder", "home"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """The folders of one server under test.

    Attributes:
        root: What holds the others; removed as a whole.
        home: The server's home: configuration, credentials, saved conversations.
        workspace: The folder that the agent works in; empty at first.
        stderr: The file that takes the server's whole stderr.
    """

    root: Path
    home: Path
    workspace: Path
    stderr: Path

    def write(self, files: dict[str, str]) -> None:
        """Writes files into the home, by their paths below it."""
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
    """
    root = base_folder() / secrets.token_hex(8)
    made = Home(
        root=root, home=root / "home", workspace=root / "workspace", stderr=root / "stderr.log"
    )
    root.mkdir(parents=True)
    entry = ledger.open(Kind.HOME, str(root))
    try:
        own(root, RUN, kept=keep)
        made.home.mkdir(mode=0o700)
        made.workspace.mkdir()
        yield made
    finally:
        if not keep:
            remove(root)
        if keep or not root.exists():
            entry.settle()
