"""Uses the built-in tool `web_search`: the search is an item of the model's own.

Shape: the Responses API; Codex 0.65.0 to 0.163.0.
"""

from seatrial_provider.intents import SearchWeb
from seatrial_provider.phrasings.base import Phrasing, built_in
from seatrial_provider.phrasings.offer import Offer
from seatrial_provider.responses.items import OutputItem, WebSearchCallItem, search_action

_TYPES = (
    "web_search",
    "web_search_2025_08_26",
    "web_search_preview",
    "web_search_preview_2025_03_11",
)


def _say(intent: SearchWeb, offer: Offer) -> OutputItem:
    action = search_action(intent.query, sources=tuple(intent.sources))
    return WebSearchCallItem(id=offer.ids.item_id("ws"), action=action)


PHRASING = Phrasing(intent=SearchWeb, tool="web_search", recognises=built_in(*_TYPES), say=_say)
