"""Results that are kept: a file for each key, whole or not at all, and any doubt judged anew."""

from __future__ import annotations

import json
import os
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ConfigDict

from seatrial.conformance.result import CheckResult
from seatrial.releases import cache_folder

__all__ = ["Entry", "Greeting", "Kept", "results_folder"]

UNUSED_DAYS = 30
"""What was not reused for so long is removed."""

T = TypeVar("T", bound=BaseModel)


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Entry(_Data):
    """What came of a case, before anything that is known of the server was applied.

    Attributes:
        judged: When, ISO 8601 in UTC.
        result: What came of it, with its transcript's steps.
    """

    judged: str
    result: CheckResult


class Greeting(_Data):
    """What a server said of itself in the handshake."""

    release: str | None
    user_agent: str


class Kept:
    """The results that are kept in a folder. Several processes may use it at once.

    Args:
        folder: Where they are.
        warn: Called with a sentence, when one cannot be read, and once when none can be written.
    """

    def __init__(self, folder: Path, warn: Callable[[str], None] = lambda sentence: None) -> None:
        self._folder = folder
        self._warn = warn
        self._is_closed = False

    def find(self, key: str, shape: type[T]) -> T | None:
        """Returns what is kept under a key, if it is there and whole."""
        file = self._file(key)
        try:
            found = shape.model_validate(json.loads(file.read_bytes()))
            os.utime(file)
        except FileNotFoundError:
            return None
        except (OSError, ValueError, RecursionError) as error:
            self._warn(f"a kept result is damaged and is judged anew: {file} ({_why(error)})")
            return None
        return found

    def keep(self, key: str, what: BaseModel) -> None:
        """Keeps something under a key; a folder that cannot be written is said once."""
        file = self._file(key)
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=file.parent, delete=False) as opened:
                try:
                    opened.write(json.dumps(what.model_dump(mode="json")).encode())
                    opened.close()
                    Path(opened.name).replace(file)
                except BaseException:
                    Path(opened.name).unlink()
                    raise
        except OSError as error:
            if not self._is_closed:
                self._warn(f"results cannot be kept in {self._folder} ({_why(error)})")
            self._is_closed = True

    def forget_unused(self) -> None:
        """Removes what was not used for a long time."""
        oldest = time.time() - UNUSED_DAYS * 24 * 60 * 60
        for file in self._folder.glob("*/*"):
            with suppress(OSError):  # another process was quicker, or it is not ours
                if file.stat().st_mtime < oldest:
                    file.unlink()

    def _file(self, key: str) -> Path:
        return self._folder / key[:2] / f"{key[2:]}.json"


def _why(error: Exception) -> str:
    return error.strerror or str(error) if isinstance(error, OSError) else "not its shape"


def results_folder() -> Path:
    """Returns where results are kept: below `SEATRIAL_CACHE`, or in the user's own cache."""
    return cache_folder() / "results"
