"""Turns an intent into an output item, in the words of a tool that the request offers."""

from collections.abc import Sequence

from seatrial_provider.ids import ItemIds
from seatrial_provider.intents import Intent, RunCommand, Say
from seatrial_provider.jsontypes import JsonObject
from seatrial_provider.phrasings.base import CannotSayError
from seatrial_provider.phrasings.registry import phrasings
from seatrial_provider.responses.items import MessageItem, OutputItem


class InexpressibleError(Exception):
    """No offered tool can express an intent.

    Attributes:
        intent: What the model wanted.
        reasons: Why each tool of a known shape could not say it, such as
            "local_shell: its action has no field for escalated permissions".
    """

    def __init__(self, intent: Intent, reasons: Sequence[str]) -> None:
        super().__init__(intent.describe())
        self.intent = intent
        self.reasons = tuple(reasons)


def phrase(intent: Intent, *, tools: Sequence[JsonObject], ids: ItemIds) -> OutputItem:
    """Says an intent in the first offered tool that can express it.

    Args:
        intent: What the model wants.
        tools: The tools of the request, in its order.
        ids: The ids of the item.

    Returns:
        The output item.

    Raises:
        InexpressibleError: No offered tool can express the intent.
    """
    if isinstance(intent, Say):
        return MessageItem(id=ids.item_id("msg"), text=intent.text)
    if not isinstance(intent, RunCommand):
        raise InexpressibleError(intent, ["no phrasing knows this sort of intent"])
    reasons: list[str] = []
    for tool in tools:
        for phrasing in phrasings():
            if not phrasing.recognises(tool):
                continue
            try:
                return phrasing.phrase(intent, tool, ids)
            except CannotSayError as error:
                reasons.append(f"{phrasing.name}: {error}")
    raise InexpressibleError(intent, reasons or ["no offered tool is of a known shape"])
