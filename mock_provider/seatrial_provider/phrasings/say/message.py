"""Says it in a `message` with one part of text.

Shape: the Responses API.
"""

from seatrial_provider.ids import ItemIds
from seatrial_provider.intents import Say
from seatrial_provider.phrasings.base import OwnItem
from seatrial_provider.responses.items import MessageItem, OutputItem


def _say(intent: Say, ids: ItemIds) -> OutputItem:
    return MessageItem(
        id=ids.item_id("msg"),
        text=intent.text,
        deltas=None if intent.deltas is None else tuple(intent.deltas),
        annotations=tuple(intent.annotations),
        phase=intent.phase,
    )


PHRASING = OwnItem(intent=Say, say=_say)
