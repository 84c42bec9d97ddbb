"""What a phrasing sees of a request: one offered tool, and the conversation so far."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from seatrial_provider.content import texts_of
from seatrial_provider.ids import ItemIds
from seatrial_provider.intents import Call
from seatrial_provider.jsontypes import JsonObject
from seatrial_provider.phrasings.code_mode import declared, program
from seatrial_provider.responses.items import CustomToolCallItem, FunctionCallItem, OutputItem


class CannotSayError(Exception):
    """The tool is of the phrasing's shape, but has no words for a part of the intent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One offered tool, and what else of the request a phrasing may look at.

    Attributes:
        tool: The tool as the request offers it.
        namespace: The name of the namespace tool that it is in; None if it is in none.
        ids: The ids of the item that is to be made.
        conversation: The input items of the request.
        within: The tool that has to be given a program which calls this one; None for a tool
            that is called itself.
    """

    tool: JsonObject
    namespace: str | None
    ids: ItemIds
    conversation: Sequence[JsonObject]
    within: Offer | None = None

    @property
    def type(self) -> str:
        """The type of the tool: `function`, `custom`, or that of a built-in tool."""
        return str(self.tool.get("type"))

    @property
    def name(self) -> str:
        """The name of the tool; that of a built-in tool is its type."""
        return str(self.tool.get("name") or self.type)

    def parameters(self) -> dict[str, JsonObject]:
        """Returns the schemas of the parameters that a function lists, by name."""
        parameters = self.tool.get("parameters")
        listed = parameters.get("properties") if isinstance(parameters, dict) else None
        if not isinstance(listed, dict):
            return {}
        return {name: schema for name, schema in listed.items() if isinstance(schema, dict)}

    def output_of(self, call_id: str) -> str:
        """Returns what the server under test answered to an earlier call, as text.

        Args:
            call_id: The id of the call.

        Raises:
            CannotSayError: The conversation has no output of that call.
        """
        outputs = [
            "\n".join(texts_of(item["output"]))
            for item in self.conversation
            if item.get("call_id") == call_id and "output" in item
        ]
        if not outputs:
            raise CannotSayError(f"the conversation has no output of the call {call_id!r}")
        return outputs[-1]

    def call(self, intent: Call, arguments: Mapping[str, Any]) -> OutputItem:
        """Builds the call of a function with arguments that it lists.

        Args:
            intent: What the model wants; it may have the id of the call.
            arguments: The arguments; one that is None is left out.

        Raises:
            CannotSayError: The function does not list one of the arguments, or not its value.
        """
        given = {name: value for name, value in arguments.items() if value is not None}
        listed = self.parameters()
        for name, value in given.items():
            if name not in listed:
                raise CannotSayError(f"its parameters list no {name!r}")
            allowed = listed[name].get("enum")
            if isinstance(allowed, list) and value not in allowed:
                raise CannotSayError(f"its {name!r} takes {allowed}, and not {value!r}")
        return self.call_with(intent, json.dumps(given, ensure_ascii=False))

    def call_with(self, intent: Call, text: str) -> OutputItem:
        """Builds the call of a function or of a custom tool with a text as it is.

        Args:
            intent: What the model wants; it may have the id of the call.
            text: The arguments of the function, or the input of the custom tool.
        """
        if self.within is not None:
            return self.within.call_with(intent, program(self.tool, text))
        call_id = self.ids.call_id(intent.call_id)
        if self.type == "custom":
            return CustomToolCallItem(
                id=self.ids.item_id("ctc"),
                call_id=call_id,
                name=self.name,
                namespace=self.namespace,
                input=text,
            )
        return FunctionCallItem(
            id=self.ids.item_id("fc"),
            call_id=call_id,
            name=self.name,
            namespace=self.namespace,
            arguments=text,
        )


def offers(
    tools: Sequence[JsonObject], *, ids: ItemIds, conversation: Sequence[JsonObject]
) -> list[Offer]:
    """Returns each tool that can be called: those that are offered, then those in programs.

    Args:
        tools: The tools of the request.
        ids: The ids of the item that is to be made.
        conversation: The input items of the request.
    """
    direct = [
        Offer(tool=tool, namespace=namespace, ids=ids, conversation=conversation)
        for tool, namespace in _unfolded(tools)
    ]
    inside = [
        replace(offer, tool=tool, namespace=None, within=offer)
        for offer in direct
        for tool in declared(offer.tool)
    ]
    return direct + inside


def _unfolded(tools: Sequence[JsonObject]) -> Iterator[tuple[JsonObject, str | None]]:
    """Yields each tool with the name of its namespace."""
    for tool in tools:
        children = tool.get("tools")
        if tool.get("type") == "namespace" and isinstance(children, list):
            name = str(tool.get("name"))
            yield from ((child, name) for child in children if isinstance(child, dict))
        else:
            yield tool, None
