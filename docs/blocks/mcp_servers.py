"""Blocks about judging MCP servers that are no agents: the keys, and what is judged."""

from __future__ import annotations

from collections.abc import Callable

from blocks.writing import model_keys, table
from seatrial.dialects import McpTools
from seatrial.profiles import Asking, ToolCall
from seatrial_suites import SUITES


def judged() -> str:
    """Returns the requirements that a server of tools is judged by."""
    rows = [
        [f"`{row.id}`", row.statement]
        for suite in SUITES
        for row in suite.requirements.values()
        if McpTools.dialect in row.dialects and not row.deferred
    ]
    return table(["requirement", "what must hold"], rows)


BLOCKS: dict[str, Callable[[], str]] = {
    "asking-keys": lambda: model_keys(ToolCall)() + model_keys(Asking)().split("\n", 2)[2],
    "mcp-tools-requirements": judged,
}
