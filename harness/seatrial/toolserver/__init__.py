"""An MCP tool server whose tools ask, wait and fail: for testing clients of the protocol."""

from __future__ import annotations

from seatrial.toolserver.beside import ToolServer, tool_server
from seatrial.toolserver.catalogue import TOOLS, ToolEntry
from seatrial.toolserver.forms import FORMS, Form
from seatrial.toolserver.journal import NotRecorded, Record, ToolJournal

__all__ = [
    "FORMS",
    "TOOLS",
    "Form",
    "NotRecorded",
    "Record",
    "ToolEntry",
    "ToolJournal",
    "ToolServer",
    "tool_server",
]
