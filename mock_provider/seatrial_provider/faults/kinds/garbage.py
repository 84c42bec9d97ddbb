"""Garbage: bytes that mean nothing stand in the midst of the body."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from seatrial_provider.faults.base import Carrier, Fault, Phase, Setting, at_least
from seatrial_provider.faults.frames import measured
from seatrial_provider.faults.places import ANYWHERE, Place, split_at
from seatrial_provider.wire.plan import Message, Plan, Write


@dataclass(frozen=True, slots=True, kw_only=True)
class Garbage(Fault):
    """Sends bytes that the seed chooses before a place; they are no UTF-8 and end no line.

    Over WebSocket they belong to the message at the place.

    Attributes:
        at: Where.
        size: How many bytes.
    """

    name: ClassVar[str] = "garbage"
    phase: ClassVar[Phase] = Phase.LINES

    at: Place = ANYWHERE
    size: int = 16

    def apply(self, plan: Plan, setting: Setting) -> Plan:
        """Adds a write of the bytes."""
        before, after = split_at(plan, self.at, setting)
        noise = bytes(setting.random.randrange(0x80, 0x100) for _ in range(self.size))
        is_message = setting.carrier is Carrier.WEBSOCKET
        added = Message(noise, more=True) if is_message else Write(noise)
        return measured((*before, added, *after))

    def unsound(self) -> Iterator[tuple[str, str]]:
        """Yields a size that is nothing."""
        return at_least(1, size=self.size)


FAULT = Garbage
