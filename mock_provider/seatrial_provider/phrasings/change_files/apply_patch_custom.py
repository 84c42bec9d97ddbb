"""Calls the custom tool `apply_patch`, which takes the patch as it is.

Shape: Codex 0.65.0 to 0.163.0, with models that have it or the feature `apply_patch_freeform`.
"""

from seatrial_provider.intents import ChangeFiles
from seatrial_provider.phrasings.base import Phrasing
from seatrial_provider.phrasings.change_files._patch import patch
from seatrial_provider.phrasings.offer import Offer
from seatrial_provider.responses.items import OutputItem


def _recognises(intent: ChangeFiles, offer: Offer) -> bool:
    return (offer.type, offer.name) == ("custom", "apply_patch")


def _say(intent: ChangeFiles, offer: Offer) -> OutputItem:
    return offer.call_with(intent, patch(intent.changes))


PHRASING = Phrasing(
    intent=ChangeFiles, tool="apply_patch (custom)", recognises=_recognises, say=_say
)
