"""Calls the function `apply_patch`, which takes the patch as text in `input`.

Shape: Codex 0.34.0 and 0.65.0 with a model of the family of gpt-oss.
"""

from seatrial_provider.intents import ChangeFiles
from seatrial_provider.phrasings.base import Phrasing, function_named
from seatrial_provider.phrasings.change_files._patch import patch
from seatrial_provider.phrasings.offer import Offer
from seatrial_provider.responses.items import OutputItem


def _say(intent: ChangeFiles, offer: Offer) -> OutputItem:
    return offer.call(intent, {"input": patch(intent.changes)})


PHRASING = Phrasing(
    intent=ChangeFiles,
    tool="apply_patch (function)",
    recognises=function_named("apply_patch", input="string"),
    say=_say,
)
