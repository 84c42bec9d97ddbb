"""Intents to call a tool by its name: any that is offered, or one of an MCP server."""

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, field
from typing import Any

from seatrial_provider.intents.base import Call
from seatrial_provider.intents.values import Filled


@dataclass(frozen=True, slots=True)
class CallTool(Call):
    """The model calls a tool that the request offers under this name.

    Attributes:
        tool: The name of the tool.
        arguments: What a function is given, as an object, or as a text that is sent as it is;
            what a custom tool is given, as a text.
        namespace: The namespace that the tool is offered in; None for a tool in none.
    """

    tool: Filled
    arguments: Mapping[str, Any] | str = field(default_factory=dict)
    _: KW_ONLY
    namespace: Filled | None = None


@dataclass(frozen=True, slots=True)
class CallMcpTool(Call):
    """The model calls a tool of an MCP server that the server under test has.

    Attributes:
        server: The name of the MCP server in the configuration.
        tool: The name that the MCP server gives its tool.
        arguments: What the tool is given.
    """

    server: Filled
    tool: Filled
    arguments: Mapping[str, Any] = field(default_factory=dict)
