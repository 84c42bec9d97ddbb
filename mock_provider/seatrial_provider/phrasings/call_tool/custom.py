"""Calls the custom tool of that name.

Shape: the Responses API.
"""

from seatrial_provider.intents import CallTool
from seatrial_provider.phrasings.base import Phrasing
from seatrial_provider.phrasings.offer import CannotSayError, Offer
from seatrial_provider.responses.items import OutputItem


def _recognises(intent: CallTool, offer: Offer) -> bool:
    meant = ("custom", intent.namespace, intent.tool)
    return (offer.type, offer.namespace, offer.name) == meant


def _say(intent: CallTool, offer: Offer) -> OutputItem:
    if not isinstance(intent.arguments, str):
        raise CannotSayError("a custom tool takes a text and not an object")
    return offer.call_with(intent, intent.arguments)


PHRASING = Phrasing(intent=CallTool, tool="any custom tool", recognises=_recognises, say=_say)
