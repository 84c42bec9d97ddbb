"""Says a command in the function tool `exec_command`, which takes it as text in `cmd`.

Shape: Codex 0.98.0 to 0.163.0.
"""

from seatrial_provider.ids import ItemIds
from seatrial_provider.intents import RunCommand
from seatrial_provider.jsontypes import JsonObject
from seatrial_provider.phrasings.base import function_call, is_function, properties
from seatrial_provider.responses.items import OutputItem


class ExecCommand:
    """The phrasing of `exec_command`."""

    name = "exec_command"

    def recognises(self, tool: JsonObject) -> bool:
        """Tells whether the tool is `exec_command` with a `cmd`."""
        return is_function(tool, "exec_command") and "cmd" in properties(tool)

    def phrase(self, intent: RunCommand, tool: JsonObject, ids: ItemIds) -> OutputItem:
        """Says the command as it is."""
        return function_call(tool, ids, intent, cmd=intent.command)


PHRASING = ExecCommand()
