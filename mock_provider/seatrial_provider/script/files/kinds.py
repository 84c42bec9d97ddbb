"""Kinds of value that a script file names: intents, conditions, faults and endings."""

from __future__ import annotations

from dataclasses import MISSING, dataclass, fields
from functools import cache
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter

from seatrial_provider.faults.registry import faults
from seatrial_provider.intents import INTENTS
from seatrial_provider.responses.endings import ENDINGS
from seatrial_provider.script.conditions.registry import CONDITIONS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seatrial_provider.jsontypes import JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """What can stand in one place of a script file, one of several kinds.

    Attributes:
        word: What it is called in messages.
        kinds: The class of each kind by its name.
    """

    word: str
    kinds: Mapping[str, type]


@cache
def intents() -> Family:
    """Returns what the model can want."""
    return Family(word="intent", kinds=INTENTS)


@cache
def conditions() -> Family:
    """Returns what a request can be asked for."""
    return Family(word="condition", kinds=CONDITIONS)


@cache
def faulty() -> Family:
    """Returns what can go wrong with an answer."""
    return Family(word="fault", kinds=faults())


@cache
def endings() -> Family:
    """Returns how an answer can end."""
    return Family(word="ending", kinds=ENDINGS)


@cache
def adapter(kind: Any) -> TypeAdapter[Any]:
    """Returns what reads a value of a type, and describes it.

    Args:
        kind: A class or another type.
    """
    return TypeAdapter(kind)


def required(kind: type) -> list[str]:
    """Returns the fields that a value of a kind must have.

    Args:
        kind: The class of the kind.
    """
    optional = (MISSING, MISSING)
    return [f.name for f in fields(kind) if (f.default, f.default_factory) == optional]


def short(kind: type) -> str | None:
    """Returns the field that a bare value stands for, if one does.

    Args:
        kind: The class of the kind. It says so itself in `short`; otherwise it is the only field
            that is required, or, if none is, the first that Python takes by position, or the
            only one at all. An object is never a bare value.
    """
    said = getattr(kind, "short", None)
    if isinstance(said, str):
        return said
    names = required(kind)
    if not names:
        by_position = [field.name for field in fields(kind) if not field.kw_only]
        names = by_position[:1] or [field.name for field in fields(kind)]
    if len(names) != 1 or _may_be_object(kind, names[0]):
        return None
    return names[0]


def _may_be_object(kind: type, field: str) -> bool:
    schema = adapter(kind).json_schema()
    shapes = _resolved([schema["properties"][field]], schema)
    return any(shape.get("type", "object") == "object" for shape in shapes if "enum" not in shape)


def fields_at(kind: Any, path: tuple[str | int, ...]) -> list[str]:
    """Returns the fields of the object at a path within a value.

    Args:
        kind: The type of the value.
        path: The keys and positions that lead to the object.
    """
    schema = adapter(kind).json_schema()
    shapes = [schema]
    for part in path:
        key = "items" if isinstance(part, int) else part
        inner = [s.get("properties", s).get(key) for s in _resolved(shapes, schema)]
        shapes = [shape for shape in inner if isinstance(shape, dict)]
    return sorted({name for s in _resolved(shapes, schema) for name in s.get("properties", ())})


def _resolved(shapes: list[JsonObject], schema: JsonObject) -> list[JsonObject]:
    """Follows references and alternatives, until each shape is a plain one."""
    plain = []
    for shape in shapes:
        if "$ref" in shape:
            name = shape["$ref"].rpartition("/")[2]
            plain += _resolved([schema["$defs"][name]], schema)
        elif "anyOf" in shape:
            plain += _resolved(shape["anyOf"], schema)
        else:
            plain.append(shape)
    return plain
