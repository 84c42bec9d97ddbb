"""How a server is ended, as data, and what it took."""

from __future__ import annotations

import math
import signal
from dataclasses import dataclass, field
from enum import StrEnum

from seatrial.errors import SeatrialError

__all__ = ["GENTLE", "HARD", "BadStep", "Ended", "Ending", "Exit", "Means", "ProcessInfo", "Step"]


class Means(StrEnum):
    """What ended a server."""

    ITSELF = "itself"
    EOF = "eof"
    SIGTERM = "sigterm"
    SIGINT = "sigint"
    SIGKILL = "sigkill"


class BadStep(SeatrialError):
    """A step of an ending that cannot be done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One rung of an escalation: a means, and the seconds that the server is given after it.

    Raises:
        BadStep: Nothing can be done by that means, or nobody can wait that long.
    """

    means: Means
    grace: float

    def __post_init__(self) -> None:
        """Refuses at once what would otherwise fail while a server is ended."""
        means: object = self.means
        grace: object = self.grace
        possible = isinstance(means, Means) and means is not Means.ITSELF
        if not (possible and isinstance(grace, int | float) and 0 <= grace < math.inf):
            known = ", ".join(means for means in Means if means is not Means.ITSELF)
            raise BadStep(
                "there is no such step of an ending",
                expected=f"a means ({known}) and a grace of some seconds",
                arrived=f"means {self.means!s}, grace {self.grace!r}",
                cause="is the grace negative or endless, or was it the server that ends itself?",
                remedy="write it as in Step(means=Means.SIGTERM, grace=10.0)",
            )

    @property
    def signal(self) -> signal.Signals | None:
        """The signal that is sent; None for closing stdin."""
        return None if self.means is Means.EOF else signal.Signals[self.means.name]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """An escalation: steps in order, and SIGKILL to the whole tree behind the last one."""

    steps: tuple[Step, ...] = ()


HARD = Ending()
"""SIGKILL at once: how a test ends that is not about shutting down. It never waits."""

GENTLE = Ending(
    steps=(Step(means=Means.EOF, grace=10.0), Step(means=Means.SIGTERM, grace=10.0)),
)
"""Close stdin, then SIGTERM, each with ten seconds: real releases take five to leave."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exit:
    """How the server's own process ended.

    Attributes:
        status: The exit status; a negative one is the number of the signal that killed it.
    """

    status: int

    def __str__(self) -> str:
        """Says it in words."""
        if self.status >= 0:
            return f"exit status {self.status}"
        try:
            return f"killed by {signal.Signals(-self.status).name}"
        except ValueError:
            return f"killed by signal {-self.status}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessInfo:
    """A process that was found: its pid, its command line, its state letter."""

    pid: int
    argv: tuple[str, ...]
    state: str

    def __str__(self) -> str:
        """Says it in one line."""
        return f"{self.pid} [{self.state}] {' '.join(self.argv)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """What it took to end a server, and what it left.

    Attributes:
        means: What ended it.
        exit: How its own process ended; None where that was not observed.
        left: Its descendants that were alive when it had died by other means than our SIGKILL:
            the server's own leaks. They have been ended since.
        survivors: What could not be ended: our leak.
        supervised: False if somebody killed the supervisor before it was told to end the tree: the
            tree was ended all the same, but how the server ended is not known.
    """

    means: Means
    exit: Exit | None
    left: tuple[ProcessInfo, ...] = ()
    survivors: tuple[ProcessInfo, ...] = ()
    supervised: bool = field(default=True, compare=False)
