"""The listening process: each client has a process of its own, so that none disturbs another."""

from __future__ import annotations

import os
import signal
import socket
from contextlib import suppress

from seatrial_reference.errors import ConfigError
from seatrial_reference.listen.frames import Messages, frame
from seatrial_reference.listen.upgrade import opened
from seatrial_reference.log import note
from seatrial_reference.server import Stop, Stopped, attend, connect

TYPE_CHECKING = False
if TYPE_CHECKING:
    from seatrial_reference.config import Config
    from seatrial_reference.services import Parts

_LOOPBACK = {"127.0.0.1", "localhost"}
_SIGNALS = {signal.SIGCHLD, signal.SIGTERM, signal.SIGINT}
_LINGER = 2.0
"""Seconds in which a client takes our last words; closing at once could lose them."""


class Listener:
    """Takes clients, as many as come.

    Threads are not shared between clients: what one started is another's only by way of the disk.

    Args:
        config: The server's configuration.
        parts: What the server is made of; None for the usual parts.
        token: The bearer token that a client has to show; None lets everyone in.
    """

    def __init__(self, config: Config, parts: Parts | None, token: str | None) -> None:
        self._config = config
        self._parts = parts
        self._token = token
        self._clients: set[int] = set()

    def serve(self, door: socket.socket, address: str) -> None:
        """Take clients until a signal asks the process to end, and end theirs then."""
        stop = Stop()
        try:
            signal.signal(signal.SIGCHLD, self._reap)
            signal.signal(signal.SIGTERM, stop)
            signal.signal(signal.SIGINT, stop)
            note(f"listening on: {address}")
            while True:
                client, _ = door.accept()
                with client:
                    self._admit(client, door)
        except Stopped:
            pass
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for pid in self._clients:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)
        for pid in self._clients:
            with suppress(ChildProcessError):
                os.waitpid(pid, 0)

    def _reap(self, number: int, frame: object) -> None:
        del number, frame
        for pid in tuple(self._clients):
            if os.waitpid(pid, os.WNOHANG)[0]:
                self._clients.discard(pid)

    def _admit(self, client: socket.socket, door: socket.socket) -> None:
        """Have a process of its own attend to a client."""
        signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
        pid = os.fork()
        if pid:
            self._clients.add(pid)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
            return
        status = 1
        try:
            for number in _SIGNALS:
                signal.signal(number, signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
            door.close()
            self._attend(client)
            status = 0
        except BaseException as error:
            note(f"a client's process failed: {error!r}")
        finally:
            os._exit(status)

    def _attend(self, client: socket.socket) -> None:
        if client.family != socket.AF_UNIX:
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        source = client.makefile("rb")
        if opened(source, client.sendall, self._token):
            connection = connect("app-server", self._config, self._parts, client.fileno(), frame)
            attend(connection, Messages(source, connection.wire.put))
        with suppress(OSError):
            client.settimeout(_LINGER)
            client.shutdown(socket.SHUT_WR)
            while client.recv(1 << 16):
                pass


def listen(config: Config, parts: Parts | None, url: str, token_file: str | None) -> int:
    """Listen at an address until a signal asks the process to end.

    Args:
        config: The server's configuration.
        parts: What the server is made of; None for the usual parts.
        url: `ws://127.0.0.1:PORT` (0 for any port) or `unix://PATH`.
        token_file: The file with the bearer token that clients have to show; None for none.

    Raises:
        ConfigError: The address or the token cannot be used.
    """
    listener = Listener(config, parts, _token(token_file))
    with _bound(url) as door:
        named = door.getsockname()
        if isinstance(named, str):
            try:
                listener.serve(door, url)
            finally:
                os.unlink(named)  # noqa: PTH108
        else:
            listener.serve(door, f"ws://{named[0]}:{named[1]}")
    return 0


def _token(file: str | None) -> str | None:
    """Read the token; a line break at its end is not part of it.

    Raises:
        ConfigError: There is none in the file, or no file.
    """
    if file is None:
        return None
    try:
        with open(file, encoding="utf-8") as opened_file:  # noqa: PTH123
            token = opened_file.read().strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"the token file {file} cannot be read: {error}") from None
    if not token:
        raise ConfigError(f"the token file {file} is empty; expected the clients' bearer token")
    return token


def _bound(url: str) -> socket.socket:
    """Give a socket that listens at an address; a Unix socket lets only this user in.

    Raises:
        ConfigError: It is no address, not on loopback, or taken.
    """
    scheme, _, rest = url.partition("://")
    host, _, port = rest.partition(":")
    try:
        if scheme == "ws" and host in _LOOPBACK and port.isdecimal() and int(port) < 1 << 16:
            return socket.create_server((host, int(port)))
        if scheme == "unix" and rest.startswith("/"):
            mask = os.umask(0o177)
            try:
                return socket.create_server(rest, family=socket.AF_UNIX)
            finally:
                os.umask(mask)
    except OSError as error:
        raise ConfigError(f"cannot listen at {url}: {error}") from None
    raise ConfigError(f"cannot listen at {url}; expected ws://127.0.0.1:PORT or unix:///PATH")
