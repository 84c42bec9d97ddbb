"""What a stream brought: all of it in a file; what is unread in bounded memory, then on disk."""

from __future__ import annotations

import os
import tempfile
import weakref
from collections import deque
from pathlib import Path

__all__ = ["CHUNK", "Copy", "Spool"]

CHUNK = 1 << 18
"""Bytes that are read or written at once."""

BOUND = 1 << 24
"""Bytes that a spool holds in memory: sixteen MiB."""


class Copy:
    """All of a stream in a file, as far as the disk has room for it.

    Attributes:
        failure: Why the file is not complete, such as a full disk; None while it is.

    Raises:
        OSError: The file cannot be opened.
    """

    def __init__(self, path: Path) -> None:
        self.failure: OSError | None = None
        self._file = path.open("ab", buffering=0)

    def write(self, data: bytes) -> None:
        """Appends the bytes, until that fails once: then the stream is only drained."""
        if self.failure is None:
            try:
                self._file.write(data)
            except OSError as error:
                self.failure = error

    def close(self) -> None:
        """Closes the file; safe to call again."""
        self._file.close()


class Spool:
    """Bytes in the order of their arrival: up to a bound in memory, from then on in a file.

    The file has no name, and is closed once all of it has been taken.

    Attributes:
        newlines: How many newlines are in it.
        failure: Why bytes that came last are not in it, such as a full disk; None while all are.
    """

    def __init__(self, *, bound: int = BOUND) -> None:
        self.newlines = 0
        self.failure: OSError | None = None
        self._bound = bound
        self._held = 0
        self._chunks: deque[bytes] = deque()
        self._file: weakref.finalize[..., Spool] | None = None
        self._fd = -1
        self._written = self._taken = 0

    def __bool__(self) -> bool:
        """Whether there is anything in it."""
        return bool(self._chunks) or self._taken < self._written

    def put(self, data: bytes) -> None:
        """Adds bytes; what the disk has no room for is lost, and so is all that comes later."""
        if self.failure is not None:
            return
        if self._file is None and self._held + len(data) <= self._bound:
            self._chunks.append(data)
            self._held += len(data)
            self.newlines += data.count(b"\n")
        else:
            self.newlines += data[: self._to_disk(data)].count(b"\n")

    def _to_disk(self, data: bytes) -> int:
        """Writes bytes to the end of the file; returns how many of them are in it."""
        sent = 0
        try:
            if self._file is None:
                self._fd, name = tempfile.mkstemp()
                self._file = weakref.finalize(self, os.close, self._fd)
                Path(name).unlink()
            while sent < len(data):
                sent += os.pwrite(self._fd, data[sent:], self._written + sent)
        except OSError as error:
            self.failure = error
        self._written += sent
        return sent

    def take(self) -> bytes:
        """Returns the bytes that came first, some of them; b"" if there are none."""
        if self._chunks:
            data = self._chunks.popleft()
            self._held -= len(data)
        else:
            data = os.pread(self._fd, CHUNK, self._taken) if self._file else b""
            self._taken += len(data)
            if self._file and self._taken == self._written:
                self._file()
                self._file, self._written, self._taken = None, 0, 0
        self.newlines -= data.count(b"\n")
        return data
