"""Uses the built-in tool `tool_search`, if the client does the search.

Shape: the Responses API; Codex 0.163.0 with models that have it.
"""

from seatrial_provider.intents import SearchTools
from seatrial_provider.phrasings.base import Phrasing, built_in
from seatrial_provider.phrasings.offer import CannotSayError, Offer
from seatrial_provider.responses.items import OutputItem, ToolSearchCallItem


def _say(intent: SearchTools, offer: Offer) -> OutputItem:
    if offer.tool.get("execution") != "client":
        raise CannotSayError("the API does the search itself")
    arguments = {"query": intent.query, "limit": intent.limit}
    return ToolSearchCallItem(
        id=offer.ids.item_id("tsc"),
        call_id=offer.ids.call_id(intent.call_id),
        arguments={name: value for name, value in arguments.items() if value is not None},
    )


PHRASING = Phrasing(
    intent=SearchTools, tool="tool_search", recognises=built_in("tool_search"), say=_say
)
