"""Keeps every record: the last ones whole, older ones in a file, so that memory stays flat."""

from __future__ import annotations

import marshal
import tempfile
import threading
import weakref
from array import array
from collections import deque
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

import zstandard

from seatrial_provider.journal.lines import Values, record_of, safe_values
from seatrial_provider.journal.replies import Replies
from seatrial_provider.settings import check_settings

if TYPE_CHECKING:
    from seatrial_provider.journal.redact import Redactor
    from seatrial_provider.recorded import RecordedRequest

_LEVEL = 1
"""The level of compression: the fastest one makes the file many times smaller already."""

_Kept = tuple[int, Values]
"""A record as it is put away: the number of its reply, and its values."""

_IN_MEMORY = 2**32 - 1
"""What stands for the batch of a record that is in none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalBounds:
    """How much a journal keeps in memory; what is over it goes into a file that nobody else sees.

    Requests that are still being answered are always kept, and do not count.

    Attributes:
        requests: How many requests; there may be an eighth more for a while.
        size: How many bytes of their bodies, and of what was sent back.

    Raises:
        ScriptError: One of them is no number, or below zero.
    """

    requests: int = 200
    size: int = 16 * 1024 * 1024

    def __post_init__(self) -> None:
        check_settings(requests=self.requests, size=self.size)


class Store:
    """Holds records by their number, in order of arrival.

    Args:
        bounds: How much is kept in memory.
        redactor: Takes the secrets out of what goes into the file.

    Attributes:
        models: The numbers of the records that are model requests.
    """

    def __init__(self, bounds: JournalBounds, redactor: Redactor) -> None:
        self.models: array[int] = array("I")
        self._bounds = bounds
        self._redactor = redactor
        self._lock = threading.Lock()
        self._whole: dict[int, RecordedRequest] = {}
        self._settled: deque[tuple[int, int]] = deque()
        self._size = 0
        self._batches: array[int] = array("I")
        self._places: array[int] = array("Q", [0])
        self._file: IO[bytes] | None = None
        self._packer = zstandard.ZstdCompressor(level=_LEVEL)
        self._last_read = _IN_MEMORY
        self._last_batch: dict[int, _Kept] = {}
        self._replies = Replies()

    def __len__(self) -> int:
        return len(self._batches)

    def add(self, request: RecordedRequest, *, is_model_request: bool) -> None:
        """Adds a record and gives it its number.

        Args:
            request: The record.
            is_model_request: Whether it asks the model for a response.
        """
        with self._lock:
            number = request.number = len(self._batches)
            self._whole[number] = request
            self._batches.append(_IN_MEMORY)
            if is_model_request:
                self.models.append(number)

    def get(self, number: int) -> RecordedRequest:
        """Returns a record: itself, or what the file holds of it.

        Args:
            number: Its number.
        """
        with self._lock:
            whole = self._whole.get(number)
            if whole is not None:
                return whole
            reply, values = self._read(number)
            record = record_of(values)
        record.reply = self._replies.get(reply)
        return record

    def settle(self, request: RecordedRequest) -> None:
        """Lets a record that will not change any more go into the file when its time comes.

        Args:
            request: One of the records; another one is passed over.
        """
        size = len(request.body) + sum(map(len, request.pieces))
        with self._lock:
            if self._whole.get(request.number) is not request:
                return
            self._settled.append((request.number, size))
            self._size += size
            if self._is_over(at_once=self._bounds.requests // 8):
                self._put_oldest_away()

    def _is_over(self, *, at_once: int = 0) -> bool:
        return len(self._settled) > self._bounds.requests + at_once or (
            self._size > self._bounds.size and len(self._settled) > 1
        )

    def _put_oldest_away(self) -> None:
        """Makes room: many at once, packed together, because each is much like the next."""
        batch: list[_Kept] = []
        while self._is_over():
            number, size = self._settled.popleft()
            self._size -= size
            request = self._whole.pop(number)
            reply = self._replies.number_of(request.reply)
            batch.append((reply, safe_values(request, self._redactor)))
            self._batches[number] = len(self._places) - 1
        file = self._file or self._opened()
        packed = self._packer.compress(marshal.dumps(batch))
        file.write(packed)
        self._places.append(self._places[-1] + len(packed))

    def _read(self, number: int) -> _Kept:
        batch = self._batches[number]
        if batch != self._last_read:
            assert self._file is not None
            start, end = self._places[batch : batch + 2]
            self._file.seek(start)
            packed = self._file.read(end - start)
            self._file.seek(self._places[-1])
            kept = marshal.loads(zstandard.decompress(packed))  # noqa: S302 - nobody else writes it
            self._last_read, self._last_batch = batch, {one[1][0]: one for one in kept}
        return self._last_batch[number]

    def _opened(self) -> IO[bytes]:
        opened: IO[bytes] = tempfile.TemporaryFile(prefix="seatrial-journal-")  # noqa: SIM115
        weakref.finalize(self, opened.close)
        self._file = opened
        return opened
