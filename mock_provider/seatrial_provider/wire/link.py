"""The sending half of one connection: writes, back-pressure, and the ways to end it."""

from __future__ import annotations

import asyncio
import socket
import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

Buffers = tuple[bytes | memoryview, ...]
"""Bytes that are sent one after the other, in one write if they can be."""

_LINGER_ZERO = struct.pack("ii", 1, 0)
"""`struct linger`: on, zero seconds; a close then sends RST (POSIX `SO_LINGER`)."""


class Link:
    """Sends on a connection.

    Args:
        transport: The connection.

    Attributes:
        is_clear: Whether everything that was written was handed to the system.
        is_ended: Whether it was we who ended the connection.
    """

    __slots__ = ("_once_clear", "_transport", "_waiter", "is_clear", "is_ended")

    def __init__(self, transport: asyncio.Transport) -> None:
        transport.set_write_buffer_limits(high=0)
        self._transport = transport
        self._waiter: asyncio.Future[None] | None = None
        self._once_clear: Callable[[], None] | None = None
        self.is_clear = True
        self.is_ended = False

    @property
    def is_gone(self) -> bool:
        """Whether the client ended the connection: what is written now comes to nothing."""
        return self._transport.is_closing() and not self.is_ended

    def write(self, data: bytes | memoryview) -> None:
        """Sends bytes, or keeps them until the client reads.

        Args:
            data: The bytes.
        """
        self._transport.write(data)

    def once_clear(self, function: Callable[[], None]) -> None:
        """Has a function called, once, when everything that was written was handed over.

        Args:
            function: Called in the same turn of the loop in which the last bytes leave.
        """
        if self.is_clear:
            function()
        else:
            self._once_clear = function

    async def clear(self) -> None:
        """Waits until everything that was written was handed to the system."""
        while not self.is_clear:
            self._waiter = asyncio.get_running_loop().create_future()
            await self._waiter

    def pause(self) -> None:
        """Notes that the client does not read as fast as it is sent to."""
        self.is_clear = False

    def resume(self) -> None:
        """Notes that everything was handed over."""
        self.is_clear = True
        function, self._once_clear = self._once_clear, None
        if function is not None:
            function()
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def half_close(self) -> None:
        """Says that nothing more will be sent (FIN), and goes on to receive."""
        self._transport.write_eof()

    def cut(self) -> None:
        """Closes the connection (FIN) after what was written."""
        self.is_ended = True
        self._transport.close()

    def reset(self) -> None:
        """Resets the connection (RST); what the system did not deliver yet is lost."""
        self.is_ended = True
        sock: socket.socket = self._transport.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_ZERO)
        self._transport.abort()

    def abort(self) -> None:
        """Closes the connection at once, whatever is still to be sent."""
        self.is_ended = True
        self._transport.abort()
