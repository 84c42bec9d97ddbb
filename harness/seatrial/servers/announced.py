"""Waits for a server to say that it listens, in a line that it prints, and reads where."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit

from seatrial.process import ServerProcess
from seatrial.profiles import STDIO, Transport
from seatrial.servers.place import Place
from seatrial.servers.reach import CannotConnect, Door, obituary

__all__ = ["opened"]

UNIX_URL = "ws://localhost/"
"""What a WebSocket on a Unix socket is asked for: there is no host in it."""

_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_LOOPBACK = {"127.0.0.1", "localhost"}


class _Ear:
    """Looks for a pattern in the lines of what a server prints."""

    def __init__(self, pattern: str) -> None:
        self._pattern = re.compile(pattern)
        self._rest = b""
        self.found: asyncio.Future[re.Match[str]] = asyncio.get_running_loop().create_future()

    def hear(self, data: bytes) -> None:
        """Takes a piece of a stream."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            self.line(line)

    def line(self, line: bytes) -> None:
        """Takes a whole line."""
        found = self._pattern.search(_COLOUR.sub("", line.decode(errors="replace")))
        if found and not self.found.done():
            self.found.set_result(found)


async def _drain(process: ServerProcess, ear: _Ear) -> None:
    """Reads the server's stdout to its end: nobody else does, and a full pipe would stop it."""
    while (line := await process.stdout.line()) is not None:
        ear.line(line)


@asynccontextmanager
async def opened(
    process: ServerProcess, carrier: Transport, place: Place, *, timeout: float
) -> AsyncIterator[Door]:
    """Gives the door of a server that was just started, once it is open.

    Args:
        process: The server.
        carrier: The transport that it was started for.
        place: Where it was told to listen, and the token.
        timeout: Seconds that it may take to listen, and then to let a client in.

    Raises:
        CannotConnect: It exited before it listened, did not say so, or listens elsewhere.
    """
    if carrier.name == STDIO.name:
        yield Door(process=process)
        return
    async with _announcement(process, carrier, timeout) as said:
        if carrier.name == "unix":
            yield Door(process=process, url=UNIX_URL, socket=place.socket, timeout=timeout)
            return
        token = place.token if carrier.name == "websocket-token" else None
        url = _loopback(process, said[1], "http" if carrier.name == "http" else "ws")
        yield Door(process=process, url=url, token=token, timeout=timeout)


@asynccontextmanager
async def _announcement(
    process: ServerProcess, carrier: Transport, timeout: float
) -> AsyncIterator[re.Match[str]]:
    """Waits until the server listens, and reads its stdout for the length of a block."""
    ear = _Ear(carrier.ready or "")
    process.stderr.heard = ear.hear
    draining = asyncio.create_task(_drain(process, ear), name="stdout")
    try:
        await asyncio.wait(
            (ear.found, process.exited), timeout=timeout, return_when=asyncio.FIRST_COMPLETED
        )
        if not ear.found.done():
            raise _unheard(process, carrier, timeout)
        process.stderr.heard = None
        yield ear.found.result()
    finally:
        process.stderr.heard = None
        draining.cancel()
        await asyncio.wait((draining,))


def _unheard(process: ServerProcess, carrier: Transport, timeout: float) -> CannotConnect:
    dead = process.exited.done()
    return CannotConnect(
        f"the server {'ended before it listened' if dead else 'does not say that it listens'}",
        expected=f"a line on its stderr or stdout that matches {carrier.ready!r}",
        arrived=str(process.exited.result()) if dead else f"no such line within {timeout:g} s",
        cause=f"does this release know the arguments {' '.join(carrier.arguments)!r}?"
        if dead
        else "does this release say it in other words, or not at all?",
        remedy=f"correct the transport {carrier.name!r} in the profile, or judge it over stdio",
        evidence=obituary(process),
    )


def _loopback(process: ServerProcess, url: str, scheme: str) -> str:
    """Returns an address that leads to this machine.

    Raises:
        CannotConnect: It leads elsewhere, or has another scheme than the transport's.
    """
    with suppress(ValueError):
        parts = urlsplit(url)
        if parts.scheme == scheme and parts.hostname in _LOOPBACK and parts.port:
            return url
    raise CannotConnect(
        "the server does not listen where it should",
        expected=f"an address such as {scheme}://127.0.0.1:4500",
        arrived=repr(url),
        cause="does `ready` in the profile take too much or too little for the address?",
        remedy="have it listen on loopback, and the first group of `ready` be the whole address",
        evidence=obituary(process),
    )
