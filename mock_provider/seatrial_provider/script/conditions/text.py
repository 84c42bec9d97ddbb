"""How a condition tests a text: contained, equal, by a regular expression, or as a whole word."""

from __future__ import annotations

import re
from abc import abstractmethod
from dataclasses import dataclass, fields
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, ClassVar, TypedDict

from seatrial_provider.errors import ScriptError
from seatrial_provider.script.conditions.base import Condition

if TYPE_CHECKING:
    from seatrial_provider.recorded import RecordedRequest

_LOOKED_AT = 4_000
_WORDS = 200
_NEARLY = 0.95
_SHOWN = 160


class TestsButContains(TypedDict, total=False):
    """The tests of a text beside `contains`."""

    exact: str
    regex: str
    word: str


class TestsButExact(TypedDict, total=False):
    """The tests of a text beside `exact`."""

    contains: str
    regex: str
    word: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TextCondition(Condition):
    """A text of the request passes a test.

    Attributes:
        contains: The text has this in it, letter by letter.
        exact: The text is this.
        regex: This regular expression of Python is found in the text.
        word: The text has this in it, and no letter, digit or underscore beside it.

    Class attributes:
        needs_test: Whether one of the tests must be given; without one, any text will do.
    """

    needs_test: ClassVar[bool] = True

    contains: str | None = None
    exact: str | None = None
    regex: str | None = None
    word: str | None = None

    def __post_init__(self) -> None:
        given = self._given()
        if len(given) > 1 or (self.needs_test and not given):
            raise ScriptError(
                "a condition on a text has not exactly one test",
                expected="one of contains, exact, regex and word",
                arrived=", ".join(given) or "none of them",
                cause="Should two tests hold together?",
                remedy="Give one test; combine two conditions with &.",
            )
        if self.regex is not None:
            _check_regex(self.regex)

    @abstractmethod
    def subject(self) -> str:
        """Returns which text is tested, in words."""

    @abstractmethod
    def texts(self, request: RecordedRequest) -> list[str]:
        """Returns the texts of which one must pass the test."""

    @property
    def description(self) -> str:
        """The text and its test, such as "the last user message contains 'apple'"."""
        return f"{self.subject()} {self._test()}"

    def __call__(self, request: RecordedRequest) -> bool:
        """Tells whether one of the texts passes the test."""
        return any(self.passes(text) for text in self.texts(request))

    def passes(self, text: str) -> bool:
        """Tells whether a text passes the test.

        Args:
            text: The text.
        """
        if self.contains is not None:
            return self.contains in text
        if self.exact is not None:
            return self.exact == text
        if self.regex is not None:
            return re.search(self.regex, text) is not None
        if self.word is not None:
            return re.search(rf"(?<!\w){re.escape(self.word)}(?!\w)", text) is not None
        return True

    def implies(self, other: Condition) -> bool:
        """Tells whether a text that passes this test surely passes the other one too."""
        if type(other) is not type(self) or not self._passes_for(other):
            return False
        return self._target() == other._target()

    def difference(self, request: RecordedRequest) -> tuple[str, float]:
        """Tells what the text is instead, and which part of it is nearest."""
        texts = self.texts(request)
        if not texts:
            return "there is no such text", 0.0
        wanted = self.contains or self.exact or self.word
        if wanted is None:
            return f"it is {_short(texts[-1])}", 0.0
        closeness, nearest, text = max(
            (*_nearest(wanted, text, whole=self.exact is not None), text) for text in texts
        )
        found = f"it is {_short(text)}"
        if nearest and nearest != text:
            found += f", where {_short(nearest)} is nearest"
        return found, closeness

    def _passes_for(self, other: TextCondition) -> bool:
        """Tells whether what passes this test passes another one, of the same text."""
        if self.exact is not None:
            return other.passes(self.exact)
        whole = self.contains if self.contains is not None else self.word
        if whole is not None and other.contains is not None:
            return other.contains in whole
        return not other._given()

    def _given(self) -> list[str]:
        return [name for name in _TESTS if getattr(self, name) is not None]

    def _target(self) -> dict[str, object]:
        return {f.name: getattr(self, f.name) for f in fields(self) if f.name not in _TESTS}

    def _test(self) -> str:
        for name in self._given():
            return f"{_TESTS[name]} {getattr(self, name)!r}"
        return "is there"


_TESTS = {
    "contains": "contains",
    "exact": "is",
    "regex": "matches",
    "word": "has the word",
}


def _nearest(wanted: str, text: str, *, whole: bool) -> tuple[float, str]:
    """Finds the piece of a text that is most like another text, and how like it is."""
    text = text[-_LOOKED_AT:]
    pieces = [text] if whole else _pieces(text, len(wanted))
    matcher = SequenceMatcher(None, "", wanted, autojunk=False)
    likeness = []
    for piece in pieces:
        matcher.set_seq1(piece)
        likeness.append(matcher.ratio())
    best = max(range(len(pieces)), key=likeness.__getitem__)
    return min(likeness[best], _NEARLY), pieces[best]


def _pieces(text: str, length: int) -> list[str]:
    """Returns the pieces of a length that begin with a word, of the last words."""
    starts = [found.start() for found in re.finditer(r"\b\w", text)][-_WORDS:]
    return [text[start : start + length] for start in starts or [0]]


def _short(text: str) -> str:
    return repr(text if len(text) <= _SHOWN else f"{text[:_SHOWN]}...")


def _check_regex(pattern: str) -> None:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ScriptError(
            "a condition has a regular expression that cannot be read",
            expected="a regular expression of Python's module re",
            arrived=f"{pattern!r}: {error}",
            cause="Is a character that has a meaning there not escaped?",
            remedy="Escape it with a backslash, or use contains, which takes each character as is.",
        ) from error
