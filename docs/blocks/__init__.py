"""The generated blocks of the documentation: one module for each part, each with its `BLOCKS`."""

import importlib
import pkgutil
from collections.abc import Callable


def all_blocks() -> dict[str, Callable[[], str]]:
    """Returns what makes each block, by the block's name.

    Raises:
        ValueError: Two modules make a block of one name.
    """
    blocks: dict[str, Callable[[], str]] = {}
    for found in sorted(pkgutil.iter_modules(__path__), key=lambda one: one.name):
        made = getattr(importlib.import_module(f"{__name__}.{found.name}"), "BLOCKS", {})
        if twice := blocks.keys() & made.keys():
            raise ValueError(f"two modules make the block {', '.join(sorted(twice))}")
        blocks.update(made)
    return blocks
