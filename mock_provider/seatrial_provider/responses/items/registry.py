"""The sorts of item: what builds each of them, and what its ids begin with."""

from dataclasses import dataclass
from typing import Any

from seatrial_provider.responses.items.calls import (
    CustomToolCallItem,
    FunctionCallItem,
    ToolSearchCallItem,
    ToolSearchOutputItem,
)
from seatrial_provider.responses.items.hosted import (
    CodeInterpreterCallItem,
    CompactionItem,
    ImageGenerationCallItem,
)
from seatrial_provider.responses.items.mcp import (
    McpApprovalRequestItem,
    McpCallItem,
    McpListToolsItem,
)
from seatrial_provider.responses.items.messages import MessageItem, RefusalItem
from seatrial_provider.responses.items.reasoning import ReasoningItem
from seatrial_provider.responses.items.searches import FileSearchCallItem, WebSearchCallItem
from seatrial_provider.responses.items.shells import (
    ApplyPatchCallItem,
    LocalShellCallItem,
    ShellCallItem,
    ShellCallOutputItem,
)


@dataclass(frozen=True, slots=True)
class Sort:
    """One sort of item that can be built.

    Attributes:
        builder: What builds it: a dataclass that is an `OutputItem`.
        prefix: What its ids begin with.
        is_call: Whether it has the id of a call, which its output carries.
    """

    builder: type[Any]
    prefix: str
    is_call: bool = False


ITEMS: dict[str, Sort] = {
    "message": Sort(MessageItem, "msg"),
    "refusal": Sort(RefusalItem, "msg"),
    "reasoning": Sort(ReasoningItem, "rs"),
    "function_call": Sort(FunctionCallItem, "fc", is_call=True),
    "custom_tool_call": Sort(CustomToolCallItem, "ctc", is_call=True),
    "local_shell_call": Sort(LocalShellCallItem, "lsh", is_call=True),
    "shell_call": Sort(ShellCallItem, "sh", is_call=True),
    "shell_call_output": Sort(ShellCallOutputItem, "sho", is_call=True),
    "apply_patch_call": Sort(ApplyPatchCallItem, "apc", is_call=True),
    "tool_search_call": Sort(ToolSearchCallItem, "tsc", is_call=True),
    "tool_search_output": Sort(ToolSearchOutputItem, "tso"),
    "web_search_call": Sort(WebSearchCallItem, "ws"),
    "file_search_call": Sort(FileSearchCallItem, "fs"),
    "code_interpreter_call": Sort(CodeInterpreterCallItem, "ci"),
    "image_generation_call": Sort(ImageGenerationCallItem, "ig"),
    "mcp_list_tools": Sort(McpListToolsItem, "mcpl"),
    "mcp_call": Sort(McpCallItem, "mcp"),
    "mcp_approval_request": Sort(McpApprovalRequestItem, "mcpr"),
    "compaction": Sort(CompactionItem, "cmp"),
}
"""Every sort of item by its name, which is its type; a refusal is a `message`."""
