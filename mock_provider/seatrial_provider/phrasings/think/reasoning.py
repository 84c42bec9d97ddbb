"""Shows the thoughts in a `reasoning` item.

Shape: the Responses API.
"""

from collections.abc import Sequence

from seatrial_provider.ids import ItemIds
from seatrial_provider.intents import Think
from seatrial_provider.phrasings.base import OwnItem
from seatrial_provider.responses.items import OutputItem, ReasoningItem


def _say(intent: Think, ids: ItemIds) -> OutputItem:
    return ReasoningItem(
        id=ids.item_id("rs"),
        summary=_parts(intent.summary),
        content=_parts(intent.raw),
        encrypted_content=intent.encrypted,
    )


def _parts(given: str | Sequence[str]) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else tuple(given)


PHRASING = OwnItem(intent=Think, say=_say)
