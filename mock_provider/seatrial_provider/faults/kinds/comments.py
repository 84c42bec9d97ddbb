"""Comments: comment lines stand between the events, as keep-alives do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from seatrial_provider.faults.base import Carrier, Fault, Phase, Setting
from seatrial_provider.faults.frames import map_payloads
from seatrial_provider.wire.plan import Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Comments(Fault):
    """Puts a comment before every event.

    Attributes:
        text: What the comment says.
    """

    name: ClassVar[str] = "comments"
    phase: ClassVar[Phase] = Phase.LINES
    carriers: ClassVar[frozenset[Carrier]] = frozenset({Carrier.STREAM})
    legal: ClassVar[bool] = True

    text: str = "keep-alive"

    def apply(self, plan: Plan, setting: Setting) -> Plan:
        """Adds the comments."""
        comment = f": {self.text}\n\n".encode()
        return map_payloads(plan, lambda payload: comment + payload)

    def unsound(self) -> Iterator[tuple[str, str]]:
        """Yields a text that is more than one line."""
        if len(self.text.splitlines()) > 1 or self.text.endswith(("\r", "\n")):
            yield "a text of one line", f"text={self.text!r}"


FAULT = Comments
