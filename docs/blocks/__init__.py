"""What is generated of the documentation: one module for each part, each with its `BLOCKS`.

A module may have `FILES` too: whole files, by their path.
"""

import importlib
import pkgutil
from collections.abc import Callable


def all_blocks() -> dict[str, Callable[[], str]]:
    """Returns what makes each block, by the block's name.

    Raises:
        ValueError: Two modules make a block of one name.
    """
    return _gathered("BLOCKS")


def all_files() -> dict[str, Callable[[], str]]:
    """Returns what makes each generated file, by the file's path.

    Raises:
        ValueError: Two modules make a file of one path.
    """
    return _gathered("FILES")


def _gathered(name: str) -> dict[str, Callable[[], str]]:
    gathered: dict[str, Callable[[], str]] = {}
    for found in sorted(pkgutil.iter_modules(__path__), key=lambda one: one.name):
        made = getattr(importlib.import_module(f"{__name__}.{found.name}"), name, {})
        if twice := gathered.keys() & made.keys():
            raise ValueError(f"two modules make {', '.join(sorted(twice))}")
        gathered.update(made)
    return gathered
