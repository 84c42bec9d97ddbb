"""The files that a patch changes: what it comes to is worked out first, and made later."""

from __future__ import annotations

import os
from dataclasses import dataclass

from seatrial_reference.patch.lines import Conflict, unified, updated

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from seatrial_reference.patch.grammar import FilePatch


@dataclass(frozen=True, slots=True, kw_only=True)
class FileChange:
    """What becomes of one file.

    Args:
        kind: `add`, `update` or `delete`.
        path: The file, absolute.
        before: Its text; None where it is added.
        after: Its text afterwards; None where it is deleted.
        move_to: Where it is moved to, absolute; None where it stays.
    """

    kind: str
    path: str
    before: str | None
    after: str | None
    move_to: str | None = None

    @property
    def shown(self) -> str:
        """What the client is shown: a unified diff, or the whole text that comes or goes."""
        if self.before is not None and self.after is not None:
            return unified(self.before, self.after)
        return self.before or self.after or ""

    @property
    def target(self) -> str:
        """Where the file is afterwards."""
        return self.move_to or self.path

    @property
    def touched(self) -> set[str]:
        """The paths that it changes."""
        return {self.path, self.target}


class Files:
    """Works out changes, and makes them."""

    def plan(self, patches: Sequence[FilePatch], cwd: str) -> tuple[FileChange, ...]:
        """Work out what a patch comes to, and change nothing.

        Raises:
            Conflict: It does not fit the files.
        """
        changes = tuple(self._planned(patch, cwd) for patch in patches)
        seen: set[str] = set()
        for change in changes:
            if change.touched & seen:
                raise Conflict(f"{change.path} is changed twice by one patch")
            seen |= change.touched
        return changes

    def make(self, changes: Sequence[FileChange]) -> None:
        """Make the changes, unless the files are no longer what was shown.

        Raises:
            Conflict: A file was changed by somebody else since.
            OSError: The system does not allow it.
        """
        for change in changes:
            if _text(change.path) != change.before:
                raise Conflict(f"{change.path} was changed by somebody else meanwhile")
        for change in changes:
            self.make_one(change)

    def make_one(self, change: FileChange) -> None:
        """Make one change.

        Raises:
            OSError: The system does not allow it.
        """
        from pathlib import Path

        if change.after is not None:
            target = Path(change.target)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(change.after.encode())
        if change.after is None or change.move_to is not None:
            Path(change.path).unlink()

    def _planned(self, patch: FilePatch, cwd: str) -> FileChange:
        path = _absolute(cwd, patch.path)
        before = _text(path)
        if (before is None) is not (patch.kind == "add"):
            there = "does not exist" if before is None else "exists already"
            raise Conflict(f"{path} {there}")
        moved = None if patch.move_to is None else _absolute(cwd, patch.move_to)
        if moved is not None and os.path.lexists(moved):
            raise Conflict(f"{moved} exists already")
        after: str | None = patch.content if patch.kind == "add" else None
        if patch.kind == "update" and before is not None:
            try:
                after = updated(before, patch.chunks)
            except Conflict as error:
                raise Conflict(f"Failed to find expected lines in {path}:\n{error}") from None
        return FileChange(kind=patch.kind, path=path, before=before, after=after, move_to=moved)


def _absolute(cwd: str, path: str) -> str:
    return os.path.normpath(os.path.join(cwd, path))  # noqa: PTH118


def _text(path: str) -> str | None:
    """Give the text of a file; None where there is none.

    Raises:
        Conflict: It is no text, or cannot be read.
    """
    try:
        with open(path, "rb") as file:  # noqa: PTH123
            return file.read().decode()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise Conflict(f"Failed to read {path}: {error}") from error
