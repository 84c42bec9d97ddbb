"""Finds every phrasing: each folder beside this file is of one intent, each file in it is one.

A file whose name begins with an underscore is what the others of its folder share.
"""

import importlib
import pkgutil
from collections.abc import Iterator
from functools import cache
from typing import Any

import seatrial_provider.phrasings
from seatrial_provider.intents import Intent
from seatrial_provider.phrasings.base import Detour, OwnItem, Phrasing

AnyPhrasing = Phrasing[Any] | OwnItem[Any] | Detour[Any]


@cache
def phrasings() -> dict[str, AnyPhrasing]:
    """Returns every phrasing by the name of its module, in the order of the names.

    Raises:
        AttributeError: A file defines no `PHRASING`.
    """
    return {name: importlib.import_module(name).PHRASING for name in sorted(_modules())}


@cache
def phrasings_by_intent() -> dict[type[Intent], tuple[AnyPhrasing, ...]]:
    """Returns the phrasings of each sort of intent that has any, in the order of their names."""
    found: dict[type[Intent], tuple[AnyPhrasing, ...]] = {}
    for phrasing in phrasings().values():
        found[phrasing.intent] = (*found.get(phrasing.intent, ()), phrasing)
    return found


def _modules() -> Iterator[str]:
    package = seatrial_provider.phrasings
    for folder in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        if not folder.ispkg:
            continue
        inside = importlib.import_module(folder.name)
        for found in pkgutil.iter_modules(inside.__path__):
            if not found.name.startswith("_"):
                yield f"{folder.name}.{found.name}"
