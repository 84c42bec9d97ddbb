"""The arguments that all command tools share."""

from typing import Any

from seatrial_provider.intents import RunCommand
from seatrial_provider.jsontypes import JsonObject
from seatrial_provider.phrasings.offer import CannotSayError, Offer
from seatrial_provider.phrasings.permissions import as_json
from seatrial_provider.responses.items import OutputItem


def command_call(intent: RunCommand, offer: Offer, **command: Any) -> OutputItem:
    """Builds the call of a command tool.

    Args:
        intent: What the model wants.
        offer: The tool.
        **command: The tool's own argument for the command.

    Raises:
        CannotSayError: The tool has no words for a part of the intent.
    """
    arguments = {
        **command,
        "workdir": intent.workdir,
        **_sandbox(intent, offer),
        "justification": intent.justification,
        "prefix_rule": list(intent.prefix_rule) or None,
        "tty": intent.tty or None,
        "yield_time_ms": intent.yield_time_ms,
        "timeout_ms": intent.timeout_ms,
    }
    return offer.call(intent, arguments)


def _sandbox(intent: RunCommand, offer: Offer) -> JsonObject:
    listed = offer.parameters()
    if intent.permissions is not None:
        wider = {"additional_permissions": as_json(intent.permissions)}
        return {"sandbox_permissions": "with_additional_permissions", **wider}
    if not intent.escalated:
        return {}
    if "sandbox_permissions" in listed:
        return {"sandbox_permissions": "require_escalated"}
    if "with_escalated_permissions" in listed:
        return {"with_escalated_permissions": True}
    raise CannotSayError("its parameters list no way to ask for escalated permissions")
