"""What the admin API says when it cannot do what it is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial_provider.errors import ProviderError

if TYPE_CHECKING:
    from seatrial_provider.jsontypes import JsonObject


class AdminError(ProviderError):
    """A request of the admin API that cannot be done.

    Attributes:
        status: The HTTP status of the answer.
    """

    def __init__(self, status: int, headline: str, *, expected: str, arrived: str) -> None:
        super().__init__(
            headline,
            expected=expected,
            arrived=arrived,
            cause="Is the request spelt as the documentation has it?",
            remedy="See the page on the stand-alone provider.",
        )
        self.status = status


def told(error: ProviderError) -> JsonObject:
    """Returns an error as an answer has it: the whole message, and its parts.

    Args:
        error: The error.
    """
    return {
        "message": str(error),
        "expected": error.expected,
        "arrived": error.arrived,
        "cause": error.cause,
        "remedy": error.remedy,
    }
