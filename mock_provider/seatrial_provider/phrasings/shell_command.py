"""Says a command in the function tool `shell_command`, which takes it as text in `command`.

Shape: the upstream project's app-server test helpers use it.
"""

from seatrial_provider.ids import ItemIds
from seatrial_provider.intents import RunCommand
from seatrial_provider.jsontypes import JsonObject
from seatrial_provider.phrasings.base import function_call, is_function, properties
from seatrial_provider.responses.items import OutputItem


class ShellCommand:
    """The phrasing of `shell_command`."""

    name = "shell_command"

    def recognises(self, tool: JsonObject) -> bool:
        """Tells whether the tool is `shell_command` with a `command` that is a string."""
        command = properties(tool).get("command", {})
        return is_function(tool, "shell_command") and command.get("type") == "string"

    def phrase(self, intent: RunCommand, tool: JsonObject, ids: ItemIds) -> OutputItem:
        """Says the command as it is."""
        return function_call(tool, ids, intent, command=intent.command)


PHRASING = ShellCommand()
