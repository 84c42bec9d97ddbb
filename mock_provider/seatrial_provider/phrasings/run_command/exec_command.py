"""Calls the function `exec_command`, which takes the command as text in `cmd`.

Shape: Codex 0.98.0 to 0.163.0; 0.65.0 with the feature `unified_exec`.
"""

from seatrial_provider.intents import RunCommand
from seatrial_provider.phrasings.base import Phrasing, function_named
from seatrial_provider.phrasings.offer import Offer
from seatrial_provider.phrasings.run_command._arguments import command_call
from seatrial_provider.responses.items import OutputItem


def _say(intent: RunCommand, offer: Offer) -> OutputItem:
    return command_call(intent, offer, cmd=intent.command)


PHRASING = Phrasing(
    intent=RunCommand,
    tool="exec_command",
    recognises=function_named("exec_command", cmd="string"),
    say=_say,
)
