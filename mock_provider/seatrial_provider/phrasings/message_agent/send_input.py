"""Calls the function `send_input`, which names the agent in `id` or in `target`.

Shape: Codex 0.98.0 with the feature `collab` (`id`), 0.130.0 and 0.163.0 (`target`).
"""

from seatrial_provider.intents import MessageAgent
from seatrial_provider.phrasings.agents import agent_of
from seatrial_provider.phrasings.base import Phrasing, function_named
from seatrial_provider.phrasings.offer import Offer
from seatrial_provider.responses.items import OutputItem


def _say(intent: MessageAgent, offer: Offer) -> OutputItem:
    named_in = "target" if "target" in offer.parameters() else "id"
    arguments = {named_in: agent_of(offer, intent.to), "message": intent.message}
    return offer.call(intent, arguments)


PHRASING = Phrasing(
    intent=MessageAgent,
    tool="send_input",
    recognises=function_named("send_input", message="string"),
    say=_say,
)
