"""Calls the function `shell_command`, which takes the command as text in `command`.

Shape: Codex 0.65.0, with a model of the family of gpt-5.1-codex.
"""

from seatrial_provider.intents import RunCommand
from seatrial_provider.phrasings.base import Phrasing, function_named
from seatrial_provider.phrasings.offer import Offer
from seatrial_provider.phrasings.run_command._arguments import command_call
from seatrial_provider.responses.items import OutputItem


def _say(intent: RunCommand, offer: Offer) -> OutputItem:
    return command_call(intent, offer, command=intent.command)


PHRASING = Phrasing(
    intent=RunCommand,
    tool="shell_command",
    recognises=function_named("shell_command", command="string"),
    say=_say,
)
