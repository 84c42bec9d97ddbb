"""The life of the server process: it serves stdin until its end, then ends all it started."""

from __future__ import annotations

import os
import signal
import sys

from seatrial_reference.config import find_home, load
from seatrial_reference.layers import Layers
from seatrial_reference.wire import Wire, line

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from seatrial_reference.config import Config
    from seatrial_reference.connection import Connection
    from seatrial_reference.services import Parts


class Stopped(BaseException):
    """A signal asked the process to end."""


class Stop:
    """Turns the first signal into an exception, as long as the server serves."""

    def __init__(self) -> None:
        self.done = False

    def __call__(self, number: int, frame: object) -> None:
        """Take a signal."""
        del number, frame
        if not self.done:
            self.done = True
            raise Stopped


def serve(
    front: str,
    parts: Parts | None,
    *,
    url: str | None = None,
    token_file: str | None = None,
    overrides: Sequence[str] = (),
) -> int:
    """Serve one client on stdin and stdout, or all that come to an address.

    Args:
        front: Which server to be: `app-server`, `mcp-server` or `tool-server`.
        parts: What the server is made of; None for the usual parts.
        url: Where to listen; stdin and stdout without it.
        token_file: The file with the token that clients have to show.
        overrides: What the command line sets of the configuration, each as `KEY=VALUE`.

    Returns:
        The exit status: 0 at the end of stdin, and on SIGTERM or SIGINT.

    Raises:
        ConfigError: The home, its configuration or the address is unusable.
    """
    layers = parts.layers if parts else Layers
    config = load(layers(find_home(os.environ), overrides))
    if url is None:
        connection = connect(front, config, parts, sys.stdout.fileno())
        attend(connection, sys.stdin.buffer)
        return 0
    from seatrial_reference.listen.listener import listen

    return listen(config, parts, url, token_file)


def attend(connection: Connection, messages: Iterable[bytes]) -> None:
    """Handle a client's messages to their end or until a signal, and end what it started."""
    stop = Stop()
    try:
        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        connection.serve(messages)
        stop.done = True
    except Stopped:
        pass
    connection.close()


def connect(
    front: str,
    config: Config,
    parts: Parts | None,
    sink: int,
    frame: Callable[[bytes], bytes] = line,
) -> Connection:
    """Make a client's connection.

    Args:
        front: Which server to be: `app-server`, `mcp-server` or `tool-server`.
        config: The server's configuration.
        parts: What the server is made of; None for the usual parts.
        sink: The file descriptor that messages are written to.
        frame: Makes what is sent of a message.
    """

    def broken() -> None:
        os.kill(os.getpid(), signal.SIGTERM)

    wire = parts.wire if parts else Wire
    if front != "app-server":
        from seatrial_reference.fronts.mcp_server import McpServer

        chosen = (parts.mcp_server if parts else None) or McpServer
        speaking = wire(sink, on_broken=broken, with_member=True, frame=frame)
        connection = chosen(config, speaking, parts)
        if front == "tool-server":
            from seatrial_reference.fronts.asking import AskingTools

            connection.asking = (parts.asking if parts else None) or AskingTools
        return connection
    from seatrial_reference.fronts.app_server import AppServer

    return AppServer(config, wire(sink, on_broken=broken, frame=frame), parts)
