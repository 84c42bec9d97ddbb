"""File changes as a server shows them: in a request for approval, in an item, in an event.

Source of the shapes: the schema that Codex 0.163.0 writes of itself (FileUpdateChange), and
conversations recorded with 0.20.0 to 0.163.0.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from seatrial.dialects.shape import member, tables

__all__ = ["FileChange", "FileItem", "core_changes", "thread_changes"]

_MOVED = "\n\nMoved to: "
"""What Codex puts between the diff of a file that is moved and where it is moved to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileChange:
    """What the server shows of the change of one file.

    Attributes:
        path: The file.
        kind: `add`, `update` or `delete`.
        diff: The unified diff of an update, without the names of files; else the whole text that
            comes or goes, as far as it is shown.
        move_to: Where the file is moved to; None where it stays.
    """

    path: str
    kind: str
    diff: str
    move_to: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FileItem:
    """A file change that the agent made or wanted to make, as the server reports it.

    Attributes:
        id: The item's or call's id.
        status: `inProgress`, `completed`, `failed` or `declined`.
        changes: What it changes; empty where it was not said.
    """

    id: str
    status: str
    changes: tuple[FileChange, ...] = ()


def thread_changes(item: dict[str, Any]) -> tuple[FileChange, ...]:
    """Returns the changes of a `fileChange` item of app_v2."""
    return tuple(_thread_change(change) for change in tables(item, "changes"))


def _thread_change(change: dict[str, Any]) -> FileChange:
    kind = member(change, "kind")
    moved = kind.get("move_path")
    diff = str(change.get("diff", ""))
    return FileChange(
        path=str(change.get("path")),
        kind=str(kind.get("type")),
        diff=diff.removesuffix(f"{_MOVED}{moved}") if moved else diff,
        move_to=moved,
    )


def core_changes(changes: Any) -> tuple[FileChange, ...]:
    """Returns the changes that the core tells by their paths, as app_v1 and mcp pass them on."""
    found = changes if isinstance(changes, dict) else {}
    return tuple(_core_change(path, change) for path, change in found.items())


def _core_change(path: str, change: Any) -> FileChange:
    """Reads `{"type": "add", …}`, before 0.44.0 `{"add": {…}}`, and in 0.20.0 plain `"delete"`."""
    if isinstance(change, str):
        return FileChange(path=path, kind=change, diff="")
    if "type" not in change:
        ((kind, change),) = change.items()
    else:
        kind = change["type"]
    diff = change.get("unified_diff", change.get("content", ""))
    return FileChange(path=path, kind=str(kind), diff=str(diff), move_to=change.get("move_path"))
