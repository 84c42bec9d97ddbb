"""Output items: each knows its forms at the start and at the end, and the events in between."""

from seatrial_provider.responses.items.annotations import (
    Annotation,
    ContainerFileCitation,
    FileCitation,
    FilePath,
    UrlCitation,
)
from seatrial_provider.responses.items.base import OutputItem, split_characters, split_words
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
from seatrial_provider.responses.items.registry import ITEMS, Sort
from seatrial_provider.responses.items.searches import (
    FileSearchCallItem,
    WebSearchCallItem,
    find_in_page_action,
    open_page_action,
    search_action,
)
from seatrial_provider.responses.items.shells import (
    ApplyPatchCallItem,
    LocalShellCallItem,
    ShellCallItem,
    ShellCallOutputItem,
)
from seatrial_provider.responses.items.verbatim import VerbatimEvent, VerbatimItem

Said = OutputItem | VerbatimEvent
"""One of the things that a reply says."""

__all__ = [
    "ITEMS",
    "Annotation",
    "ApplyPatchCallItem",
    "CodeInterpreterCallItem",
    "CompactionItem",
    "ContainerFileCitation",
    "CustomToolCallItem",
    "FileCitation",
    "FilePath",
    "FileSearchCallItem",
    "FunctionCallItem",
    "ImageGenerationCallItem",
    "LocalShellCallItem",
    "McpApprovalRequestItem",
    "McpCallItem",
    "McpListToolsItem",
    "MessageItem",
    "OutputItem",
    "ReasoningItem",
    "RefusalItem",
    "Said",
    "ShellCallItem",
    "ShellCallOutputItem",
    "Sort",
    "ToolSearchCallItem",
    "ToolSearchOutputItem",
    "UrlCitation",
    "VerbatimEvent",
    "VerbatimItem",
    "WebSearchCallItem",
    "find_in_page_action",
    "open_page_action",
    "search_action",
    "split_characters",
    "split_words",
]
