"""Sends the event as it is.

Shape: whatever the script has.
"""

from seatrial_provider.ids import ItemIds
from seatrial_provider.intents import RawEvent
from seatrial_provider.phrasings.base import OwnItem
from seatrial_provider.responses.items import Said, VerbatimEvent


def _say(intent: RawEvent, ids: ItemIds) -> Said:
    return VerbatimEvent(event=dict(intent.event))


PHRASING = OwnItem(intent=RawEvent, say=_say)
