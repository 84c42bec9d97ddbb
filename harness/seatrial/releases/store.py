"""The releases that are kept: a folder each, complete or not there at all."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import platformdirs
from packaging.version import InvalidVersion, Version
from pydantic import BaseModel, ConfigDict, ValidationError

__all__ = ["Kept", "Record", "Store", "cache_folder", "store", "version_of"]

_RECORD = "release.json"
_LATEST = "latest"


class Record(BaseModel):
    """What is known of a kept release; the file `release.json` beside it.

    Attributes:
        release: The release.
        source: Where it came from, such as `npm @openai/codex@0.98.0`.
        integrity: What the registry said the archive's digest is, and it was.
        program: The program's path in the folder.
        size: The program's bytes.
        sha256: The program's digest.
    """

    model_config = ConfigDict(frozen=True)

    release: str
    source: str
    integrity: str
    program: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Kept:
    """One kept release.

    Attributes:
        folder: Where it is.
        record: What is known of it.
    """

    folder: Path
    record: Record

    @property
    def program(self) -> Path:
        """The program."""
        return self.folder / self.record.program

    @property
    def is_whole(self) -> bool:
        """Whether the program has the size that it was kept with."""
        try:
            return self.program.stat().st_size == self.record.size
        except OSError:
            return False

    @property
    def is_unchanged(self) -> bool:
        """Whether the program has the digest that it was kept with; reads all of it."""
        return self.is_whole and digest(self.program) == self.record.sha256


class Store:
    """The releases of one server.

    Args:
        folder: Where they are kept.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def find(self, release: str) -> Kept | None:
        """Returns a release, if it is here whole."""
        folder = self.folder / release
        try:
            record = Record.model_validate_json((folder / _RECORD).read_bytes())
        except (OSError, ValidationError):
            return None
        kept = Kept(folder, record)
        return kept if kept.is_whole else None

    def all(self) -> list[Kept]:
        """Returns every release that is here, the oldest first."""
        names = [one.name for one in self.folder.glob("[!.]*") if one.is_dir()]
        found = [kept for name in names if (kept := self.find(name)) is not None]
        return sorted(found, key=lambda kept: version_of(kept.record.release))

    @property
    def latest(self) -> str | None:
        """The release that the registry called its newest when it was last asked."""
        try:
            return (self.folder / _LATEST).read_text("utf-8").strip() or None
        except OSError:
            return None

    def note_latest(self, release: str) -> None:
        """Remembers which release is the newest."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with self.workplace() as place:
            (place / _LATEST).write_text(f"{release}\n", "utf-8")
            (place / _LATEST).replace(self.folder / _LATEST)

    def keep(self, folder: Path, record: Record) -> Kept:
        """Takes a folder into the store, at once and whole.

        Args:
            folder: A folder of `workplace()` with the release's files.
            record: What is known of it.
        """
        (folder / _RECORD).write_text(record.model_dump_json(indent=1), "utf-8")
        target = self.folder / record.release
        if target.exists():  # damaged, or it would have been found
            shutil.rmtree(target)
        folder.rename(target)
        return Kept(target, record)

    @contextmanager
    def workplace(self) -> Iterator[Path]:
        """Gives a folder on the same disk that is gone afterwards, with whatever is left in it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        place = Path(tempfile.mkdtemp(prefix=".fetching-", dir=self.folder))
        try:
            yield place
        finally:
            shutil.rmtree(place, ignore_errors=True)

    @contextmanager
    def locked(self, release: str, waiting: Callable[[], None]) -> Iterator[None]:
        """Lets one process at a time bring a release; another waits for it.

        Args:
            release: The release.
            waiting: Called if another process has the lock.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        lock = os.open(self.folder / f".lock-{release}", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC)
        try:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                waiting()
                fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)


def store(server: str) -> Store:
    """Returns the store of a server in the user's cache.

    Args:
        server: The name of its profile.
    """
    return Store(cache_folder() / "releases" / server)


def cache_folder() -> Path:
    """Returns where releases and schemas are kept: `SEATRIAL_CACHE`, or the user's own cache."""
    named = os.environ.get("SEATRIAL_CACHE")
    return Path(named) if named else platformdirs.user_cache_path("seatrial")


def digest(file: Path) -> str:
    """Returns the SHA-256 of a file, in hexadecimal."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def version_of(release: str) -> Version:
    """Returns a release as a version, for an order; `0` for a name that is none."""
    try:
        return Version(release)
    except InvalidVersion:
        return Version("0")
