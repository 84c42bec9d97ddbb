"""What an API of a model provider is: a path, a body, and a stream read to its end."""

from __future__ import annotations

from abc import ABC, abstractmethod

from seatrial_reference.errors import TurnFailed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from seatrial_reference.context import Request


class Api(ABC):
    """One way to ask a model.

    Attributes:
        path: Where requests go, below the provider's base address.
    """

    path: str

    @abstractmethod
    def body(self, request: Request) -> dict[str, Any]:
        """Give the body that puts a request in this API's words."""

    @abstractmethod
    def reply(self, stream: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        """Follow a reply to its end.

        Args:
            stream: What the provider sends, one object an event.

        Yields:
            The events of the Responses API that say the same; the last is `response.completed`.

        Raises:
            TurnFailed: The provider reports an error, or stops half way.
        """


def lost(message: str) -> TurnFailed:
    """Give the failure of a stream that broke off."""
    return TurnFailed(message, info={"responseStreamDisconnected": {"httpStatusCode": None}})


def reported(error: Any, otherwise: str) -> TurnFailed:
    """Give the failure that a provider reports.

    Args:
        error: Its error object: `message` or `reason`, and `code`.
        otherwise: What to say where it gives neither message nor reason.
    """
    fields = error if isinstance(error, dict) else {"message": str(error)}
    message = fields.get("message") or fields.get("reason") or otherwise
    return TurnFailed(str(message), info=_CODES.get(fields.get("code"), "other"))


_CODES: dict[Any, str] = {
    "context_length_exceeded": "contextWindowExceeded",
    "insufficient_quota": "usageLimitExceeded",
    "rate_limit_exceeded": "rateLimitExceeded",
    "server_is_overloaded": "serverOverloaded",
}
