"""Calls the function `update_plan`.

Shape: Codex 0.65.0 to 0.130.0; 0.163.0 with `[tools] update_plan`.
"""

from seatrial_provider.intents import UpdatePlan
from seatrial_provider.phrasings.base import Phrasing, function_named
from seatrial_provider.phrasings.offer import Offer
from seatrial_provider.responses.items import OutputItem


def _say(intent: UpdatePlan, offer: Offer) -> OutputItem:
    plan = [{"step": step.step, "status": step.status} for step in intent.steps]
    return offer.call(intent, {"explanation": intent.explanation, "plan": plan})


PHRASING = Phrasing(
    intent=UpdatePlan,
    tool="update_plan",
    recognises=function_named("update_plan", plan="array"),
    say=_say,
)
