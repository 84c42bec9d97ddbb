"""Connection closed: the connection is closed after the whole response."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from seatrial_provider.faults.base import Fault, NotApplicableError, Phase, Setting
from seatrial_provider.wire.plan import End, Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionClosed(Fault):
    """Closes the connection after the response, although the client may have meant to keep it."""

    name: ClassVar[str] = "connection-closed"
    phase: ClassVar[Phase] = Phase.HEAD
    legal: ClassVar[bool] = True

    def apply(self, plan: Plan, setting: Setting) -> Plan:
        """Closes at the end."""
        if not isinstance(plan[-1], End):
            raise NotApplicableError("the response does not come to its end")
        return (*plan[:-1], End(close=True))


FAULT = ConnectionClosed
