"""Calls the function `shell`, which takes a program and its arguments, with a login shell.

Shape: Codex 0.34.0 and 0.65.0.
"""

from seatrial_provider.intents import RunCommand
from seatrial_provider.phrasings.base import Phrasing, function_named
from seatrial_provider.phrasings.offer import Offer
from seatrial_provider.phrasings.run_command._arguments import command_call
from seatrial_provider.responses.items import OutputItem


def _say(intent: RunCommand, offer: Offer) -> OutputItem:
    return command_call(intent, offer, command=["bash", "-lc", intent.command])


PHRASING = Phrasing(
    intent=RunCommand,
    tool="shell",
    recognises=function_named("shell", command="array"),
    say=_say,
)
