"""What a condition is, and the three ways in which conditions are combined."""

from __future__ import annotations

import statistics
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from seatrial_provider.errors import ScriptError
from seatrial_provider.script.conditions.comparison import Comparison

if TYPE_CHECKING:
    from collections.abc import Iterable

    from seatrial_provider.recorded import RecordedRequest


class Condition(ABC):
    """Which requests a reply is for; combined with `&`, `|` and `~`.

    Class attributes:
        key: The key in script files.
        short: The field that a bare value stands for in script files, if one does.
    """

    __slots__ = ()

    key: ClassVar[str] = ""
    short: ClassVar[str | None] = None
    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    @property
    @abstractmethod
    def description(self) -> str:
        """What a matching request looks like, such as "the model is 'a'"."""

    @abstractmethod
    def __call__(self, request: RecordedRequest) -> bool:
        """Tells whether a request meets it; the request has a sound body."""

    @property
    def opening(self) -> bool:
        """Whether the first request of a conversation can meet it."""
        return True

    def implies(self, other: Condition) -> bool:
        """Tells whether every request that meets this one surely meets the other one too.

        Args:
            other: Another condition that is not combined of several.

        Returns:
            False also where it cannot be told.
        """
        return self == other

    def difference(self, request: RecordedRequest) -> tuple[str, float]:
        """Tells what a request that does not meet it has instead.

        Args:
            request: A request with a sound body.

        Returns:
            What it has, in words, and how near it comes, from 0 to 1.
        """
        return "", 0.0

    def compare(self, request: RecordedRequest) -> Comparison:
        """Holds the condition against a request.

        Args:
            request: A request with a sound body.
        """
        if self(request):
            return Comparison(condition=self.description, holds=True, closeness=1.0)
        found, closeness = self.difference(request)
        return Comparison(condition=self.description, holds=False, found=found, closeness=closeness)

    def __and__(self, other: Condition) -> AllOf:
        """Returns the condition that both hold."""
        return AllOf(conditions=(*_flat(AllOf, self), *_flat(AllOf, other)))

    def __or__(self, other: Condition) -> AnyOf:
        """Returns the condition that one of both holds."""
        return AnyOf(conditions=(*_flat(AnyOf, self), *_flat(AnyOf, other)))

    def __invert__(self) -> Condition:
        """Returns the condition that this one does not hold."""
        return Not(condition=self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Combined(Condition):
    """Several conditions, as one.

    Attributes:
        conditions: The conditions.
    """

    short: ClassVar[str | None] = "conditions"
    word: ClassVar[str]
    """What joins them in words."""

    conditions: tuple[Condition, ...]

    def __post_init__(self) -> None:
        _refuse_strangers(self.conditions)

    @staticmethod
    def met(held: Iterable[bool], /) -> bool:
        """Tells whether it holds, if some of the conditions hold and others do not.

        Args:
            held: For each condition, whether it holds.
        """
        raise NotImplementedError

    @staticmethod
    def closeness(each: list[float], /) -> float:
        """Returns how near a request comes to it, from 0 to 1.

        Args:
            each: How near it comes to each condition.
        """
        raise NotImplementedError

    @property
    def description(self) -> str:
        """The conditions, joined by the word."""
        own = type(self)
        said = (
            part.description if isinstance(part, own) else _bracketed(part)
            for part in self.conditions
        )
        return f" {self.word} ".join(said)

    @property
    def opening(self) -> bool:
        """Whether the first request of a conversation can meet it."""
        return self.met(part.opening for part in self.conditions)

    def __call__(self, request: RecordedRequest) -> bool:
        """Tells whether a request meets it."""
        return self.met(part(request) for part in self.conditions)

    def compare(self, request: RecordedRequest) -> Comparison:
        """Holds each of the conditions against a request."""
        parts = tuple(part.compare(request) for part in self.conditions)
        return Comparison(
            condition=self.description,
            holds=self.met(part.holds for part in parts),
            closeness=self.closeness([part.closeness for part in parts]),
            parts=parts,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AllOf(Combined):
    """Each of several conditions holds."""

    key: ClassVar[str] = "all"
    word: ClassVar[str] = "and"

    met = staticmethod(all)
    closeness = staticmethod(statistics.fmean)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnyOf(Combined):
    """At least one of several conditions holds."""

    key: ClassVar[str] = "any"
    word: ClassVar[str] = "or"

    met = staticmethod(any)

    @staticmethod
    def closeness(each: list[float], /) -> float:
        """Returns that of the nearest condition."""
        return max(each)


@dataclass(frozen=True, slots=True, kw_only=True)
class Not(Condition):
    """A condition does not hold.

    Attributes:
        condition: The condition.
    """

    key: ClassVar[str] = "not"
    short: ClassVar[str | None] = "condition"

    condition: Condition

    def __post_init__(self) -> None:
        _refuse_strangers((self.condition,))

    @property
    def description(self) -> str:
        """The condition after "not"."""
        return f"not {_bracketed(self.condition)}"

    def __call__(self, request: RecordedRequest) -> bool:
        """Tells whether a request does not meet it."""
        return not self.condition(request)

    def __invert__(self) -> Condition:
        """Returns the condition itself."""
        return self.condition


def implies(specific: Condition | None, general: Condition | None) -> bool:
    """Tells whether every request that meets one condition surely meets another one too.

    Args:
        specific: The one condition; None is met by any request.
        general: The other condition.

    Returns:
        False also where it cannot be told.
    """
    if general is None or specific == general:
        return True
    if specific is None:
        return False
    if isinstance(general, AllOf):
        return all(implies(specific, part) for part in general.conditions)
    if isinstance(specific, AnyOf):
        return all(implies(part, general) for part in specific.conditions)
    if isinstance(general, AnyOf) and any(implies(specific, part) for part in general.conditions):
        return True
    if isinstance(specific, AllOf):
        return any(implies(part, general) for part in specific.conditions)
    if isinstance(specific, Not) and isinstance(general, Not):
        return implies(general.condition, specific.condition)
    return specific.implies(general)


def _flat(kind: type[AllOf] | type[AnyOf], condition: Condition) -> tuple[Condition, ...]:
    return condition.conditions if isinstance(condition, kind) else (condition,)


def _bracketed(part: Condition) -> str:
    return f"({part.description})" if isinstance(part, Combined) else part.description


def _refuse_strangers(parts: tuple[object, ...]) -> None:
    strangers = [part for part in parts if not isinstance(part, Condition)]
    if strangers or not parts:
        raise ScriptError(
            "a condition was combined with something else than a condition",
            expected="conditions, such as when_user_text(...) & when_model(...)",
            arrived=repr(strangers[0]) if strangers else "no condition",
            cause="Was a bare function or text given?",
            remedy="Use the functions when_...(), or Matcher(description=..., predicate=...).",
        )
