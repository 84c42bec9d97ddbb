"""Sends the item as it is.

Shape: whatever the script has.
"""

from seatrial_provider.ids import ItemIds
from seatrial_provider.intents import RawItem
from seatrial_provider.phrasings.base import OwnItem
from seatrial_provider.responses.items import Said, VerbatimItem


def _say(intent: RawItem, ids: ItemIds) -> Said:
    return VerbatimItem(id=ids.item_id("item"), item=dict(intent.item))


PHRASING = OwnItem(intent=RawItem, say=_say)
