"""The tool server as the SDK runs it: the list of its tools, and their calls."""

from __future__ import annotations

from typing import Any

import jsonschema
from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel import Server
from mcp.shared.exceptions import MCPError
from mcp_types import (
    INVALID_PARAMS,
    CallToolRequestParams,
    CallToolResult,
    ListToolsResult,
    PaginatedRequestParams,
    Tool,
    ToolAnnotations,
)

from seatrial.toolserver.acts import Acts, answer
from seatrial.toolserver.catalogue import TOOLS, ToolEntry

__all__ = ["service"]

Context = ServerRequestContext[Any, Any]


def service(acts: Acts) -> Server[Any]:
    """Returns the server of these deeds; it serves any number of connections."""

    async def list_tools(
        context: Context, params: PaginatedRequestParams | None
    ) -> ListToolsResult:
        del params
        acts.listed(context)
        return ListToolsResult(tools=[_shown(entry) for entry in TOOLS.values()])

    async def call_tool(context: Context, params: CallToolRequestParams) -> CallToolResult:
        entry = TOOLS.get(params.name)
        if entry is None:
            raise MCPError(INVALID_PARAMS, f"Unknown tool: {params.name}")
        given = params.arguments or {}
        try:
            jsonschema.validate(given, entry.schema)
        except jsonschema.ValidationError as error:
            return answer(f"the arguments do not fit the tool: {error.message}", failed=True)
        return await acts.perform(context, entry.name, _defaults(entry) | given)

    return Server(
        "seatrial-tools",
        version="1",
        title="Seatrial's tool server",
        on_list_tools=list_tools,
        on_call_tool=call_tool,
    )


def _defaults(entry: ToolEntry) -> dict[str, Any]:
    return {name: one["default"] for name, one in entry.takes.items() if "default" in one}


def _shown(entry: ToolEntry) -> Tool:
    return Tool(
        name=entry.name,
        description=entry.does,
        input_schema=entry.schema,
        output_schema=entry.gives,
        annotations=ToolAnnotations(
            read_only_hint=entry.read_only, destructive_hint=False, open_world_hint=False
        ),
    )
