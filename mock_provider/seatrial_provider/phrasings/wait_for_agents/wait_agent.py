"""Calls the function `wait_agent`; one that takes no `targets` waits for any agent.

Shape: Codex 0.130.0 and 0.163.0; with `multi_agent_v2` it takes no `targets`.
"""

from seatrial_provider.intents import WaitForAgents
from seatrial_provider.phrasings.agents import agent_of
from seatrial_provider.phrasings.base import Phrasing, function_named
from seatrial_provider.phrasings.offer import Offer
from seatrial_provider.responses.items import OutputItem


def _say(intent: WaitForAgents, offer: Offer) -> OutputItem:
    ids = [agent_of(offer, call_id) for call_id in intent.agents]
    targets = ids if "targets" in offer.parameters() else None
    return offer.call(intent, {"targets": targets, "timeout_ms": intent.timeout_ms})


PHRASING = Phrasing(
    intent=WaitForAgents,
    tool="wait_agent",
    recognises=function_named("wait_agent", timeout_ms="number"),
    say=_say,
)
