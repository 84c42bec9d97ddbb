"""Comparisons: how near a request comes to a condition, for the message when none is met."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A condition held against a request.

    Attributes:
        condition: What was asked for, in words.
        holds: Whether the request has it.
        found: What the request has instead, in words; empty if it holds.
        closeness: How near the request comes, from 0 to 1.
        parts: The comparisons that this one is made of.
    """

    condition: str
    holds: bool
    found: str = ""
    closeness: float = 0.0
    parts: tuple[Comparison, ...] = ()

    def lines(self) -> list[str]:
        """Returns what holds and what does not, a line for each single condition."""
        if self.parts:
            return [line for part in self.parts for line in part.lines()]
        if self.holds:
            return [f"holds: {self.condition}"]
        return [f"does not hold: {self.condition}" + (f"; {self.found}" if self.found else "")]
