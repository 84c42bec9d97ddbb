"""The rollouts of a home: where they lie, in which order, and how they are archived."""

from __future__ import annotations

import os
from pathlib import Path

from seatrial_reference.errors import INVALID_REQUEST, RequestError

ARCHIVE = "archived_sessions"


class Store:
    """Finds and moves the rollouts of a home.

    Args:
        home: The server's home.
    """

    def __init__(self, home: str) -> None:
        self._home = Path(home)

    def paths(self, *, archived: bool = False) -> list[Path]:
        """Give the rollouts, the newest first; or the archived ones."""
        folder, pattern = (ARCHIVE, "") if archived else ("sessions", "*/*/*/")
        found = self._home.joinpath(folder).glob(f"{pattern}rollout-*.jsonl")
        return sorted(found, key=lambda path: path.name, reverse=True)

    def find(self, thread_id: str, *, archived: bool = False) -> Path | None:
        """Find the rollout of a thread by its name; None where there is none."""
        ending = f"-{thread_id}.jsonl"
        return next((p for p in self.paths(archived=archived) if p.name.endswith(ending)), None)

    def page(
        self, *, limit: int | None, cursor: str | None, archived: bool
    ) -> tuple[list[Path], str | None]:
        """Give a page of the rollouts, and the cursor of the next one; None after the last.

        Raises:
            RequestError: The cursor is none that this gave.
        """
        paths = self.paths(archived=archived)
        if cursor is not None:
            if not cursor.startswith("rollout-"):
                raise RequestError(INVALID_REQUEST, f"invalid cursor: {cursor}")
            paths = [path for path in paths if path.name < cursor]
        size = len(paths) if limit is None else max(1, limit)
        more = len(paths) > size
        return paths[:size], paths[size - 1].name if more else None

    def archive(self, path: Path) -> Path:
        """Move a rollout into the archive; give its new path."""
        return self._move(path, self._home / ARCHIVE / path.name)

    def unarchive(self, path: Path) -> Path:
        """Move a rollout back into the folder of its day, which its name tells."""
        year, month, day = path.name.removeprefix("rollout-")[:10].split("-")
        return self._move(path, self._home / "sessions" / year / month / day / path.name)

    def _move(self, path: Path, target: Path) -> Path:
        target.parent.mkdir(parents=True, exist_ok=True)
        os.rename(path, target)  # noqa: PTH104
        return target
