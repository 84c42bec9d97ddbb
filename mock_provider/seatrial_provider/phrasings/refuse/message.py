"""Says it in a `message` with one part of refusal.

Shape: the Responses API.
"""

from seatrial_provider.ids import ItemIds
from seatrial_provider.intents import Refuse
from seatrial_provider.phrasings.base import OwnItem
from seatrial_provider.responses.items import OutputItem, RefusalItem


def _say(intent: Refuse, ids: ItemIds) -> OutputItem:
    deltas = None if intent.deltas is None else tuple(intent.deltas)
    return RefusalItem(id=ids.item_id("msg"), refusal=intent.text, deltas=deltas)


PHRASING = OwnItem(intent=Refuse, say=_say)
