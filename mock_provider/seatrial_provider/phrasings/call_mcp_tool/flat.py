"""Calls the function `mcp__SERVER__TOOL`.

Shape: Codex 0.65.0 to 0.98.0.
"""

import json

from seatrial_provider.intents import CallMcpTool
from seatrial_provider.phrasings.base import Phrasing
from seatrial_provider.phrasings.call_mcp_tool._names import written
from seatrial_provider.phrasings.offer import Offer
from seatrial_provider.responses.items import OutputItem


def _recognises(intent: CallMcpTool, offer: Offer) -> bool:
    name = f"mcp__{written(intent.server)}__{written(intent.tool)}"
    return (offer.type, offer.namespace, offer.name) == ("function", None, name)


def _say(intent: CallMcpTool, offer: Offer) -> OutputItem:
    return offer.call_with(intent, json.dumps(dict(intent.arguments), ensure_ascii=False))


PHRASING = Phrasing(intent=CallMcpTool, tool="mcp__SERVER__TOOL", recognises=_recognises, say=_say)
