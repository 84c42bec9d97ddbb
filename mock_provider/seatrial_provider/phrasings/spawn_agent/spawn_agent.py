"""Calls the function `spawn_agent`, with a name for the task where it takes one.

Shape: Codex 0.98.0 with the feature `collab`, 0.130.0 and 0.163.0; with `multi_agent_v2` there
it takes `task_name`.
"""

from seatrial_provider.intents import SpawnAgent
from seatrial_provider.phrasings.base import Phrasing, function_named
from seatrial_provider.phrasings.offer import Offer
from seatrial_provider.responses.items import OutputItem


def _say(intent: SpawnAgent, offer: Offer) -> OutputItem:
    name = intent.task_name
    if name is None and "task_name" in offer.parameters():
        name = offer.ids.item_id("task")
    return offer.call(intent, {"message": intent.task, "task_name": name})


PHRASING = Phrasing(
    intent=SpawnAgent,
    tool="spawn_agent",
    recognises=function_named("spawn_agent", message="string"),
    say=_say,
)
