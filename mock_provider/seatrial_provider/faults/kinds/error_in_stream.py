"""Error in stream: an event says that the response failed, after it began well."""

from __future__ import annotations

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
from seatrial_provider.faults.envelopes import envelope
from seatrial_provider.faults.frames import event_of, is_chat, new_event
from seatrial_provider.faults.places import TERMINAL, Place, step_of
from seatrial_provider.jsontypes import JsonObject
from seatrial_provider.wire.plan import End, Plan, Write


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorInStream(Fault):
    """Sends an error in the place of an event and ends the stream.

    In a Responses stream it is an event of type `error`; in a Chat Completions stream it is an
    object with `error`, as gateways send it.

    Attributes:
        at: In the place of which event.
        code: The code of the error.
        message: The message of the error.
    """

    name: ClassVar[str] = "error-in-stream"
    phase: ClassVar[Phase] = Phase.EVENTS
    carriers: ClassVar[frozenset[Carrier]] = EVENT_CARRIERS

    at: Place = TERMINAL
    code: str = "server_error"
    message: str = "The server had an error."

    def apply(self, plan: Plan, setting: Setting) -> Plan:
        """Puts the error in the place of the rest."""
        place = step_of(plan, self.at, setting)
        like = plan[place]
        assert isinstance(like, Write)
        event = event_of(like)
        if event is None:
            raise NotApplicableError("the event at the place is no object to take after")
        error = self._chat_error() if is_chat(event) else self._responses_error(event)
        return (*plan[:place], new_event(like, error), End())

    def _chat_error(self) -> JsonObject:
        return envelope(500, code=self.code, message=self.message)

    def _responses_error(self, event: JsonObject) -> JsonObject:
        error: JsonObject = {"type": "error", "code": self.code, "message": self.message}
        error["param"] = None
        if "sequence_number" in event:
            error["sequence_number"] = event["sequence_number"]
        return error


FAULT = ErrorInStream
