"""Calls the function `followup_task`.

Shape: Codex 0.130.0 and 0.163.0 with the feature `multi_agent_v2`.
"""

from seatrial_provider.intents import MessageAgent
from seatrial_provider.phrasings.agents import agent_of
from seatrial_provider.phrasings.base import Phrasing, function_named
from seatrial_provider.phrasings.offer import Offer
from seatrial_provider.responses.items import OutputItem


def _say(intent: MessageAgent, offer: Offer) -> OutputItem:
    arguments = {"target": agent_of(offer, intent.to), "message": intent.message}
    return offer.call(intent, arguments)


PHRASING = Phrasing(
    intent=MessageAgent,
    tool="followup_task",
    recognises=function_named("followup_task", target="string", message="string"),
    say=_say,
)
