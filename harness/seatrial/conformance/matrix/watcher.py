"""Who is told how a matrix goes on."""

from __future__ import annotations

from typing import Protocol

from seatrial.conformance.matrix.model import Cell, Column
from seatrial.conformance.selection import Case
from seatrial.servers import ServerUnderTest

__all__ = ["Silent", "Watcher"]


class Watcher(Protocol):
    """Is told how a matrix goes on."""

    def planned(self, count: int) -> None:
        """There are so many more cells."""

    def began(self, server: ServerUnderTest, case: Case) -> None:
        """A case is judged from now on."""

    def ended(self, server: ServerUnderTest, case: Case, cell: Cell) -> None:
        """A cell is known; one that is reused, or does not apply, was never begun."""

    def finished(self, column: Column) -> None:
        """A server is through, or cannot be judged."""


class Silent:
    """A watcher that does nothing."""

    def planned(self, count: int) -> None:
        """Does nothing."""

    def began(self, server: ServerUnderTest, case: Case) -> None:
        """Does nothing."""

    def ended(self, server: ServerUnderTest, case: Case, cell: Cell) -> None:
        """Does nothing."""

    def finished(self, column: Column) -> None:
        """Does nothing."""
