"""Two transports joined in memory, for tests of what stands on a transport."""

from __future__ import annotations

import asyncio

__all__ = ["MemoryTransport", "memory_pair"]


class MemoryTransport:
    """One end of a pair: what one end sends, the other receives."""

    def __init__(self, incoming: asyncio.Queue[bytes | None]) -> None:
        self.end = ""
        self._incoming = incoming
        self._other: MemoryTransport | None = None
        self._closed = False

    def send(self, line: bytes) -> bool:
        """Hands the line to the other end."""
        if self._closed or self._other is None or self._other._closed:
            return False
        self._other._incoming.put_nowait(line.removesuffix(b"\n"))
        return True

    async def receive(self) -> bytes | None:
        """Returns the next line that the other end sent."""
        return await self._incoming.get()

    def close(self) -> None:
        """Tells the other end that nothing more comes."""
        if not self._closed and self._other is not None:
            self._closed = True
            self._other._incoming.put_nowait(None)


def memory_pair() -> tuple[MemoryTransport, MemoryTransport]:
    """Returns two joined ends."""
    one, other = MemoryTransport(asyncio.Queue()), MemoryTransport(asyncio.Queue())
    one._other, other._other = other, one
    return one, other
