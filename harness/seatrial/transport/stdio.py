"""Standard input and output of a process as a transport."""

from __future__ import annotations

import asyncio

from seatrial.process import ServerProcess
from seatrial.transport.base import EXIT_GRACE

__all__ = ["StdioTransport"]


class StdioTransport:
    """Lines to a server's stdin and from its stdout."""

    def __init__(self, process: ServerProcess) -> None:
        self.end = ""
        self._process = process

    def send(self, line: bytes) -> bool:
        """Writes the line; returns False once the server has closed its stdin."""
        return self._process.stdin.write(line)

    async def receive(self) -> bytes | None:
        """Returns the server's next line; None when its stdout has ended or it has exited."""
        line = await self._process.stdout.line()
        if line is None:
            await asyncio.wait((self._process.exited,), timeout=EXIT_GRACE)
        return line

    def close(self) -> None:
        """Closes the server's stdin."""
        self._process.stdin.close()
