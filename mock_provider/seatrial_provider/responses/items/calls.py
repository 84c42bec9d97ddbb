"""Calls of the tools that the request offers: functions, custom tools and the search of tools."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Literal

from seatrial_provider.jsontypes import JsonObject
from seatrial_provider.responses.items.base import StagedItem, streamed


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionCallItem:
    """A call of a function tool.

    Attributes:
        id: The item's id.
        call_id: The id that the output of the call must carry.
        name: The function's name.
        arguments: The arguments as JSON text.
        namespace: The namespace tool that the function is of, if it is of one.
        deltas: The pieces the arguments are streamed in; None cuts them into equal ones.
    """

    EVENTS: ClassVar[tuple[str, ...]] = (
        "response.function_call_arguments.delta",
        "response.function_call_arguments.done",
    )

    id: str
    call_id: str
    name: str
    arguments: str
    namespace: str | None = None
    deltas: tuple[str, ...] | None = None

    def added(self) -> JsonObject:
        """Returns the call before its arguments."""
        return self._call(status="in_progress", arguments="")

    def progress(self, output_index: int) -> Iterator[JsonObject]:
        """Yields the arguments piece by piece, then whole."""
        return streamed(
            "response.function_call_arguments",
            self.arguments,
            {"output_index": output_index, "item_id": self.id},
            as_member="arguments",
            deltas=self.deltas,
            name=self.name,
        )

    def done(self) -> JsonObject:
        """Returns the whole call."""
        return self._call(status="completed", arguments=self.arguments)

    def _call(self, *, status: str, arguments: str) -> JsonObject:
        call: JsonObject = {
            "id": self.id,
            "type": "function_call",
            "status": status,
            "call_id": self.call_id,
            "name": self.name,
            "arguments": arguments,
        }
        if self.namespace is not None:
            call["namespace"] = self.namespace
        return call


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomToolCallItem:
    """A call of a custom tool, which takes free text.

    Attributes:
        id: The item's id.
        call_id: The id that the output of the call must carry.
        name: The tool's name.
        input: The whole text that it is given.
        namespace: The namespace tool that it is of, if it is of one.
        deltas: The pieces the input is streamed in; None cuts it into equal ones.
    """

    EVENTS: ClassVar[tuple[str, ...]] = (
        "response.custom_tool_call_input.delta",
        "response.custom_tool_call_input.done",
    )

    id: str
    call_id: str
    name: str
    input: str
    namespace: str | None = None
    deltas: tuple[str, ...] | None = None

    def added(self) -> JsonObject:
        """Returns the call before its input."""
        return self._call(input_="")

    def progress(self, output_index: int) -> Iterator[JsonObject]:
        """Yields the input piece by piece, then whole."""
        return streamed(
            "response.custom_tool_call_input",
            self.input,
            {"output_index": output_index, "item_id": self.id},
            as_member="input",
            deltas=self.deltas,
        )

    def done(self) -> JsonObject:
        """Returns the whole call."""
        return self._call(input_=self.input)

    def _call(self, *, input_: str) -> JsonObject:
        call: JsonObject = {
            "id": self.id,
            "type": "custom_tool_call",
            "call_id": self.call_id,
            "name": self.name,
            "input": input_,
        }
        if self.namespace is not None:
            call["namespace"] = self.namespace
        return call


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolSearchCallItem(StagedItem):
    """A search for tools that the request did not list.

    Attributes:
        id: The item's id.
        call_id: The id that the output must carry; None if the server searches.
        arguments: What is searched for.
        execution: Who searches: the `client`, or the `server` of the API.
    """

    id: str
    call_id: str | None
    arguments: JsonObject
    execution: Literal["client", "server"] = "client"

    def added(self) -> JsonObject:
        """Returns the call before its arguments."""
        return self._call(status="in_progress", arguments={})

    def done(self) -> JsonObject:
        """Returns the whole call."""
        return self._call(status="completed", arguments=self.arguments)

    def _call(self, *, status: str, arguments: JsonObject) -> JsonObject:
        return {
            "id": self.id,
            "type": "tool_search_call",
            "status": status,
            "call_id": self.call_id,
            "execution": self.execution,
            "arguments": arguments,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolSearchOutputItem(StagedItem):
    """The tools that the server of the API found.

    Attributes:
        id: The item's id.
        tools: The tools, as a request would offer them.
    """

    id: str
    tools: tuple[JsonObject, ...]

    def added(self) -> JsonObject:
        """Returns the output before its tools."""
        return self._output(status="in_progress", tools=[])

    def done(self) -> JsonObject:
        """Returns the whole output."""
        return self._output(status="completed", tools=list(self.tools))

    def _output(self, *, status: str, tools: list[JsonObject]) -> JsonObject:
        return {
            "id": self.id,
            "type": "tool_search_output",
            "status": status,
            "call_id": None,
            "execution": "server",
            "tools": tools,
        }
