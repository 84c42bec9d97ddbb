"""A check: the code that judges one requirement, and how a suite declares it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from seatrial.errors import SeatrialError

if TYPE_CHECKING:
    from seatrial.conformance.trial import Trial

__all__ = ["Check", "NotApplicable", "Untestable", "check"]


class NotApplicable(SeatrialError):
    """The server does not have what this is about, and does not claim to."""


class Untestable(SeatrialError):
    """What a check builds on did not happen, so nothing was judged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """The code for one requirement.

    Attributes:
        requirement: The requirement's id; the check has no other name.
        run: Arranges the scenario in a trial, and records what it sees.
    """

    requirement: str
    run: Callable[[Trial], Awaitable[None]]


def check(requirement: str) -> Callable[[Callable[[Trial], Awaitable[None]]], Check]:
    """Declares a function as the check for a requirement."""
    return lambda run: Check(requirement=requirement, run=run)
