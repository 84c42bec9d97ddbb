"""Interruptions: the faults after which nothing more of a response is sent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from seatrial_provider.faults.base import Fault, Phase, Setting
from seatrial_provider.faults.frames import measured
from seatrial_provider.faults.places import HEADERS, TERMINAL, Place, split_at
from seatrial_provider.wire.plan import End, Plan, Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Interruption(Fault):
    """Sends what comes before a place, and then one last step.

    Attributes:
        at: Where; `headers` is before anything was sent.

    Class attributes:
        last: The step that takes the place of the rest.
    """

    phase: ClassVar[Phase] = Phase.ENDING
    last: ClassVar[Step]
    moments: ClassVar[frozenset[str]] = frozenset({HEADERS})

    at: Place = TERMINAL

    def apply(self, plan: Plan, setting: Setting) -> Plan:
        """Puts the last step in the place of the rest."""
        before = () if self.at == HEADERS else split_at(plan, self.at, setting)[0]
        cut = (*before, self.last)
        return measured(cut) if isinstance(self.last, End) else cut

    def unsound(self) -> Iterator[tuple[str, str]]:
        """Yields a whole response that has no headers."""
        if isinstance(self.last, End) and self.at == HEADERS:
            yield "a place after the headers: what ends cleanly has begun", f"at={self.at!r}"
