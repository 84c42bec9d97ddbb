"""Finds every phrasing in this folder; adding one is adding a file with a `PHRASING` in it."""

import importlib
import pkgutil
from functools import cache
from typing import cast

import seatrial_provider.phrasings
from seatrial_provider.phrasings.base import Phrasing

_NOT_PHRASINGS = frozenset({"base", "registry"})


@cache
def phrasings() -> tuple[Phrasing, ...]:
    """Returns every phrasing, by the name of its file.

    Raises:
        AttributeError: A file of this folder defines no `PHRASING`.
    """
    folder = seatrial_provider.phrasings
    names = sorted(found.name for found in pkgutil.iter_modules(folder.__path__))
    return tuple(
        cast("Phrasing", importlib.import_module(f"{folder.__name__}.{name}").PHRASING)
        for name in names
        if name not in _NOT_PHRASINGS
    )
