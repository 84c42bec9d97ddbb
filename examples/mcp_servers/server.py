"""An MCP server on the Python SDK with one tool that asks its user: an example of a judged one."""

from __future__ import annotations

from typing import Annotated, Literal

from mcp.server.mcpserver import Context, MCPServer
from pydantic import BaseModel, Field

server = MCPServer("table", version="1.0.0")


class Table(BaseModel):
    """What the user is asked for."""

    guests: Annotated[int, Field(ge=1, le=12, title="How many guests?")]
    place: Annotated[Literal["inside", "outside"], Field(title="Where?")] = "inside"


@server.tool()
async def book_table(day: str, context: Context) -> str:
    """Books a table, once the user has said for how many."""
    if context.client_capabilities is None or context.client_capabilities.elicitation is None:
        return "not booked: this client cannot be asked"
    answer = await context.elicit(f"A table on {day}: for how many?", Table)
    if answer.action != "accept":
        return f"not booked: {answer.action}"
    return f"booked: {answer.data.guests} guests, {answer.data.place}"


@server.tool()
def opening_hours() -> str:
    """Says when the place is open."""
    return "18 to 23"


if __name__ == "__main__":
    server.run()
