"""Says a command in the function tool `shell`, which takes a program and its arguments.

Shape: Codex 0.65.0.
"""

from seatrial_provider.ids import ItemIds
from seatrial_provider.intents import RunCommand
from seatrial_provider.jsontypes import JsonObject
from seatrial_provider.phrasings.base import function_call, is_function, properties
from seatrial_provider.responses.items import OutputItem


class Shell:
    """The phrasing of `shell`."""

    name = "shell"

    def recognises(self, tool: JsonObject) -> bool:
        """Tells whether the tool is `shell` with a `command` that is an array."""
        command = properties(tool).get("command", {})
        return is_function(tool, "shell") and command.get("type") == "array"

    def phrase(self, intent: RunCommand, tool: JsonObject, ids: ItemIds) -> OutputItem:
        """Says the command through a login shell."""
        return function_call(tool, ids, intent, command=["bash", "-lc", intent.command])


PHRASING = Shell()
