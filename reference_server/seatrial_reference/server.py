"""The life of the server process: it serves stdin until its end, then ends all it started."""

from __future__ import annotations

import os
import signal
import sys

from seatrial_reference.config import find_home, load
from seatrial_reference.connection import Connection
from seatrial_reference.wire import Wire

TYPE_CHECKING = False
if TYPE_CHECKING:
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


def serve(parts: Parts | None) -> int:
    """Serve one client on stdin and stdout.

    Args:
        parts: What the server is made of; None for the usual parts.

    Returns:
        The exit status: 0 at the end of stdin, and on SIGTERM or SIGINT.

    Raises:
        ConfigError: The home or its configuration is unusable.
    """
    config = load(find_home(os.environ))
    wire = Wire(sys.stdout.fileno(), on_broken=lambda: os.kill(os.getpid(), signal.SIGTERM))
    connection = Connection(config, wire, parts)
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
