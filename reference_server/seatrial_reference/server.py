"""The life of the server process: it serves stdin until its end, then ends all it started."""

from __future__ import annotations

import os
import signal
import sys

from seatrial_reference.config import find_home, load
from seatrial_reference.wire import Wire

TYPE_CHECKING = False
if TYPE_CHECKING:
    from seatrial_reference.config import Config
    from seatrial_reference.connection import Connection
    from seatrial_reference.services import Parts


class _Stopped(BaseException):
    """A signal asked the process to end."""


class _Stop:
    """Turns the first signal into an exception, as long as the server serves."""

    def __init__(self) -> None:
        self.done = False

    def __call__(self, number: int, frame: object) -> None:
        del number, frame
        if not self.done:
            self.done = True
            raise _Stopped


def serve(front: str, parts: Parts | None) -> int:
    """Serve one client on stdin and stdout.

    Args:
        front: Which server to be: `app-server` or `mcp-server`.
        parts: What the server is made of; None for the usual parts.

    Returns:
        The exit status: 0 at the end of stdin, and on SIGTERM or SIGINT.

    Raises:
        ConfigError: The home or its configuration is unusable.
    """
    config = load(find_home(os.environ))
    connection = _connect(front, config, parts)
    stop = _Stop()
    try:
        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        connection.serve(sys.stdin.buffer)
        stop.done = True
    except _Stopped:
        pass
    connection.close()
    return 0


def _connect(front: str, config: Config, parts: Parts | None) -> Connection:
    def broken() -> None:
        os.kill(os.getpid(), signal.SIGTERM)

    sink = sys.stdout.fileno()
    if front == "mcp-server":
        from seatrial_reference.fronts.mcp_server import McpServer

        return McpServer(config, Wire(sink, on_broken=broken, with_member=True), parts)
    from seatrial_reference.fronts.app_server import AppServer

    return AppServer(config, Wire(sink, on_broken=broken), parts)
