"""What the server of the API does with MCP servers: it lists tools, calls them, or asks first."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from seatrial_provider.jsontypes import JsonObject
from seatrial_provider.responses.items.base import StagedItem, streamed


@dataclass(frozen=True, slots=True, kw_only=True)
class McpListToolsItem:
    """The tools of an MCP server, as the server of the API found them.

    Attributes:
        id: The item's id.
        server_label: The label of the MCP server in the request.
        tools: The tools, each with `name`, `input_schema`, `description` and `annotations`.
        error: Why they could not be listed; None if they could.
    """

    EVENTS: ClassVar[tuple[str, ...]] = (
        "response.mcp_list_tools.in_progress",
        "response.mcp_list_tools.completed",
        "response.mcp_list_tools.failed",
    )

    id: str
    server_label: str
    tools: tuple[JsonObject, ...] = ()
    error: str | None = None

    def added(self) -> JsonObject:
        """Returns the list before its tools."""
        return self._list(tools=[])

    def progress(self, output_index: int) -> Iterator[JsonObject]:
        """Yields that the tools are being listed and how it ended."""
        in_progress, completed, failed = self.EVENTS
        for type_ in (in_progress, completed if self.error is None else failed):
            yield {"type": type_, "output_index": output_index, "item_id": self.id}

    def done(self) -> JsonObject:
        """Returns the whole list."""
        item = self._list(tools=list(self.tools))
        return item if self.error is None else {**item, "error": self.error}

    def _list(self, *, tools: list[JsonObject]) -> JsonObject:
        return {
            "id": self.id,
            "type": "mcp_list_tools",
            "server_label": self.server_label,
            "tools": tools,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class McpCallItem:
    """A call of an MCP server's tool, done by the server of the API.

    Attributes:
        id: The item's id.
        server_label: The label of the MCP server in the request.
        name: The tool's name.
        arguments: The arguments as JSON text.
        output: What the tool said; None if it failed.
        error: Why it failed, such as
            `{"type": "http_error", "code": 502, "message": "bad gateway"}`; None if it did not.
        approval_request_id: The id of the approval that was asked for; None if none was.
    """

    EVENTS: ClassVar[tuple[str, ...]] = (
        "response.mcp_call.in_progress",
        "response.mcp_call_arguments.delta",
        "response.mcp_call_arguments.done",
        "response.mcp_call.completed",
        "response.mcp_call.failed",
    )

    id: str
    server_label: str
    name: str
    arguments: str
    output: str | None = None
    error: JsonObject | None = None
    approval_request_id: str | None = None

    def added(self) -> JsonObject:
        """Returns the call before its arguments."""
        return self._call(status="in_progress", arguments="", output=None, error=None)

    def progress(self, output_index: int) -> Iterator[JsonObject]:
        """Yields the arguments piece by piece, then whole, and how the call ended."""
        place: JsonObject = {"output_index": output_index, "item_id": self.id}
        end = "completed" if self.error is None else "failed"
        yield {"type": "response.mcp_call.in_progress", **place}
        yield from streamed(
            "response.mcp_call_arguments", self.arguments, place, as_member="arguments"
        )
        yield {"type": f"response.mcp_call.{end}", **place}

    def done(self) -> JsonObject:
        """Returns the call with what came of it."""
        status = "completed" if self.error is None else "failed"
        return self._call(
            status=status, arguments=self.arguments, output=self.output, error=self.error
        )

    def _call(
        self, *, status: str, arguments: str, output: str | None, error: JsonObject | None
    ) -> JsonObject:
        return {
            "id": self.id,
            "type": "mcp_call",
            "status": status,
            "server_label": self.server_label,
            "name": self.name,
            "arguments": arguments,
            "approval_request_id": self.approval_request_id,
            "output": output,
            "error": error,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class McpApprovalRequestItem(StagedItem):
    """A question whether an MCP server's tool may be called.

    Attributes:
        id: The item's id, which the answer must name.
        server_label: The label of the MCP server in the request.
        name: The tool's name.
        arguments: The arguments as JSON text.
    """

    id: str
    server_label: str
    name: str
    arguments: str

    def added(self) -> JsonObject:
        """Returns the question before the arguments."""
        return self._request(arguments="")

    def done(self) -> JsonObject:
        """Returns the whole question."""
        return self._request(arguments=self.arguments)

    def _request(self, *, arguments: str) -> JsonObject:
        return {
            "id": self.id,
            "type": "mcp_approval_request",
            "server_label": self.server_label,
            "name": self.name,
            "arguments": arguments,
        }
