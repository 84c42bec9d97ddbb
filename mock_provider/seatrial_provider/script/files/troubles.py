"""What is wrong with a script file: each mistake with its line, its column and four parts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from seatrial_provider.errors import ScriptError, four_parts

if TYPE_CHECKING:
    from collections.abc import Sequence

Path = tuple[str | int, ...]
"""Where a value stands in a document: the keys and positions that lead to it."""


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A place in a text.

    Attributes:
        line: The line, from 1.
        column: The column, from 1.
    """

    line: int
    column: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """One mistake in a script file.

    Attributes:
        file: The file, as it was named.
        place: Where the value at fault begins.
        path: The keys and positions that lead to the value at fault.
        headline: One line that says what is wrong.
        expected: What should have been there.
        arrived: What is there.
        cause: The likely cause, as a question.
        remedy: What to do about it.
    """

    file: str
    place: Place
    path: Path
    headline: str
    expected: str
    arrived: str
    cause: str
    remedy: str

    def __str__(self) -> str:
        parts = four_parts(
            expected=self.expected, arrived=self.arrived, cause=self.cause, remedy=self.remedy
        )
        where = f"{self.file}:{self.place.line}:{self.place.column}"
        path = f" {words_of(self.path)}:" if self.path else ""
        return f"{where}:{path} {self.headline}\n{parts}"


class ScriptFileError(ScriptError):
    """A script file cannot be used; it names every mistake.

    Attributes:
        troubles: The mistakes, in the order of the text; the four parts are those of the first.
    """

    def __init__(self, troubles: Sequence[Trouble]) -> None:
        self.troubles = tuple(sorted(troubles, key=lambda one: one.place))
        first = self.troubles[0]
        count = len(self.troubles)
        super().__init__(
            f"{first.file} has {count} mistake{'s' * (count > 1)}",
            expected=first.expected,
            arrived=first.arrived,
            cause=first.cause,
            remedy=first.remedy,
        )
        headline = str(self).partition("\n")[0]
        self.args = ("\n".join([headline, *map(str, self.troubles)]),)


def words_of(path: Path) -> str:
    """Returns a path in the way that it is usually written, such as `replies[2].when`.

    Args:
        path: Keys and positions.
    """
    words = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return words.removeprefix(".")
