"""Reads values of a script file by their classes, and gathers what is wrong with them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import orjson
from pydantic import ValidationError

from seatrial_provider.errors import ScriptError, misspelt
from seatrial_provider.script.conditions.base import AllOf, AnyOf, Condition, Not
from seatrial_provider.script.files.kinds import adapter, conditions, fields_at, required, short
from seatrial_provider.script.files.troubles import Path, Trouble

if TYPE_CHECKING:
    from collections.abc import Iterable

    from seatrial_provider.script.files.document import Document
    from seatrial_provider.script.files.kinds import Family

_LONGEST = 80
_STRANGE_KEY = frozenset({"unexpected_keyword_argument", "extra_forbidden"})
_ABSENT = frozenset({"missing", "missing_argument", "missing_keyword_only_argument"})


class Values:
    """Reads the values of one document.

    Args:
        document: The document.

    Attributes:
        document: The document.
        troubles: What was found wrong until now.
    """

    def __init__(self, document: Document) -> None:
        self.document = document
        self.troubles: list[Trouble] = []

    def note(
        self, path: Path, headline: str, *, expected: str, arrived: str, cause: str, remedy: str
    ) -> None:
        """Notes a mistake.

        Args:
            path: Where the value at fault stands.
            headline: One line that says what is wrong.
            expected: What should have been there.
            arrived: What is there.
            cause: The likely cause, as a question.
            remedy: What to do about it.
        """
        self.troubles.append(
            Trouble(
                file=self.document.file,
                place=self.document.place(path),
                path=path,
                headline=headline,
                expected=expected,
                arrived=arrived,
                cause=cause,
                remedy=remedy,
            )
        )

    def note_error(self, path: Path, error: ScriptError) -> None:
        """Notes what a class of the script's found wrong with its values.

        Args:
            path: Where the value at fault stands.
            error: What was raised.
        """
        self.note(
            path,
            str(error).partition("\n")[0],
            expected=error.expected,
            arrived=error.arrived,
            cause=error.cause,
            remedy=error.remedy,
        )

    def unknown(self, path: Path, name: str, *, what: str, known: Iterable[str]) -> None:
        """Notes a name that does not exist.

        Args:
            path: Where it stands.
            name: The name.
            what: What it should name.
            known: The names that exist.
        """
        names = list(known)
        self.note(
            path,
            f"there is no {what} {name!r}",
            expected=f"one of {', '.join(names)}" if names else "nothing here",
            arrived=repr(name),
            cause=misspelt(name, names, or_else="Is it misspelt, or in the wrong place?"),
            remedy="Use one of the names above.",
        )

    def wrong(self, path: Path, value: object, *, expected: str) -> None:
        """Notes a value of the wrong shape.

        Args:
            path: Where it stands.
            value: The value.
            expected: What should have been there.
        """
        bare = "string" in expected and isinstance(value, int | float)
        self.note(
            path,
            "the value has another shape",
            expected=expected,
            arrived=_shown(value),
            cause="Is it a text whose quotes are missing?"
            if bare
            else "Is the indentation wrong, or a dash or a colon missing?",
            remedy="Compare it with the schema of script files.",
        )

    def one_of(self, family: Family, value: object, path: Path) -> Any:
        """Reads a value that names its kind, such as `{say: Hello.}` or `completed`.

        Args:
            family: What can stand here.
            value: The value.
            path: Where it stands.

        Returns:
            What the class of the kind makes of it; None if something is wrong with it.
        """
        if isinstance(value, str):
            value = {value: {}}
        elif not isinstance(value, dict) or len(value) != 1:
            names = ", ".join(family.kinds)
            self.wrong(path, value, expected=f"one {family.word}, its name as the key: {names}")
            return None
        ((name, inner),) = value.items()
        return self.named(family, name, inner, path)

    def named(self, family: Family, name: str, value: object, path: Path) -> Any:
        """Reads the value of a kind.

        Args:
            family: What can stand here.
            name: The name of the kind.
            value: What stands under it: its fields, or what its shortest form has.
            path: Where the object stands that has the name as a key.

        Returns:
            What the class of the kind makes of it; None if something is wrong with it.
        """
        kind = family.kinds.get(name)
        if kind is None:
            self.unknown((*path, name), name, what=family.word, known=family.kinds)
            return None
        if issubclass(kind, AllOf | AnyOf | Not):
            return self._combined(kind, value, (*path, name))
        field = short(kind)
        if value is None and not required(kind):
            value = {}
        if isinstance(value, dict):
            return self.made(kind, value, (*path, name))
        if field is None:
            self.wrong((*path, name), value, expected=f"an object with the fields of {name}")
            return None
        return self.made(kind, {field: value}, (*path, name))

    def condition(self, value: object, path: Path) -> Condition | None:
        """Reads a condition; one of several keys is met if each of them is.

        Args:
            value: The value.
            path: Where it stands.
        """
        if not isinstance(value, dict) or len(value) < 2:
            found: Condition | None = self.one_of(conditions(), value, path)
            return found
        parts = [self.named(conditions(), name, inner, path) for name, inner in value.items()]
        return None if None in parts else AllOf(conditions=tuple(parts))

    def made(self, kind: Any, value: object, path: Path) -> Any:
        """Reads a value by a type.

        Args:
            kind: A class or another type.
            value: The value.
            path: Where it stands.

        Returns:
            What the type makes of it; None if something is wrong with it.
        """
        try:
            encoded = orjson.dumps(value)
        except TypeError as error:
            self.wrong(path, str(error), expected="text and numbers that JSON can carry")
            return None
        try:
            return adapter(kind).validate_json(encoded, strict=True)
        except ValidationError as error:
            self._all(error, kind, value, path)
        return None

    def _combined(
        self, kind: type[AllOf] | type[AnyOf] | type[Not], value: object, path: Path
    ) -> Condition | None:
        if issubclass(kind, Not):
            part = self.condition(value, path)
            return None if part is None else Not(condition=part)
        if not isinstance(value, list) or not value:
            self.wrong(path, value, expected="a list of conditions")
            return None
        parts = [self.condition(one, (*path, n)) for n, one in enumerate(value)]
        sound = tuple(part for part in parts if part is not None)
        return kind(conditions=sound) if len(sound) == len(parts) else None

    def _all(self, error: ValidationError, kind: Any, value: object, path: Path) -> None:
        """Notes each mistake; what one value of several types could have been is one mistake."""
        shapes: dict[Path, list[str]] = {}
        for told in error.errors(include_url=False):
            inner, rest = _within(value, told["loc"])
            where, own = (*path, *inner), told.get("ctx", {}).get("error")
            if isinstance(own, ScriptError):
                self.note_error(where, own)
            elif told["type"] in _STRANGE_KEY and not rest:
                self.unknown(where, str(inner[-1]), what="field", known=fields_at(kind, inner[:-1]))
            elif told["type"] in _ABSENT and len(rest) == 1:
                self._missing(where, str(rest[0]))
            elif told["type"] in _STRANGE_KEY | _ABSENT:
                fields = ", ".join(fields_at(kind, inner))
                shapes.setdefault(where, []).append(f"an object with {fields}")
            else:
                shapes.setdefault(where, []).append(_expected(told["msg"]))
        for where, expected in shapes.items():
            arrived = _at(value, where[len(path) :])
            self.wrong(where, arrived, expected=" or ".join(dict.fromkeys(expected)))

    def _missing(self, path: Path, name: str) -> None:
        self.note(
            path,
            f"{name!r} is missing",
            expected=f"the field {name!r}",
            arrived="no such field",
            cause="Is it misspelt, or not indented under this key?",
            remedy=f"Add {name!r}.",
        )


def _within(value: Any, path: Path) -> tuple[Path, Path]:
    """Cuts a path in two: the part that leads to something in the value, and the rest."""
    for count, part in enumerate(path):
        try:
            value = value[part]
        except (TypeError, LookupError):
            return path[:count], path[count:]
    return path, ()


def _at(value: Any, path: Path) -> Any:
    for part in path:
        value = value[part]
    return value


def _expected(message: str) -> str:
    return message.removeprefix("Input should be ").removeprefix("Value should have ")


def _shown(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
