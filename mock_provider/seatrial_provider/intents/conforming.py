"""Looks at whether values are what their annotations say, and says it in four parts if not."""

import json
import types
import typing
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from annotated_types import Ge, MinLen

from seatrial_provider.errors import ScriptError

_LONGEST = 60
_SEQUENCES = (Sequence, tuple)
_MAPPINGS = (Mapping, dict)
_WORDS = {
    str: "a text",
    bool: "true or false",
    int: "a whole number",
    tuple: "a list",
    type(None): "nothing",
}


def conform(value: object, hint: Any, what: str) -> Any:
    """Returns a copy of a value as its annotation wants it, sequences as tuples.

    Args:
        value: The value.
        hint: The annotation: a text, a number, a choice, a list, an object, a class, a union.
        what: The field and whose field it is, for messages.

    Raises:
        ScriptError: The annotation does not allow the value.
    """
    origin = typing.get_origin(hint)
    arguments = typing.get_args(hint)
    if origin is Annotated:
        return _bounded(conform(value, arguments[0], what), arguments[1:], what)
    if origin in (typing.Union, types.UnionType):
        chosen = next((one for one in arguments if _fits(value, one)), None)
        return conform(value, chosen, what) if chosen else _reject(value, hint, what)
    if origin is Literal:
        return value if value in arguments else _reject(value, hint, what)
    if not _fits(value, hint):
        _reject(value, hint, what)
    if origin in _SEQUENCES:
        return tuple(conform(one, arguments[0], what) for one in typing.cast("Any", value))
    if origin in _MAPPINGS or hint is str:
        return json.loads(_encoded(value, what))  # a copy: what the script said stays as it was
    return value


def _fits(value: object, hint: Any) -> bool:
    origin = typing.get_origin(hint)
    if origin is Annotated:
        return _fits(value, typing.get_args(hint)[0])
    if origin is Literal:
        return value in typing.get_args(hint)
    if origin in _SEQUENCES:
        return isinstance(value, list | tuple)
    if origin in _MAPPINGS:
        return isinstance(value, Mapping)
    if hint is int:
        return isinstance(value, int) and not isinstance(value, bool)
    return hint is Any or isinstance(value, hint)


def _bounded(value: Any, bounds: Sequence[object], what: str) -> Any:
    for bound in bounds:
        if isinstance(bound, MinLen) and len(value) < bound.min_length:
            raise unusable(
                what,
                expected=f"{_named(type(value))} that is not empty",
                arrived=repr(value),
                cause="Was a variable empty when the script was built?",
                remedy="Give it a value, or leave the intent out.",
            )
        if isinstance(bound, Ge) and value < bound.ge:
            raise unusable(
                what,
                expected=f"at least {bound.ge}",
                arrived=repr(value),
                cause="Is the sign wrong?",
                remedy="Give a number that is not below it.",
            )
    return value


def _encoded(value: object, what: str) -> bytes:
    try:
        return json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
    except UnicodeEncodeError as error:
        raise unusable(
            what,
            expected="text that UTF-8 can hold",
            arrived=f"{shown(value)}: {error.reason} at position {error.start}",
            cause="Does the text come from bytes that were decoded with surrogateescape?",
            remedy="Give text without lone surrogates.",
        ) from error
    except (TypeError, ValueError, RecursionError) as error:
        raise unusable(
            what,
            expected="what JSON can hold: texts, numbers, lists, objects, true, false, null",
            arrived=f"{shown(value)}: {error}",
            cause="Is an object of Python's in it, or a number that is not finite?",
            remedy="Turn it into plain values first.",
        ) from error


def _reject(value: object, hint: Any, what: str) -> typing.NoReturn:
    raise unusable(
        what,
        expected=_named(hint),
        arrived=f"{type(value).__name__} {shown(value)}",
        cause="Is an argument in another's place, or is a list missing its brackets?",
        remedy="Look at the fields of the intent; scripts in files take the same ones.",
    )


def _named(hint: Any) -> str:
    origin = typing.get_origin(hint)
    arguments = typing.get_args(hint)
    if origin is Annotated:
        return _named(arguments[0])
    if origin is Literal:
        return f"one of {', '.join(repr(one) for one in arguments)}"
    if origin in _SEQUENCES:
        return f"a list, each part of it {_named(arguments[0])}"
    if origin in _MAPPINGS:
        return "an object"
    if arguments:
        return " or ".join(_named(one) for one in arguments)
    return _WORDS.get(hint) or f"what {hint.__name__}(...) makes"


def unusable(what: str, *, expected: str, arrived: str, cause: str, remedy: str) -> ScriptError:
    """Makes the error for a value that cannot be used.

    Args:
        what: The value: its field, and whose field it is.
        expected: What should have been there.
        arrived: What was there.
        cause: The likely cause, as a question.
        remedy: What to do about it.
    """
    return ScriptError(
        f"the {what} cannot be used",
        expected=expected,
        arrived=arrived,
        cause=cause,
        remedy=remedy,
    )


def shown(value: object) -> str:
    """Returns a value in a few words for messages.

    Args:
        value: Any value; one that describes itself is asked.
    """
    describe = getattr(value, "describe", None)
    if describe is not None:
        return str(describe())
    if isinstance(value, tuple):
        return f"[{', '.join(shown(one) for one in value)}]"
    text = repr(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 4]}...{text[-1]}"
