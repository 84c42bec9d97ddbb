"""The errors this package raises, each made of the same four parts."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Something that went wrong, in words.

    Attributes:
        message: The whole text: a headline, then the four parts, one to a line.
        expected: What should have happened.
        arrived: What happened instead.
        cause: The likely cause, as a question.
        remedy: What to do about it.
    """

    message: str
    expected: str
    arrived: str
    cause: str
    remedy: str

    def __str__(self) -> str:
        return self.message


def misspelt(name: str, known: Iterable[str], *, or_else: str) -> str:
    """Returns the likely cause of a name that does not exist, as a question.

    Args:
        name: The name.
        known: The names that exist.
        or_else: The question if none of them is like it.
    """
    near = get_close_matches(name, list(known), n=1)
    return f"Is {near[0]!r} meant?" if near else or_else


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


class MissingPackageError(ProviderError, ImportError):
    """Something needs a package that is not installed.

    Args:
        package: The name of the package.
        purpose: What it is needed for.
    """

    def __init__(self, package: str, purpose: str) -> None:
        super().__init__(
            f"the package {package!r} is not installed",
            expected=f"{package!r} in this environment: {purpose}",
            arrived="it cannot be imported",
            cause="Does this environment have only what the provider itself needs?",
            remedy=f"Install it: pip install {package}",
        )


class CallOutputError(ProviderError, LookupError):
    """A recorded request does not hold exactly one output for a call."""
