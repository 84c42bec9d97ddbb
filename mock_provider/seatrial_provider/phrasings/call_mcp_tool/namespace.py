"""Calls the function `TOOL` in the namespace `mcp__SERVER`, or `mcp__SERVER__`.

Shape: Codex 0.130.0, which ends the namespace in two underscores, and 0.163.0, which does not.
"""

import json

from seatrial_provider.intents import CallMcpTool
from seatrial_provider.phrasings.base import Phrasing
from seatrial_provider.phrasings.call_mcp_tool._names import written
from seatrial_provider.phrasings.offer import Offer
from seatrial_provider.responses.items import OutputItem


def _recognises(intent: CallMcpTool, offer: Offer) -> bool:
    namespace = f"mcp__{written(intent.server)}"
    return (
        offer.type == "function"
        and offer.namespace in (namespace, f"{namespace}__")
        and offer.name == written(intent.tool)
    )


def _say(intent: CallMcpTool, offer: Offer) -> OutputItem:
    return offer.call_with(intent, json.dumps(dict(intent.arguments), ensure_ascii=False))


PHRASING = Phrasing(
    intent=CallMcpTool, tool="TOOL in mcp__SERVER", recognises=_recognises, say=_say
)
