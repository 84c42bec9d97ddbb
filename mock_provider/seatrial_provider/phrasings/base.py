"""What a phrasing is: one tool shape, and how a command is said in it."""

import json
from typing import Any, Protocol

from seatrial_provider.ids import ItemIds
from seatrial_provider.intents import RunCommand
from seatrial_provider.jsontypes import JsonObject
from seatrial_provider.responses.items import FunctionCallItem, OutputItem


class CannotSayError(Exception):
    """The tool is of the phrasing's shape, but the intent asks for more than it can say."""


class Phrasing(Protocol):
    """Says the intent to run a command in one shape of tool."""

    @property
    def name(self) -> str:
        """The shape's name for messages."""

    def recognises(self, tool: JsonObject) -> bool:
        """Tells whether an offered tool is of this shape."""

    def phrase(self, intent: RunCommand, tool: JsonObject, ids: ItemIds) -> OutputItem:
        """Says the intent in the offered tool.

        Raises:
            CannotSayError: The tool has no words for a part of the intent.
        """


def properties(tool: JsonObject) -> dict[str, JsonObject]:
    """Returns the properties that a function tool's parameters list.

    Args:
        tool: The tool as the request offered it.

    Returns:
        Schemas by name; empty if the tool lists none.
    """
    parameters = tool.get("parameters")
    listed = parameters.get("properties") if isinstance(parameters, dict) else None
    if not isinstance(listed, dict):
        return {}
    return {name: schema for name, schema in listed.items() if isinstance(schema, dict)}


def is_function(tool: JsonObject, name: str) -> bool:
    """Tells whether a tool is the function of that name.

    Args:
        tool: The tool as the request offered it.
        name: The function's name.
    """
    return tool.get("type") == "function" and tool.get("name") == name


def function_call(tool: JsonObject, ids: ItemIds, intent: RunCommand, **first: Any) -> OutputItem:
    """Builds the call of a command tool, with the arguments that all of them share.

    Args:
        tool: The tool as the request offered it.
        ids: The ids of the item.
        intent: What the model wants.
        **first: The tool's own argument for the command.

    Returns:
        The output item.

    Raises:
        CannotSayError: The tool's parameters do not list an argument that the intent needs.
    """
    listed = properties(tool)
    arguments = dict(first)
    if intent.workdir is not None:
        arguments["workdir"] = intent.workdir
    if intent.escalated:
        arguments.update(_escalation(listed))
    if intent.justification is not None:
        arguments["justification"] = intent.justification
    for name in arguments:
        if name not in listed:
            raise CannotSayError(f"its parameters list no {name!r}")
    return FunctionCallItem(
        id=ids.item_id("fc"),
        call_id=ids.call_id(intent.call_id),
        name=str(tool["name"]),
        arguments=json.dumps(arguments, ensure_ascii=False),
    )


def _escalation(listed: dict[str, JsonObject]) -> JsonObject:
    permissions = listed.get("sandbox_permissions")
    if permissions is not None:
        allowed = permissions.get("enum")
        if not isinstance(allowed, list) or "require_escalated" in allowed:
            return {"sandbox_permissions": "require_escalated"}
    if "with_escalated_permissions" in listed:
        return {"with_escalated_permissions": True}
    raise CannotSayError("its parameters list no way to ask for escalated permissions")
