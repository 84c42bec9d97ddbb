"""Conditions of the test's own: a function on requests, with words for the messages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from seatrial_provider.script.conditions.base import Condition

if TYPE_CHECKING:
    from collections.abc import Callable

    from seatrial_provider.recorded import RecordedRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class Matcher(Condition):
    """A predicate on requests that can say what it asks for.

    Attributes:
        description: What a matching request looks like, such as "last user message has 'a'".
        predicate: Tells whether a request matches; it only sees requests with a sound body.
    """

    description: str
    predicate: Callable[[RecordedRequest], bool]

    def __call__(self, request: RecordedRequest) -> bool:
        """Tells whether the request matches."""
        return self.predicate(request)
