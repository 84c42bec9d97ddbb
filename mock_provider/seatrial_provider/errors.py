"""The errors this package raises, each made of the same four parts."""


def four_parts(*, expected: str, arrived: str, cause: str, remedy: str) -> str:
    """Lays out the four parts of a message, one to a line.

    Args:
        expected: What should have happened.
        arrived: What happened instead.
        cause: The likely cause, as a question.
        remedy: What to do about it.

    Returns:
        Four lines of text, without a newline at the end.
    """
    return (
        f"  expected: {expected}\n"
        f"  arrived: {arrived}\n"
        f"  likely cause: {cause}\n"
        f"  what to do: {remedy}"
    )


class ProviderError(Exception):
    """Base of every error that this package raises on purpose.

    Attributes:
        expected: What should have happened.
        arrived: What happened instead.
        cause: The likely cause, as a question.
        remedy: What to do about it.
    """

    def __init__(
        self, headline: str, *, expected: str, arrived: str, cause: str, remedy: str
    ) -> None:
        parts = four_parts(expected=expected, arrived=arrived, cause=cause, remedy=remedy)
        super().__init__(f"{headline}\n{parts}")
        self.expected = expected
        self.arrived = arrived
        self.cause = cause
        self.remedy = remedy


class WaitTimeoutError(ProviderError, TimeoutError):
    """A bounded wait ended without the thing that was waited for."""


class ProviderStateError(ProviderError, RuntimeError):
    """The provider was used before it was started or after it was closed."""


class ScriptError(ProviderError, ValueError):
    """A script, a reply, an intent or an option was built from unusable values."""


class RequestBodyError(ProviderError, ValueError):
    """The body of a recorded request is not what the Responses API takes."""


class UnexpectedRequestsError(ProviderError, AssertionError):
    """The requests that arrived are not those that a test counts on."""


class CallOutputError(ProviderError, LookupError):
    """A recorded request does not hold exactly one output for a call."""
