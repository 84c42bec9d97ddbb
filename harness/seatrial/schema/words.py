"""Says in words where a value does not fit a JSON Schema, at the place that is really wrong."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from jsonschema.exceptions import ValidationError

__all__ = ["Misfit", "misfit", "short"]

SHOWN = 80
"""Characters of a value that are shown."""


@dataclass(frozen=True, slots=True)
class Misfit:
    """One place where a value does not fit.

    Attributes:
        path: The place, as a JSON path from the message's root.
        expected: What the schema wants there.
        arrived: What was there.
    """

    path: str
    expected: str
    arrived: str


def misfit(error: ValidationError) -> Misfit:
    """Returns what an error is about; of a union, what is wrong in the form that was meant."""
    error = _meant(error)
    wanted = _WORDS.get(str(error.validator), _other(str(error.validator)))
    expected = wanted(error.validator_value, error.instance)
    arrived = "missing" if error.validator == "required" else short(error.instance)
    return Misfit(error.json_path, expected, arrived)


def short(value: Any) -> str:
    """Returns a value as text that is not too long for a line."""
    text = repr(value)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def _required(names: Any, value: Any) -> str:
    missing = [repr(name) for name in names if name not in value]
    return f"the member{'s' if len(missing) > 1 else ''} {', '.join(missing)}"


def _type(types: Any, value: Any) -> str:
    del value
    return " or ".join([types] if isinstance(types, str) else types)


def _enum(values: Any, value: Any) -> str:
    del value
    return ("one of " if len(values) > 1 else "") + ", ".join(map(short, values))


def _minimum(least: Any, value: Any) -> str:
    del value
    return f"{least} or more"


def _forms(forms: Any, value: Any) -> str:
    del value
    return f"one of {len(forms)} forms"


def _other(keyword: str) -> Callable[[Any, Any], str]:
    return lambda wanted, value: f"{keyword} {short(wanted)}"


_WORDS: Mapping[str, Callable[[Any, Any], str]] = {
    "required": _required,
    "type": _type,
    "enum": _enum,
    "minimum": _minimum,
    "oneOf": _forms,
    "anyOf": _forms,
}


def _meant(error: ValidationError) -> ValidationError:
    """Goes down into the form of a union that was meant, as long as it is plain which one.

    It is the only one whose tag fits (a member with a single value, such as `type`); among several
    of those, the only one that fits the value's kind, so that null is not taken for an object.
    """
    while error.context:
        forms: dict[Any, list[ValidationError]] = defaultdict(list)
        for one in error.context:
            forms[one.relative_schema_path[0]].append(one)
        fitting = [form for form in forms.values() if not any(map(_is_tag, form))]
        if len(fitting) > 1:
            fitting = [form for form in fitting if not any(map(_is_kind, form))]
        if len(fitting) != 1:
            break
        error = fitting[0][0]
    return error


def _is_tag(error: ValidationError) -> bool:
    """Whether an error says that the value has the tag of another form."""
    wanted: Any = error.validator_value
    return error.validator == "enum" and len(wanted) == 1 and len(error.relative_path) == 1


def _is_kind(error: ValidationError) -> bool:
    """Whether an error says that the value as a whole is of another kind."""
    return error.validator in {"type", "enum"} and not error.relative_path
