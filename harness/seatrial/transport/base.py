"""What a peer needs of a transport: lines out, lines in, and to know when it is over."""

from __future__ import annotations

from typing import Protocol

__all__ = ["EXIT_GRACE", "Transport"]

EXIT_GRACE = 1.0
"""Seconds that a server which broke off is given to exit: knowing how makes a better error."""


class Transport(Protocol):
    """One connection. A line is what stands between two newlines; it has no length limit.

    Attributes:
        end: How the connection ended, in words, where there is more to say than that it did.
    """

    end: str

    def send(self, line: bytes) -> bool:
        """Sends a whole line, newline included; returns whether the other side can read it.

        Never blocks: what cannot be sent yet is kept.
        """
        ...

    async def receive(self) -> bytes | None:
        """Returns the next line without its newline; None when the other side has closed."""
        ...

    def close(self) -> None:
        """Closes our sending side; the other side sees the end of its input."""
        ...
