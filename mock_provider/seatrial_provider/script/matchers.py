"""Matchers: which request a reply is meant for, with words for the messages."""

from collections.abc import Callable
from dataclasses import dataclass

from seatrial_provider.recorded import RecordedRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class Matcher:
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


def when_user_text(text: str) -> Matcher:
    """Matches a request whose last user message contains a text.

    Args:
        text: What to look for, letter by letter.

    Returns:
        The matcher.
    """

    def predicate(request: RecordedRequest) -> bool:
        return text in request.last_user_text()

    return Matcher(description=f"the last user message contains {text!r}", predicate=predicate)
