"""The SDK's stdio transport over a connection instead of over the process's own streams."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

__all__ = ["LineReader", "LineWriter"]


class LineReader:
    """The lines that come in on a connection, as the SDK iterates over its stdin.

    Args:
        stream: Where they come from; made with a limit that the longest line stays under.
    """

    def __init__(self, stream: asyncio.StreamReader) -> None:
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[str]:
        """Gives each line as it comes, until the other side has gone, however that came about."""
        with suppress(ConnectionError):
            while line := await self._stream.readline():
                yield line.decode("utf-8", "replace")


class LineWriter:
    """The lines that go out on a connection, as the SDK writes to its stdout.

    Args:
        stream: Where they go.
    """

    def __init__(self, stream: asyncio.StreamWriter) -> None:
        self._stream = stream

    async def write(self, text: str) -> None:
        """Takes a line; nothing is sent to one who has gone."""
        if not self._stream.is_closing():
            self._stream.write(text.encode())

    async def flush(self) -> None:
        """Waits until there is room for more."""
        try:
            await self._stream.drain()
        except ConnectionError:
            self._stream.close()
