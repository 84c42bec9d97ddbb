"""Endings: how a response ends, and after how much of it.

The codes of an error and the reasons for an incomplete response that the API is known to send
are in the types of the `openai` SDK; others are allowed, since servers send others.
"""

from dataclasses import dataclass
from typing import ClassVar

from seatrial_provider.errors import ScriptError
from seatrial_provider.jsontypes import JsonObject


@dataclass(frozen=True, slots=True)
class Ending:
    """How a response ends.

    Attributes:
        EVENT: The type of the event that ends the stream.
        STATUS: The status of the response.
    """

    EVENT: ClassVar[str]
    STATUS: ClassVar[str]
    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    def members(self) -> JsonObject:
        """Returns what the ending adds to the response object."""
        return {}


@dataclass(frozen=True, slots=True)
class Completed(Ending):
    """The response ends well, with `response.completed`."""

    EVENT = "response.completed"
    STATUS = "completed"


@dataclass(frozen=True, slots=True)
class Incomplete(Ending):
    """The response ends early, with `response.incomplete`; its last item is incomplete too.

    Attributes:
        reason: Why, such as `max_output_tokens` or `content_filter`.
    """

    EVENT = "response.incomplete"
    STATUS = "incomplete"

    reason: str = "max_output_tokens"

    def members(self) -> JsonObject:
        """Returns the reason."""
        return {"incomplete_details": {"reason": self.reason}}


@dataclass(frozen=True, slots=True)
class BreakingEnding(Ending):
    """An ending that may come in the midst of the reply.

    Attributes:
        code: What went wrong, as a code.
        message: What went wrong, in words.
        after_items: After how many whole items it comes; None leaves that to `after_events`.
        after_events: After how many events it comes; None for all that come before the ending.
            A reply that has fewer is sent whole before it.

    Raises:
        ScriptError: Both are given, or one is negative.
    """

    code: str = "server_error"
    message: str = "The server had an error while processing your request."
    after_items: int | None = None
    after_events: int | None = None

    def __post_init__(self) -> None:
        given = [n for n in (self.after_items, self.after_events) if n is not None]
        if len(given) > 1 or any(count < 0 for count in given):
            raise ScriptError(
                f"the place of {type(self).__name__} cannot be found",
                expected="after_items or after_events, from 0 on, or neither",
                arrived=f"after_items={self.after_items}, after_events={self.after_events}",
                cause="Are both given, or is a count negative?",
                remedy="Say the place in one of the two.",
            )


@dataclass(frozen=True, slots=True)
class Failed(BreakingEnding):
    """The response fails, with `response.failed` and the items that were whole."""

    EVENT = "response.failed"
    STATUS = "failed"

    def members(self) -> JsonObject:
        """Returns the error."""
        return {"error": {"code": self.code, "message": self.message}}


@dataclass(frozen=True, slots=True)
class StreamError(BreakingEnding):
    """The stream ends with an `error` event and without a response; plain JSON is an error too.

    Attributes:
        param: The member of the request that is at fault, if one is.
        status: The HTTP status if the request asks for no stream.
    """

    EVENT = "error"
    STATUS = "failed"

    param: str | None = None
    status: int = 500

    def envelope(self) -> JsonObject:
        """Returns the error as an HTTP response of the API has it."""
        type_ = "invalid_request_error" if self.status < 500 else "server_error"
        said = {"message": self.message, "type": type_, "param": self.param, "code": self.code}
        return {"error": said}


ENDINGS: dict[str, type[Ending]] = {
    "completed": Completed,
    "failed": Failed,
    "incomplete": Incomplete,
    "error": StreamError,
}
"""Every ending, by the name that scripts in files have for it."""

COMPLETED = Completed()
"""The ending of a reply that names none."""

completed = Completed
failed = Failed
incomplete = Incomplete
stream_error = StreamError
