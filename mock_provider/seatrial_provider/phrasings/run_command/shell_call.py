"""Calls the built-in tool `shell`, which takes lines of shell; it has no words for escalation.

Shape: the Responses API's `shell_call` item.
"""

from seatrial_provider.intents import RunCommand
from seatrial_provider.phrasings.base import Phrasing, built_in, only
from seatrial_provider.phrasings.offer import Offer
from seatrial_provider.responses.items import OutputItem, ShellCallItem


def _say(intent: RunCommand, offer: Offer) -> OutputItem:
    only(intent, "command", "timeout_ms")
    return ShellCallItem(
        id=offer.ids.item_id("sh"),
        call_id=offer.ids.call_id(intent.call_id),
        commands=(intent.command,),
        timeout_ms=intent.timeout_ms,
    )


PHRASING = Phrasing(
    intent=RunCommand, tool="shell (built in)", recognises=built_in("shell"), say=_say
)
