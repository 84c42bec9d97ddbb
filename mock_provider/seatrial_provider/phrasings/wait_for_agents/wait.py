"""Calls the function `wait`, which names the agents in `ids`.

Shape: Codex 0.98.0 with the feature `collab`.
"""

from seatrial_provider.intents import WaitForAgents
from seatrial_provider.phrasings.agents import agent_of
from seatrial_provider.phrasings.base import Phrasing, function_named
from seatrial_provider.phrasings.offer import Offer
from seatrial_provider.responses.items import OutputItem


def _say(intent: WaitForAgents, offer: Offer) -> OutputItem:
    ids = [agent_of(offer, call_id) for call_id in intent.agents]
    return offer.call(intent, {"ids": ids, "timeout_ms": intent.timeout_ms})


PHRASING = Phrasing(
    intent=WaitForAgents, tool="wait", recognises=function_named("wait", ids="array"), say=_say
)
