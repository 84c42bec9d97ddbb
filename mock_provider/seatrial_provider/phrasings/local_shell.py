"""Says a command in the built-in tool `local_shell`, which has no words for escalation.

Shape: the Responses API's `local_shell_call` item.
"""

from seatrial_provider.ids import ItemIds
from seatrial_provider.intents import RunCommand
from seatrial_provider.jsontypes import JsonObject
from seatrial_provider.phrasings.base import CannotSayError
from seatrial_provider.responses.items import LocalShellCallItem, OutputItem


class LocalShell:
    """The phrasing of `local_shell`."""

    name = "local_shell"

    def recognises(self, tool: JsonObject) -> bool:
        """Tells whether the tool is the built-in `local_shell`."""
        return tool.get("type") == "local_shell"

    def phrase(self, intent: RunCommand, tool: JsonObject, ids: ItemIds) -> OutputItem:
        """Says the command through a login shell, if it asks for no escalation."""
        if intent.escalated:
            raise CannotSayError("its action has no field for escalated permissions")
        if intent.justification is not None:
            raise CannotSayError("its action has no field for a justification")
        return LocalShellCallItem(
            id=ids.item_id("lsh"),
            call_id=ids.call_id(intent.call_id),
            command=("bash", "-lc", intent.command),
            workdir=intent.workdir,
        )


PHRASING = LocalShell()
