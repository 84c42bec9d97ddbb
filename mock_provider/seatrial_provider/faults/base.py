"""What a fault is: a pure function from one plan to another, with words about itself."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from random import Random
from typing import ClassVar

from seatrial_provider.errors import ScriptError
from seatrial_provider.wire.plan import Plan


class Carrier(StrEnum):
    """What a response is carried in."""

    STREAM = "event stream"
    JSON = "JSON"
    WEBSOCKET = "WebSocket"


EVENT_CARRIERS = frozenset({Carrier.STREAM, Carrier.WEBSOCKET})
"""What carries a response as events."""


class Phase(IntEnum):
    """When a fault is applied: first what is said, last how it comes over the wire."""

    RESPONSE = 0
    EVENTS = 1
    DATA = 2
    LINES = 3
    START = 4
    ENDING = 5
    DELIVERY = 6
    TIMING = 7
    HEAD = 8


class NotApplicableError(Exception):
    """A fault finds nothing in a response that it could change; the text says what is missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What a fault may know of the moment.

    Attributes:
        carrier: What the response is carried in.
        random: The source of every choice; the same seed gives the same choices.
        now: The time in seconds since the epoch, for dates in headers.
    """

    carrier: Carrier
    random: Random
    now: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault(ABC):
    """One thing that goes wrong with a response, or that is unusual about it.

    Attributes:
        attempts: On which attempts of the same request it happens, from 1; None for all.
        seed: Where its choices come from; None takes the provider's seed and the fault's place.

    Class attributes:
        name: The name in script files; it is the name of the module, with hyphens.
        phase: When it is applied among the others.
        carriers: The carriers that it makes sense for.
        legal: Whether a correct client must not notice it.
        replaces: Whether nothing is left of the scripted response.
        moments: The places beside events and bytes where it can happen, such as `headers`.
    """

    name: ClassVar[str]
    phase: ClassVar[Phase]
    carriers: ClassVar[frozenset[Carrier]] = frozenset(Carrier)
    legal: ClassVar[bool] = False
    replaces: ClassVar[bool] = False
    moments: ClassVar[frozenset[str]] = frozenset()
    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    attempts: tuple[int, ...] | None = (1,)
    seed: int | None = None

    def __post_init__(self) -> None:
        for expected, arrived in self._all_unsound():
            raise ScriptError(
                f"the fault {self.name!r} was built from unusable values",
                expected=expected,
                arrived=arrived,
                cause="Is the value misspelt, or in another unit?",
                remedy="Use a value that the fault's description allows.",
            )

    @abstractmethod
    def apply(self, plan: Plan, setting: Setting) -> Plan:
        """Changes a plan.

        Args:
            plan: The response; in an event stream each event is a write of its own.
            setting: What is known of the moment.

        Returns:
            The response with the fault in it.

        Raises:
            NotApplicableError: The response has nothing that the fault could change.
        """

    def is_due(self, attempt: int) -> bool:
        """Tells whether the fault happens on an attempt, counted from 1."""
        return self.attempts is None or attempt in self.attempts

    def unsound(self) -> Iterator[tuple[str, str]]:
        """Yields what is wrong with the fault's own values: what was expected, what arrived."""
        yield from ()

    def _all_unsound(self) -> Iterator[tuple[str, str]]:
        if self.attempts is not None and (not self.attempts or min(self.attempts) < 1):
            yield "attempts counted from 1, or None for all", f"attempts={self.attempts!r}"
        yield from self.unsound()


def at_least(least: float, **values: object) -> Iterator[tuple[str, str]]:
    """Yields what is wrong with values that have a lower bound.

    Args:
        least: The bound.
        **values: The values by name; None is not judged.
    """
    for name, value in values.items():
        if value is not None and not (isinstance(value, int | float) and value >= least):
            yield f"{name} of at least {least:g}", f"{name}={value!r}"
