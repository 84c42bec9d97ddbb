"""Documents: YAML or JSON as plain values, and the line and column of each of them.

YAML is read with the types of JSON only (the core schema of YAML 1.2): `no` and `2024-01-01` are
texts.
"""

from __future__ import annotations

import json
import re
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NoReturn

import yaml

from seatrial_provider.script.files.troubles import Path, Place, ScriptFileError, Trouble

if TYPE_CHECKING:
    from collections.abc import Mapping

_LONGEST = 80
_TYPES = {
    "null": (r"~|null|Null|NULL|", "~nN\0"),
    "bool": (r"true|True|TRUE|false|False|FALSE", "tTfF"),
    "int": (r"[-+]?[0-9]+", "-+0123456789"),
    "float": (r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", "-+.0123456789"),
}


class _CoreLoader(yaml.SafeLoader):
    """Reads YAML with the types of JSON only."""


_CoreLoader.yaml_implicit_resolvers = {}
for _name, (_pattern, _first) in _TYPES.items():
    _CoreLoader.add_implicit_resolver(
        f"tag:yaml.org,2002:{_name}", re.compile(f"^(?:{_pattern})$"), list(_first)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """The values of a file, and where they stand.

    Attributes:
        file: The file, as it was named.
        value: The value of the whole document.
        places: Where each value begins, by its path; a member of an object begins at its key.
    """

    file: str
    value: Any
    places: Mapping[Path, Place] = field(default_factory=dict)

    def place(self, path: Path) -> Place:
        """Returns where a value begins; for one that is missing, where it should be.

        Args:
            path: The keys and positions that lead to the value.
        """
        while path and path not in self.places:
            path = path[:-1]
        return self.places.get(path, Place(1, 1))


def parsed(text: str, *, file: str, is_json: bool) -> Document:
    """Reads a document.

    Args:
        text: The text of the file.
        file: The file, as it is to be named in messages.
        is_json: Whether it is JSON; otherwise it is YAML.

    Raises:
        ScriptFileError: It cannot be read, a key stands twice in an object, or a value is of a
            type that JSON does not have.
    """
    walk = _Walk(file)
    try:
        value = _json(text, walk) if is_json else walk.compose(text)
    except RecursionError:
        _unreadable(file, Place(1, 1), "script", "values nested too deeply")
    except json.JSONDecodeError as error:
        _unreadable(file, Place(error.lineno, error.colno), "JSON", error.msg)
    except ValueError as error:
        _unreadable(file, Place(1, 1), "JSON", str(error))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = _place(mark) if mark else Place(1, 1)
        _unreadable(file, place, "YAML", error.problem or error.context or "it is malformed")
    except yaml.YAMLError as error:
        _unreadable(file, Place(1, 1), "YAML", " ".join(str(error).split()))
    if walk.troubles:
        raise ScriptFileError(walk.troubles)
    return Document(file=file, value=value, places=walk.places)


def _json(text: str, walk: _Walk) -> Any:
    """Reads JSON; where its values stand is found by reading it as YAML, which it nearly is."""
    value = json.loads(text, parse_constant=_refuse_constant)
    with suppress(yaml.YAMLError):
        walk.compose(text.replace("\t", " "))  # tabs stand between values only
    return value


class _Walk:
    """Walks the nodes of a document: builds its values, and notes where they stand."""

    def __init__(self, file: str) -> None:
        self.places: dict[Path, Place] = {}
        self.troubles: list[Trouble] = []
        self._file = file
        self._within: set[int] = set()

    def compose(self, text: str) -> Any:
        loader = _CoreLoader(text)
        try:
            node = loader.get_single_node()
            return None if node is None else self._value(loader, node, ())
        finally:
            loader.dispose()

    def _value(self, loader: _CoreLoader, node: yaml.Node, path: Path) -> Any:
        self.places.setdefault(path, _place(node.start_mark))
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(loader, node, path)
        if id(node) in self._within:
            self._note(node, path, "an alias stands within what it stands for", "no such alias")
            return None
        self._within.add(id(node))
        try:
            if isinstance(node, yaml.MappingNode):
                return self._members(loader, node, path)
            return [self._value(loader, one, (*path, n)) for n, one in enumerate(node.value)]
        finally:
            self._within.discard(id(node))

    def _members(self, loader: _CoreLoader, node: yaml.MappingNode, path: Path) -> dict[str, Any]:
        members: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = key_node.value if isinstance(key_node, yaml.ScalarNode) else None
            if not isinstance(key, str):
                self._note(key_node, path, "a key is no text", "a text as the key")
            elif key in members:
                self._note(key_node, (*path, key), f"the key {key!r} stands here twice", "one")
            else:
                self.places[(*path, key)] = _place(key_node.start_mark)
                members[key] = self._value(loader, value_node, (*path, key))
        return members

    def _scalar(self, loader: _CoreLoader, node: yaml.ScalarNode, path: Path) -> Any:
        try:
            value = loader.construct_object(node)
        except ValueError as error:
            return self._note(node, path, f"a value cannot be read: {error}", "a sound value")
        if value is None or isinstance(value, str | bool | int | float):
            return value
        return self._note(node, path, f"JSON has no {node.tag}", "a text, a number, true or false")

    def _note(self, node: yaml.Node, path: Path, headline: str, expected: str) -> None:
        self.troubles.append(
            Trouble(
                file=self._file,
                place=_place(node.start_mark),
                path=path,
                headline=headline,
                expected=expected,
                arrived=str(node.value)[:_LONGEST] if isinstance(node, yaml.ScalarNode) else "more",
                cause="Was a part of the file copied, or a mark of YAML's meant as text?",
                remedy="Change it here; put quotes around what is meant as text.",
            )
        )


def _place(mark: yaml.Mark) -> Place:
    return Place(mark.line + 1, mark.column + 1)


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"JSON has no number {name}")


def _unreadable(file: str, place: Place, language: str, problem: str) -> NoReturn:
    raise ScriptFileError(
        [
            Trouble(
                file=file,
                place=place,
                path=(),
                headline=f"the file is no {language}",
                expected=f"sound {language}",
                arrived=problem,
                cause="Is a quote, a bracket or the indentation wrong just before this place?",
                remedy="Mend it there; put quotes around texts with a colon or a hash in them.",
            )
        ]
    )
