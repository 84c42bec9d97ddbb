"""Calls the function `view_image`.

Shape: Codex 0.34.0 to 0.163.0; some models have `detail`.
"""

from seatrial_provider.intents import ViewImage
from seatrial_provider.phrasings.base import Phrasing, function_named
from seatrial_provider.phrasings.offer import Offer
from seatrial_provider.responses.items import OutputItem


def _say(intent: ViewImage, offer: Offer) -> OutputItem:
    return offer.call(intent, {"path": intent.path, "detail": intent.detail})


PHRASING = Phrasing(
    intent=ViewImage,
    tool="view_image",
    recognises=function_named("view_image", path="string"),
    say=_say,
)
