"""Calls the built-in tool `local_shell` with a login shell; it has no words for escalation.

Shape: the Responses API; Codex 0.65.0 with the model codex-mini-latest.
"""

from seatrial_provider.intents import RunCommand
from seatrial_provider.phrasings.base import Phrasing, built_in, only
from seatrial_provider.phrasings.offer import Offer
from seatrial_provider.responses.items import LocalShellCallItem, OutputItem


def _say(intent: RunCommand, offer: Offer) -> OutputItem:
    only(intent, "command", "workdir", "timeout_ms")
    return LocalShellCallItem(
        id=offer.ids.item_id("lsh"),
        call_id=offer.ids.call_id(intent.call_id),
        command=("bash", "-lc", intent.command),
        workdir=intent.workdir,
        timeout_ms=intent.timeout_ms,
    )


PHRASING = Phrasing(
    intent=RunCommand, tool="local_shell", recognises=built_in("local_shell"), say=_say
)
