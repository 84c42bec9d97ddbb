"""Reads the rollouts that servers write, of every generation, and says what cannot be read.

Releases from about 0.130 on keep an index of the conversations, and of their turns, in SQLite
databases beside the rollouts (`state_*.sqlite`, `thread_history_*.sqlite`). They are made anew from
the rollouts where they are missing, so that the rollouts are what is read here.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from seatrial.rollouts.write import ARCHIVED

__all__ = ["Rollout", "archived", "read", "sessions"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rollout:
    """A rollout as it lies on disk.

    Attributes:
        path: Its file.
        lines: Its lines that are JSON objects, in order.
        unreadable: Those that are not, with their numbers from 1; an unfinished last one is among
            them.
    """

    path: Path
    lines: tuple[dict[str, Any], ...]
    unreadable: dict[int, bytes] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """The id of its conversation; empty where no first line says it."""
        head = self.lines[0] if self.lines else {}
        return str(_payload(head).get("id", ""))

    @property
    def items(self) -> list[dict[str, Any]]:
        """What the model was told and what it said: the items of the conversation, in order."""
        return [item for line in self.lines if (item := _item(line)) is not None]

    def said(self, role: str) -> list[str]:
        """Returns the texts of the messages of a role (`user`, `assistant`), in order."""
        return [
            "".join(str(part.get("text", "")) for part in item.get("content", ()))
            for item in self.items
            if item.get("type") == "message" and item.get("role") == role
        ]


def read(path: Path) -> Rollout:
    """Reads one rollout; nothing in it is an error, and one that is not there is empty."""
    lines: list[dict[str, Any]] = []
    unreadable: dict[int, bytes] = {}
    whole = path.read_bytes() if path.exists() else b""
    for number, text in enumerate(whole.splitlines(keepends=True), 1):
        try:
            line = json.loads(text)
        except ValueError:
            line = None
        if isinstance(line, dict) and text.endswith(b"\n"):
            lines.append(line)
        elif text.strip():
            unreadable[number] = text
    return Rollout(path=path, lines=tuple(lines), unreadable=unreadable)


def sessions(home: Path) -> list[Path]:
    """Returns the rollouts of a home that are not archived, oldest first."""
    return sorted((home / "sessions").rglob("rollout-*"))


def archived(home: Path) -> list[Path]:
    """Returns the archived rollouts of a home, oldest first."""
    return sorted((home / ARCHIVED).rglob("rollout-*"))


def _payload(line: dict[str, Any]) -> dict[str, Any]:
    """Returns what is in a line's envelope; the line itself where it has none (0.20.0)."""
    inside = line.get("payload")
    return inside if isinstance(inside, dict) else line


def _item(line: dict[str, Any]) -> dict[str, Any] | None:
    if "payload" in line:
        return _payload(line) if line.get("type") == "response_item" else None
    return line if "type" in line else None
