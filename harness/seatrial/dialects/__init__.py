"""What a suite may ask of any agent server, and how each dialect says it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from seatrial.dialects.account import Account, Method, Person, SigningIn, Status
from seatrial.dialects.app_v1 import AppV1
from seatrial.dialects.app_v2 import AppV2
from seatrial.dialects.changes import FileChange, FileItem
from seatrial.dialects.client_tokens import ClientTokens, TokenOwner
from seatrial.dialects.history import (
    History,
    NotSpoken,
    Opened,
    Overrides,
    Page,
    PastTurn,
    Said,
    Saved,
)
from seatrial.dialects.inquiries import (
    Inquiries,
    Inquiry,
    PermissionRequest,
    Permissions,
    Scope,
    UserQuestion,
    UserQuestions,
)
from seatrial.dialects.mcp import Mcp
from seatrial.dialects.mcp_tools import McpTools
from seatrial.dialects.port import (
    Agent,
    Approval,
    AskedAgain,
    Conversation,
    Decision,
    Event,
    EventKind,
    Item,
    Policy,
    Sandbox,
    ServerInfo,
    SpeaksOtherwise,
    Turn,
    TurnEnd,
    TurnOver,
)
from seatrial.dialects.shape import Misshapen
from seatrial.peer import Peer

__all__ = [
    "DIALECTS",
    "Account",
    "Agent",
    "AppV1",
    "AppV2",
    "Approval",
    "AskedAgain",
    "ClientTokens",
    "Conversation",
    "Decision",
    "Event",
    "EventKind",
    "FileChange",
    "FileItem",
    "History",
    "Inquiries",
    "Inquiry",
    "Item",
    "Mcp",
    "McpTools",
    "Method",
    "Misshapen",
    "NotSpoken",
    "Opened",
    "Overrides",
    "Page",
    "PastTurn",
    "PermissionRequest",
    "Permissions",
    "Person",
    "Policy",
    "Said",
    "Sandbox",
    "Saved",
    "Scope",
    "ServerInfo",
    "SigningIn",
    "SpeaksOtherwise",
    "Spelling",
    "Status",
    "TokenOwner",
    "Turn",
    "TurnEnd",
    "TurnOver",
    "UserQuestion",
    "UserQuestions",
]


@dataclass(frozen=True, slots=True)
class Spelling:
    """How a dialect is spoken on a connection.

    Attributes:
        agent: Makes the agent of a peer, and of the words that it spells in another way.
        with_member: Whether our messages carry the `jsonrpc` member.
    """

    agent: Callable[[Peer, Mapping[str, str]], Agent]
    with_member: bool = False


DIALECTS: Mapping[str, Mapping[str, Spelling]] = {
    "app_v2": {"app-server": Spelling(AppV2)},
    "app_v1": {
        "app-server": Spelling(AppV1),
        "mcp": Spelling(partial(AppV1, opening="mcp"), with_member=True),
    },
    "mcp": {"mcp": Spelling(Mcp, with_member=True)},
    "mcp_tools": {"mcp": Spelling(McpTools, with_member=True)},
}
"""Each dialect by the name that profiles and requirements use, and by the way it is opened."""
