"""The record of a thread on disk: one JSON object a line, each written whole as it happens."""

from __future__ import annotations

import fcntl
import json
import os
import threading
import time

from seatrial_reference.ids import timestamp
from seatrial_reference.log import note

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from seatrial_reference.threads import Thread


def rollout_path(home: str, thread_id: str, created_at: int) -> str:
    """Give the file of a thread, named as Codex names it; times are local."""
    day = time.strftime("%Y/%m/%d", time.localtime(created_at))
    stamp = time.strftime("%Y-%m-%dT%H-%M-%S", time.localtime(created_at))
    return f"{home}/sessions/{day}/rollout-{stamp}-{thread_id}.jsonl"


class RolloutBusy(Exception):
    """Another server writes the file."""


class Rollout:
    """Appends to the file of one thread; the file appears with the first line.

    As long as it is open no other server can open it. A line is one write, so that a killed server
    leaves no half of one; behind half a line of somebody else a new one is begun.

    Args:
        thread: The thread that is recorded; an ephemeral one leaves nothing on disk.
    """

    def __init__(self, thread: Thread) -> None:
        self._thread = thread
        self._lock = threading.Lock()
        self._file: int | None = None
        self._ended = thread.ephemeral

    def append(self, kind: str, payload: dict[str, Any]) -> None:
        """Write one line; a disk that cannot be written to ends the record, not the turn.

        Args:
            kind: `session_meta`, `turn_context`, `response_item` or `event_msg`.
            payload: What the line holds.
        """
        with self._lock:
            if self._ended:
                return
            try:
                if self._file is None:
                    self._open(os.O_CREAT)
                self.write(_line(kind, payload))
            except (OSError, RolloutBusy) as error:
                self._ended = True
                path = self._thread.path
                note(f"expected to write {path}, but {error}; the thread is no longer recorded")

    def adopt(self) -> None:
        """Open the file that is there, to write on.

        Raises:
            RolloutBusy: Another server has it open.
            OSError: It cannot be opened.
        """
        with self._lock:
            if self._file is None and not self._ended:
                self._open(0)

    def close(self) -> None:
        """Write no more, and let other servers have the file."""
        with self._lock:
            self._ended = True
            if self._file is not None:
                os.close(self._file)
                self._file = None

    def write(self, line: bytes) -> None:
        """Write a line in one piece."""
        assert self._file is not None
        os.write(self._file, line)

    def claim(self, file: int) -> None:
        """Keep other servers off the file.

        Raises:
            RolloutBusy: One of them has it.
        """
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RolloutBusy("another server has it open") from None

    def _open(self, flags: int) -> None:
        path = self._thread.path
        if flags:
            os.makedirs(os.path.dirname(path), exist_ok=True)  # noqa: PTH103, PTH120
        file = os.open(path, os.O_RDWR | os.O_APPEND | flags, 0o644)
        try:
            self.claim(file)
        except RolloutBusy:
            os.close(file)
            raise
        self._file = file
        size = os.fstat(file).st_size
        if size == 0:
            self.write(_line("session_meta", self._thread.meta()))
        elif os.pread(file, 1, size - 1) != b"\n":
            self.write(b"\n")


def _line(kind: str, payload: dict[str, Any]) -> bytes:
    line = {"timestamp": timestamp(), "type": kind, "payload": payload}
    return (json.dumps(line, ensure_ascii=False) + "\n").encode(errors="replace")
