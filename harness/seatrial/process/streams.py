"""Pipes to and from a process on the event loop: no line limit, no blocking, bounded memory."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Callable

from seatrial.process.spool import CHUNK, Copy, Spool

__all__ = ["LineReader", "Tail", "Writer"]

_LAST_READS = 64


def _available(fd: int) -> bytes | None:
    """Returns what can be read without waiting: None if nothing yet, nothing at the end."""
    try:
        return os.read(fd, CHUNK)
    except (BlockingIOError, InterruptedError):
        return None
    except OSError:
        return b""


class LineReader:
    """Lines from a pipe, as long as they come; at the end of the stream the unfinished rest.

    What nobody has asked for yet waits in a spool, so memory is bounded, and the writer never is.

    Attributes:
        copy: All of the stream, in a file; None if nobody wants it.
    """

    def __init__(self, fd: int, copy: Copy | None = None) -> None:
        os.set_blocking(fd, False)
        self.copy = copy
        self._fd = fd
        self._spool = Spool()
        self._buffer = bytearray()
        self._searched = 0
        self._ready = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(fd, self._read)
        self._open = True

    @property
    def failure(self) -> OSError | None:
        """Why lines that came are not there, such as a full disk; None while all of them are."""
        return self._spool.failure

    def _read(self) -> bool:
        """Takes what is there; returns whether there may be more."""
        if not self._open:
            return False
        data = _available(self._fd)
        if data is None:
            return False
        if not data:
            self.close()
            return False
        self._spool.put(data)
        if self.copy is not None:
            self.copy.write(data)
        if self._spool.newlines:
            self._ready.set()
        return True

    def finish(self) -> None:
        """Takes what is in the pipe and closes it: the writer is dead.

        Its end of stream may never come: a descendant can hold the pipe for ever.
        """
        for _ in range(_LAST_READS):
            if not self._read():
                break
        self.close()

    def close(self) -> None:
        """Ends reading; lines that arrived can still be taken."""
        if not self._open:
            return
        self._open = False
        self._loop.remove_reader(self._fd)
        os.close(self._fd)
        if self.copy is not None:
            self.copy.close()
        self._ready.set()

    async def line(self) -> bytes | None:
        """Returns the next line without its newline; None at the end of the stream."""
        while (end := self._buffer.find(b"\n", self._searched)) < 0:
            self._searched = len(self._buffer)
            if self._spool.newlines or (not self._open and self._spool):
                self._buffer += self._spool.take()
            elif self._open:
                self._ready.clear()
                await self._ready.wait()
            else:
                return self._rest()
        self._searched = 0
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 1]
        return line

    def _rest(self) -> bytes | None:
        rest = bytes(self._buffer)
        self._buffer.clear()
        self._searched = 0
        return rest or None


class Writer:
    """Bytes into a pipe; what the pipe does not take yet is kept and sent when it does."""

    def __init__(self, fd: int) -> None:
        os.set_blocking(fd, False)
        self._fd = fd
        self._pending = bytearray()
        self._loop = asyncio.get_running_loop()
        self._drained = asyncio.Event()
        self._drained.set()
        self.is_open = True

    def write(self, data: bytes) -> bool:
        """Sends the bytes; returns whether anybody can still read them."""
        if not self.is_open:
            return False
        self._pending += data
        self._flush()
        return self.is_open

    def _flush(self) -> None:
        try:
            while self._pending:
                sent = os.write(self._fd, self._pending[:CHUNK])
                del self._pending[:sent]
        except BlockingIOError:
            self._drained.clear()
            self._loop.add_writer(self._fd, self._flush)
            return
        except OSError:
            self.close()
            return
        self._loop.remove_writer(self._fd)
        self._drained.set()

    async def drain(self) -> None:
        """Returns when the pipe has taken everything, or when it is closed."""
        await self._drained.wait()

    def close(self) -> None:
        """Closes the pipe; what was not sent is dropped."""
        if not self.is_open:
            return
        self.is_open = False
        self._loop.remove_writer(self._fd)
        self._pending.clear()
        self._drained.set()
        with contextlib.suppress(OSError):
            os.close(self._fd)


class Tail:
    """A stream drained as it comes: all of it into a file, the last of it into memory.

    Attributes:
        copy: All of the stream, in a file.
        heard: Called with each piece as it comes, by whoever waits for something in it.
    """

    def __init__(self, fd: int, copy: Copy, *, keep: int = 1 << 16) -> None:
        os.set_blocking(fd, False)
        self.copy = copy
        self._fd = fd
        self._keep = keep
        self.heard: Callable[[bytes], None] | None = None
        self._last = bytearray()
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(fd, self._read)
        self._open = True

    def _read(self) -> bool:
        """Takes what is there; returns whether there may be more."""
        data = _available(self._fd)
        if data is None:
            return False
        if not data:
            self._shut()
            return False
        self.copy.write(data)
        self._last += data
        del self._last[: -self._keep]
        if self.heard is not None:
            self.heard(data)
        return True

    def close(self) -> None:
        """Takes what is still in the pipe, without waiting for its end, and closes both ends."""
        self._catch_up()
        self._shut()

    def _catch_up(self) -> None:
        """Takes what has arrived; bounded, since a grandchild may go on writing for ever."""
        for _ in range(_LAST_READS):
            if not (self._open and self._read()):
                return

    def _shut(self) -> None:
        if self._open:
            self._open = False
            self._loop.remove_reader(self._fd)
            os.close(self._fd)
            self.copy.close()

    def text(self, lines: int = 20) -> str:
        """Returns the last lines that arrived, undecodable bytes replaced."""
        self._catch_up()
        whole = self._last.decode(errors="replace").rstrip()
        return "\n".join(whole.splitlines()[-lines:])
