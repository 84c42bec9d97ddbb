"""Comments: comment lines stand between the events, as what keeps a connection alive does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from seatrial_provider.faults.base import (
    EVENT_CARRIERS,
    Carrier,
    Fault,
    NotApplicableError,
    Phase,
    Setting,
)
from seatrial_provider.faults.frames import map_events, map_payloads
from seatrial_provider.wire.plan import Ping, Plan

_LONGEST_PING = 125
"""The most bytes of a control frame (RFC 6455, 5.5)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comments(Fault):
    """Puts a comment before every event; over WebSocket a ping, as it keeps alive there.

    Attributes:
        text: What the comment or the ping says.
    """

    name: ClassVar[str] = "comments"
    phase: ClassVar[Phase] = Phase.LINES
    carriers: ClassVar[frozenset[Carrier]] = EVENT_CARRIERS
    legal: ClassVar[bool] = True

    text: str = "keep-alive"

    def apply(self, plan: Plan, setting: Setting) -> Plan:
        """Adds the comments."""
        if setting.carrier is Carrier.WEBSOCKET:
            return map_events(plan, lambda write: (self._ping(), write))
        comment = f": {self.text}\n\n".encode()
        return map_payloads(plan, lambda payload: comment + payload)

    def _ping(self) -> Ping:
        payload = self.text.encode()
        if len(payload) > _LONGEST_PING:
            raise NotApplicableError(f"a ping has room for {_LONGEST_PING} bytes")
        return Ping(payload)

    def unsound(self) -> Iterator[tuple[str, str]]:
        """Yields a text that is more than one line."""
        if len(self.text.splitlines()) > 1 or self.text.endswith(("\r", "\n")):
            yield "a text of one line", f"text={self.text!r}"


FAULT = Comments
