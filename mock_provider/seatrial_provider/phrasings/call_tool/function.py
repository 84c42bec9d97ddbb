"""Calls the function of that name.

Shape: the Responses API.
"""

import json

from seatrial_provider.intents import CallTool
from seatrial_provider.phrasings.base import Phrasing
from seatrial_provider.phrasings.offer import Offer
from seatrial_provider.responses.items import OutputItem


def _recognises(intent: CallTool, offer: Offer) -> bool:
    meant = ("function", intent.namespace, intent.tool)
    return (offer.type, offer.namespace, offer.name) == meant


def _say(intent: CallTool, offer: Offer) -> OutputItem:
    given = intent.arguments
    text = given if isinstance(given, str) else json.dumps(dict(given), ensure_ascii=False)
    return offer.call_with(intent, text)


PHRASING = Phrasing(intent=CallTool, tool="any function", recognises=_recognises, say=_say)
