"""Bandwidth: the body comes no faster than so many bytes a second."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from seatrial_provider.faults.base import Fault, Phase, Setting, at_least
from seatrial_provider.faults.frames import map_events
from seatrial_provider.faults.places import cut_write
from seatrial_provider.wire.plan import Delay, Plan, Step, Write

_PIECES_A_SECOND = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Bandwidth(Fault):
    """Sends the body in small pieces, each after the time that it takes.

    Attributes:
        bytes_per_second: The rate.
    """

    name: ClassVar[str] = "bandwidth"
    phase: ClassVar[Phase] = Phase.TIMING
    legal: ClassVar[bool] = True

    bytes_per_second: int

    def apply(self, plan: Plan, setting: Setting) -> Plan:
        """Cuts the writes in pieces of a twentieth of a second and puts waits before them."""
        return map_events(plan, self._slow)

    def unsound(self) -> Iterator[tuple[str, str]]:
        """Yields a rate that lets nothing through."""
        return at_least(1, bytes_per_second=self.bytes_per_second)

    def _slow(self, write: Write) -> list[Step]:
        size = max(1, self.bytes_per_second // _PIECES_A_SECOND)
        pieces = cut_write(write, range(size, len(write.payload), size))
        return [step for piece in pieces for step in (self._time_of(piece), piece)]

    def _time_of(self, piece: Step) -> Delay:
        assert isinstance(piece, Write)
        return Delay(len(piece.payload) / self.bytes_per_second)


FAULT = Bandwidth
