"""Not HTTP: what answers speaks no HTTP at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from seatrial_provider.faults.base import Carrier, Fault, Phase, Setting
from seatrial_provider.wire.plan import Cut, Plan, Raw


@dataclass(frozen=True, slots=True, kw_only=True)
class NotHttp(Fault):
    """Sends bytes in the place of an HTTP response and closes the connection.

    Attributes:
        text: What is sent.
    """

    name: ClassVar[str] = "not-http"
    phase: ClassVar[Phase] = Phase.RESPONSE
    carriers: ClassVar[frozenset[Carrier]] = frozenset({Carrier.STREAM, Carrier.JSON})
    replaces: ClassVar[bool] = True

    text: str = "SSH-2.0-not-a-model\r\n"

    def apply(self, plan: Plan, setting: Setting) -> Plan:
        """Puts the bytes in the place of everything."""
        return (Raw(self.text.encode()), Cut())


FAULT = NotHttp
