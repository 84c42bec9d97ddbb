"""Patches in the words of Codex's core, as recorded with Codex 0.65.0 and 0.98.0."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from seatrial_reference.patch.files import FileChange


def spelled(changes: Sequence[FileChange]) -> dict[str, dict[str, Any]]:
    """Give the changes by their paths, as events and requests for approval have them."""
    return {change.path: _change(change) for change in changes}


def _change(change: FileChange) -> dict[str, Any]:
    if change.kind == "update":
        return {"type": "update", "unified_diff": change.shown, "move_path": change.move_to}
    return {"type": change.kind, "content": change.shown}
