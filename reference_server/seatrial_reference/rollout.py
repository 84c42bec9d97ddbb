"""The record of a thread on disk: one JSON object a line, flushed as it happens."""

from __future__ import annotations

import json
import time
from pathlib import Path

from seatrial_reference.ids import timestamp
from seatrial_reference.log import note

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from seatrial_reference.threads import Thread


def rollout_path(home: str, thread_id: str, created_at: int) -> str:
    """Give the file of a thread, named as Codex names it; times are local."""
    day = time.strftime("%Y/%m/%d", time.localtime(created_at))
    stamp = time.strftime("%Y-%m-%dT%H-%M-%S", time.localtime(created_at))
    return f"{home}/sessions/{day}/rollout-{stamp}-{thread_id}.jsonl"


class Rollout:
    """Appends to the file of one thread; the file appears with the first turn.

    Args:
        thread: The thread that is recorded; an ephemeral one leaves nothing on disk.
    """

    def __init__(self, thread: Thread) -> None:
        self._thread = thread
        self._begun = False
        self._ended = False

    def append(self, kind: str, payload: dict[str, Any]) -> None:
        """Write one line; a disk that cannot be written to ends the record, not the turn.

        Args:
            kind: `session_meta`, `turn_context`, `response_item` or `event_msg`.
            payload: What the line holds.
        """
        if self._thread.ephemeral or self._ended:
            return
        path = Path(self._thread.path)
        lines = [(kind, payload)]
        if not self._begun:
            lines.insert(0, ("session_meta", self._meta()))
        try:
            if not self._begun:
                path.parent.mkdir(parents=True, exist_ok=True)
                self._begun = True
            with path.open("a", encoding="utf-8", errors="replace") as file:
                for type_, content in lines:
                    line = {"timestamp": timestamp(), "type": type_, "payload": content}
                    file.write(json.dumps(line, ensure_ascii=False) + "\n")
        except OSError as error:
            self._ended = True
            note(f"expected to write {path}, but {error}; the thread is no longer recorded")

    def _meta(self) -> dict[str, Any]:
        from seatrial_reference import __version__

        return {
            "id": self._thread.id,
            "timestamp": timestamp(self._thread.created_at),
            "cwd": self._thread.settings.cwd,
            "originator": self._thread.originator,
            "cli_version": __version__,
            "source": "appServer",
            "model_provider": self._thread.provider_name,
        }


def saved(home: str) -> Iterator[tuple[Path, dict[str, Any], str]]:
    """Go through the saved threads, newest first.

    Yields:
        The file, the payload of its first line, and the first thing that the user said. Files
        whose first line cannot be read are passed over.
    """
    for path in sorted(Path(home, "sessions").glob("*/*/*/rollout-*.jsonl"), reverse=True):
        lines = list(_lines(path))
        if lines and lines[0].get("type") == "session_meta":
            said = (line["payload"] for line in lines if line.get("type") == "event_msg")
            texts = (p.get("message", "") for p in said if p.get("type") == "user_message")
            yield path, lines[0]["payload"], next(texts, "")


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8", errors="replace") as file:
        for text in file:
            try:
                line = json.loads(text)
            except ValueError:
                continue
            if isinstance(line, dict) and isinstance(line.get("payload"), dict):
                yield line
