"""How a server that was started is reached: on its stdio, or where it says that it listens."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from seatrial.errors import SeatrialError
from seatrial.process import ServerProcess
from seatrial.transport import StdioTransport, Transport

__all__ = ["CannotConnect", "Door", "obituary"]


class CannotConnect(SeatrialError):
    """A server that was started, and that cannot be connected to."""

    by_server = True


def obituary(process: ServerProcess) -> str:
    """Returns what is known of a process, for the end of an error."""
    state = str(process.exited.result()) if process.exited.done() else "still running"
    text = process.stderr.text()
    said = "\n".join(f"  {line}" for line in text.splitlines()) if text else "  (nothing)"
    return f"the server's process {process.pid}: {state}\nlast of its stderr:\n{said}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """Where a running server lets clients in.

    Attributes:
        process: The server.
        url: Where it listens, for WebSocket or HTTP; empty if it is spoken to on its stdio.
        socket: The Unix socket that leads there, instead of the address's host and port.
        token: The bearer token to show.
        timeout: Seconds for connecting.
    """

    process: ServerProcess
    url: str = ""
    socket: Path | None = None
    token: str | None = None
    timeout: float = 0

    @asynccontextmanager
    async def connect(self) -> AsyncIterator[Transport]:
        """Connects for the length of a block.

        Raises:
            CannotConnect: It does not let us in.
        """
        if not self.url:
            yield StdioTransport(self.process)
            return
        if urlsplit(self.url).scheme == "http":
            from seatrial.transport import http

            async with http.connected(self.url, exited=self.process.exited) as spoken:
                yield spoken
            return
        from websockets.exceptions import WebSocketException

        from seatrial.transport.websocket import connected

        parts = urlsplit(self.url)
        to = str(self.socket) if self.socket else (str(parts.hostname), parts.port or 80)
        exited = self.process.exited
        async with AsyncExitStack() as stack:
            try:
                transport = await stack.enter_async_context(
                    connected(self.url, to, token=self.token, exited=exited, timeout=self.timeout)
                )
            except (OSError, TimeoutError, ValueError, WebSocketException) as error:
                raise self._shut(error) from None
            yield transport

    def _shut(self, error: Exception) -> CannotConnect:
        return CannotConnect(
            "the server does not let us in",
            expected=f"a WebSocket at {self.socket or self.url}",
            arrived=str(error) or f"no answer within {self.timeout:g} s",
            cause="does it listen elsewhere, want another token, or is it about to exit?",
            remedy="connect by hand, or judge it over stdio",
            evidence=obituary(self.process),
        )
