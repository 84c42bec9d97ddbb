"""Wrong length: the content-length is not that of the body."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import ClassVar

from seatrial_provider.faults.base import Carrier, Fault, NotApplicableError, Phase, Setting
from seatrial_provider.faults.frames import length_of, map_head
from seatrial_provider.wire.plan import End, Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class WrongLength(Fault):
    """Says a length that is wrong by some bytes, and closes the connection after the body.

    Attributes:
        by: How many bytes too many; below zero, too few.
    """

    name: ClassVar[str] = "wrong-length"
    phase: ClassVar[Phase] = Phase.HEAD
    carriers: ClassVar[frozenset[Carrier]] = frozenset({Carrier.STREAM, Carrier.JSON})

    by: int = 10

    def apply(self, plan: Plan, setting: Setting) -> Plan:
        """Sets the length; an event stream is sent in one length too, not in chunks."""
        length = length_of(plan) + self.by
        if length < 0:
            raise NotApplicableError(f"the body has only {length_of(plan)} bytes")
        told = map_head(plan, lambda head: replace(head, length=length))
        return tuple(End(close=True) if isinstance(step, End) else step for step in told)

    def unsound(self) -> Iterator[tuple[str, str]]:
        """Yields a length that would be right."""
        if self.by == 0:
            yield "a length that is wrong", "by=0"


FAULT = WrongLength
