"""HTTP error: the answer is a 4xx or 5xx, as the API or a gateway before it gives."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from email.utils import formatdate
from math import ceil
from typing import ClassVar, Literal

import orjson

from seatrial_provider.faults.base import (
    Carrier,
    Fault,
    NotApplicableError,
    Phase,
    Setting,
    at_least,
)
from seatrial_provider.faults.envelopes import envelope
from seatrial_provider.faults.frames import head_of
from seatrial_provider.wire.plan import End, Head, Plan, Write


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpError(Fault):
    """Answers with an error status, an error envelope, and what is said about retrying.

    Attributes:
        status: The status, 400 to 599.
        code: The code in the envelope; None takes the usual one of the status.
        message: The message in the envelope; None takes the usual one of the status.
        text: A body that is sent as HTML in the place of the envelope, as gateways do.
        retry_after: When to come back, in seconds from now; None does not say.
        retry_after_as: `seconds` and `date` are the two forms of `Retry-After` (RFC 9110,
            10.2.3), `milliseconds` is the header `retry-after-ms` that the OpenAI SDKs read.
        should_retry: What `x-should-retry` says, which the OpenAI SDKs obey; None is silent.
    """

    name: ClassVar[str] = "http-error"
    phase: ClassVar[Phase] = Phase.RESPONSE
    replaces: ClassVar[bool] = True

    status: int = 503
    code: str | None = None
    message: str | None = None
    text: str | None = None
    retry_after: float | None = None
    retry_after_as: Literal["seconds", "date", "milliseconds"] = "seconds"
    should_retry: bool | None = None

    def apply(self, plan: Plan, setting: Setting) -> Plan:
        """Puts the error in the place of the response; what holds its headers stays."""
        advice = tuple(self._advice(setting.now))
        if advice and setting.carrier is Carrier.WEBSOCKET:
            raise NotApplicableError("a message has no header for when or whether to come back")
        kind, body = "application/json", orjson.dumps(self._envelope())
        if self.text is not None:
            kind, body = "text/html; charset=utf-8", self.text.encode()
        head = head_of(plan)
        given = plan[head]
        assert isinstance(given, Head)
        kept = [pair for pair in given.headers if pair[0] == "x-request-id"]
        headers = (("content-type", kind), *kept, *advice)
        return (*plan[:head], Head(self.status, headers, len(body)), Write(body), End())

    def unsound(self) -> Iterator[tuple[str, str]]:
        """Yields a status that is no error, and a time in the past."""
        if not 400 <= self.status <= 599:
            yield "a status from 400 to 599", f"status={self.status!r}"
        yield from at_least(0, retry_after=self.retry_after)

    def _envelope(self) -> dict[str, object]:
        return envelope(self.status, code=self.code, message=self.message)

    def _advice(self, now: float) -> Iterator[tuple[str, str]]:
        if self.retry_after is not None:
            if self.retry_after_as == "date":
                yield "retry-after", formatdate(ceil(now + self.retry_after), usegmt=True)
            elif self.retry_after_as == "milliseconds":
                yield "retry-after-ms", f"{self.retry_after * 1000:g}"
            else:
                yield "retry-after", f"{self.retry_after:g}"
        if self.should_retry is not None:
            yield "x-should-retry", "true" if self.should_retry else "false"


FAULT = HttpError
