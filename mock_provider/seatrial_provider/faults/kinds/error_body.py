"""Error body: the status says that all is well, the body says that it is not."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

import orjson

from seatrial_provider.faults.base import Fault, Phase, Setting
from seatrial_provider.faults.envelopes import envelope
from seatrial_provider.faults.frames import head_of, map_head, with_header
from seatrial_provider.wire.plan import End, Head, Plan, Write


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorBody(Fault):
    """Answers with status 200 and an error envelope in the place of the response.

    Attributes:
        code: The code in the envelope.
        message: The message in the envelope.
    """

    name: ClassVar[str] = "error-body"
    phase: ClassVar[Phase] = Phase.RESPONSE
    replaces: ClassVar[bool] = True

    code: str = "server_error"
    message: str = "The server had an error."

    def apply(self, plan: Plan, setting: Setting) -> Plan:
        """Puts the envelope in the place of the body."""
        body = orjson.dumps(envelope(500, code=self.code, message=self.message))
        head = head_of(plan)
        told = map_head(plan[: head + 1], lambda given: _json_head(given, len(body)))
        return (*told, Write(body), End())


def _json_head(head: Head, length: int) -> Head:
    return replace(with_header(head, "content-type", "application/json"), length=length)


FAULT = ErrorBody
