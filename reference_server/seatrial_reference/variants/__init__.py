"""The reference server with one defect at a time, by name."""

from __future__ import annotations

from seatrial_reference.variants import answers, asking, order, payload, policies, running, session
from seatrial_reference.variants.variant import Variant

__all__ = ["VARIANTS", "Variant"]

VARIANTS: dict[str, Variant] = {
    variant.name: variant
    for area in (running, asking, answers, session, payload, order, policies)
    for variant in area.VARIANTS
}
