"""Wrong content type: the headers say that the body is something else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from seatrial_provider.faults.base import Carrier, Fault, Phase, Setting
from seatrial_provider.faults.frames import map_head, with_header
from seatrial_provider.wire.plan import Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class WrongContentType(Fault):
    """Sends another content type; the body stays as it is.

    Attributes:
        value: The content type.
    """

    name: ClassVar[str] = "wrong-content-type"
    phase: ClassVar[Phase] = Phase.HEAD
    carriers: ClassVar[frozenset[Carrier]] = frozenset({Carrier.STREAM, Carrier.JSON})

    value: str = "text/html; charset=utf-8"

    def apply(self, plan: Plan, setting: Setting) -> Plan:
        """Changes the header."""
        return map_head(plan, lambda head: with_header(head, "content-type", self.value))


FAULT = WrongContentType
