"""Standard input and output of a process as a transport."""

from __future__ import annotations

import asyncio

from seatrial.process import ServerProcess

__all__ = ["StdioTransport"]

_EXIT_GRACE = 1.0


class StdioTransport:
    """Lines to a server's stdin and from its stdout."""

    def __init__(self, process: ServerProcess) -> None:
        self._process = process

    def send(self, line: bytes) -> bool:
        """Writes the line; returns False once the server has closed its stdin."""
        return self._process.stdin.write(line)

    async def receive(self) -> bytes | None:
        """Returns the server's next line; None when its stdout has ended or it has exited."""
        line = await self._process.stdout.line()
        if line is None:
            # A server that closed its stdout is about to exit; knowing how makes a better error.
            await asyncio.wait((self._process.exited,), timeout=_EXIT_GRACE)
        return line

    def close(self) -> None:
        """Closes the server's stdin."""
        self._process.stdin.close()
