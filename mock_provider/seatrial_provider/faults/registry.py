"""Finds every fault in the folder `kinds`, and builds one from the words of a script file."""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import asdict
from functools import cache
from typing import TYPE_CHECKING, cast

import seatrial_provider.faults.kinds as folder
from seatrial_provider.errors import ScriptError
from seatrial_provider.faults.base import Fault

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seatrial_provider.jsontypes import JsonObject


@cache
def faults() -> Mapping[str, type[Fault]]:
    """Returns every fault by its name, in the order of the names.

    Raises:
        AttributeError: A file of the folder defines no `FAULT`.
    """
    modules = sorted(found.name for found in pkgutil.iter_modules(folder.__path__))
    found = [importlib.import_module(f"{folder.__name__}.{name}").FAULT for name in modules]
    return {fault.name: cast("type[Fault]", fault) for fault in found}


def build(name: str, values: Mapping[str, object]) -> Fault:
    """Builds a fault from its name and its values, as a script file has them.

    Args:
        name: The fault's name, such as `cut-off`.
        values: Its values by name, in JSON's types; a byte is `{"byte": 120}`.

    Returns:
        The fault.

    Raises:
        ScriptError: There is no such fault, or a value is unusable.
    """
    from pydantic import TypeAdapter, ValidationError

    kind = _kind(name)
    try:
        return TypeAdapter(kind).validate_python(values)
    except ValidationError as error:
        for told in error.errors():
            if isinstance(own := told.get("ctx", {}).get("error"), ScriptError):
                raise own from error
        raise ScriptError(
            f"the fault {name!r} cannot be built from these values",
            expected="; ".join(_wanted(told["loc"], told["msg"]) for told in error.errors()),
            arrived=repr(dict(values)),
            cause="Is a value misspelt, missing, or of another type?",
            remedy="Compare the values with the table of faults in the documentation.",
        ) from error


def words_of(fault: Fault) -> tuple[str, JsonObject]:
    """Returns the name and the values from which `build` makes a fault again.

    Args:
        fault: A fault.
    """
    return fault.name, asdict(fault)


def schema(name: str) -> JsonObject:
    """Returns the JSON Schema of a fault's values.

    Args:
        name: The fault's name.

    Raises:
        ScriptError: There is no such fault.
    """
    from pydantic import TypeAdapter

    return TypeAdapter(_kind(name)).json_schema()


def _kind(name: str) -> type[Fault]:
    if name in faults():
        return faults()[name]
    raise ScriptError(
        f"there is no fault {name!r}",
        expected=f"one of {', '.join(faults())}",
        arrived=repr(name),
        cause="Is the name misspelt?",
        remedy="Use one of the names above.",
    )


def _wanted(where: tuple[int | str, ...], message: str) -> str:
    return f"{'.'.join(map(str, where)) or 'the values'}: {message}"
