"""The reference server with one defect at a time, by name: what every module here lists."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from seatrial_reference.variants.variant import Variant

__all__ = ["VARIANTS", "Variant"]

VARIANTS: dict[str, Variant] = {
    variant.name: variant
    for module in iter_modules(__path__)
    for variant in getattr(import_module(f"{__name__}.{module.name}"), "VARIANTS", ())
}
