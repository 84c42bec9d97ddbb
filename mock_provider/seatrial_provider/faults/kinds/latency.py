"""Latency: the response, or a part of it, comes late."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from seatrial_provider.faults.base import Fault, Phase, Setting, at_least
from seatrial_provider.faults.frames import head_of, map_events
from seatrial_provider.faults.places import HEADERS, Place, split_at
from seatrial_provider.wire.plan import Delay, Plan, Step, Write

FIRST_BYTE = "first-byte"
EVERY_EVENT = "every-event"


@dataclass(frozen=True, slots=True, kw_only=True)
class Latency(Fault):
    """Waits before the headers, before the first byte, before every event or at one place.

    Attributes:
        seconds: How long.
        jitter: How much longer at most, in seconds; chosen anew for each wait.
        at: `headers`, `first-byte`, `every-event`, or a place.
    """

    name: ClassVar[str] = "latency"
    phase: ClassVar[Phase] = Phase.TIMING
    legal: ClassVar[bool] = True
    moments: ClassVar[frozenset[str]] = frozenset({HEADERS, FIRST_BYTE, EVERY_EVENT})

    seconds: float
    jitter: float = 0.0
    at: Place = HEADERS

    def apply(self, plan: Plan, setting: Setting) -> Plan:
        """Adds the waits."""
        if self.at == EVERY_EVENT:
            return map_events(plan, lambda write: self._late(write, setting))
        if self.at == HEADERS:
            return (self._delay(setting), *plan)
        if self.at == FIRST_BYTE:
            head = head_of(plan)
            return (*plan[: head + 1], self._delay(setting), *plan[head + 1 :])
        before, after = split_at(plan, self.at, setting)
        return (*before, self._delay(setting), *after)

    def unsound(self) -> Iterator[tuple[str, str]]:
        """Yields a time below zero."""
        return at_least(0, seconds=self.seconds, jitter=self.jitter)

    def _late(self, write: Write, setting: Setting) -> list[Step]:
        return [self._delay(setting), write] if write.payload else [write]

    def _delay(self, setting: Setting) -> Delay:
        return Delay(self.seconds + self.jitter * setting.random.random())


FAULT = Latency
