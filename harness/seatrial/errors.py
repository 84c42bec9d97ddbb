"""Errors in four parts: what was expected, what arrived, the likely cause, what to do."""

from __future__ import annotations

from typing import ClassVar

__all__ = ["SeatrialError"]


class SeatrialError(Exception):
    """An error that ends the investigation instead of starting it.

    Attributes:
        what: What failed, in a few words.
        expected: What was expected.
        arrived: What arrived instead.
        cause: The likely cause, as a question.
        remedy: What to do.
        evidence: The last messages, the last of stderr: as much as there is, may be empty.
        by_server: Whether what went wrong is the server's doing and not ours.
    """

    by_server: ClassVar[bool] = False

    def __init__(
        self,
        what: str,
        *,
        expected: str,
        arrived: str,
        cause: str,
        remedy: str,
        evidence: str = "",
    ) -> None:
        super().__init__(what)
        self.what = what
        self.expected = expected
        self.arrived = arrived
        self.cause = cause
        self.remedy = remedy
        self.evidence = evidence

    def __str__(self) -> str:
        """The four parts, a line each, and the evidence below."""
        lines = [
            self.what,
            f"  expected: {self.expected}",
            f"  arrived:  {self.arrived}",
            f"  cause:    {self.cause}",
            f"  do:       {self.remedy}",
        ]
        return "\n".join(lines) + (f"\n{self.evidence}" if self.evidence else "")
