"""The port: what a suite may ask of any agent server, in words that every dialect has.

A suite talks to an agent, not to a protocol. A dialect answers in its own spelling, and keeps the
raw messages within reach (`Approval.entry`, `Agent.peer.journal`) for checks of the words
themselves. The words are in `words.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from seatrial.dialects.changes import FileItem
from seatrial.dialects.inquiries import Inquiries
from seatrial.dialects.words import (
    Approval,
    AskedAgain,
    Decision,
    Event,
    EventKind,
    Item,
    Policy,
    Sandbox,
    ServerInfo,
    SpeaksOtherwise,
    TurnEnd,
    TurnOver,
)
from seatrial.journal import Entry
from seatrial.peer import Peer

if TYPE_CHECKING:
    from seatrial.dialects.account import Account
    from seatrial.dialects.history import History

__all__ = [
    "Agent",
    "Approval",
    "AskedAgain",
    "Conversation",
    "Decision",
    "Event",
    "EventKind",
    "Item",
    "Policy",
    "Sandbox",
    "ServerInfo",
    "SpeaksOtherwise",
    "Turn",
    "TurnEnd",
    "TurnOver",
]


class Turn(Protocol):
    """One exchange: a message of the user's, and everything that the agent does about it.

    In v1 and in MCP its id is empty until an event of the server's has named it.
    """

    @property
    def id(self) -> str:
        """Its id."""
        ...

    async def approval(self) -> Approval:
        """Returns the next approval that the server asks for in this turn.

        Raises:
            TurnOver: The turn ended instead.
            AskedAgain: The server asked for something else instead.
        """
        ...

    @property
    def inquiries(self) -> Inquiries:
        """What the model asks of the client besides: permissions, questions to the user.

        Raises:
            NotSpoken: The dialect has no words for it.
        """
        ...

    def answer(self, approval: Approval, decision: Decision) -> Entry:
        """Answers an approval; returns the answer's place in the journal."""
        ...

    async def interrupt(self) -> None:
        """Asks the server to stop the turn; `end` says when it has.

        Raises:
            Refused: The server does not take it.
        """
        ...

    async def end(self, *, timeout: float | None = None) -> TurnEnd:
        """Returns how the turn ended, once it has.

        Args:
            timeout: The bound in seconds; the peer's own without it.

        Raises:
            AskedAgain: The server asked for something else instead.
        """
        ...

    def approvals(self) -> list[Approval]:
        """Returns every approval that was asked for in this turn so far."""
        ...

    def commands(self) -> list[Item]:
        """Returns the commands that were reported as completed in this turn, in order."""
        ...

    def file_changes(self) -> list[FileItem]:
        """Returns the file changes that were reported as completed in this turn, in order."""
        ...

    def events(self) -> list[Event]:
        """Returns the steps of this turn so far, in order."""
        ...


class Conversation(Protocol):
    """A conversation with the agent (v1: conversation, v2: thread, MCP: session).

    In MCP its id is empty until the server has named it, which it does after the first message,
    and so are its settings.
    """

    @property
    def id(self) -> str:
        """Its id."""
        ...

    @property
    def settings(self) -> Mapping[str, Any]:
        """The settings that the server reported when it opened it; those it named, by our names.

        They are `model`, `provider`, `cwd`, `policy`, `sandbox`, `effort` and `path` (the rollout).
        """
        ...

    async def send(self, text: str) -> Turn:
        """Sends a message of the user's, and returns the turn that it begins."""
        ...


class Agent(Protocol):
    """A server under test, spoken to in one dialect.

    Attributes:
        dialect: The dialect's name.
        peer: Our end of the connection, for raw messages.
        approval_fields: The port's names of the fields that an approval must carry here.
        steps: The steps that the dialect reports of a command that is approved, in order.
        declined_steps: The same for one that is declined.
    """

    dialect: str
    peer: Peer
    approval_fields: tuple[str, ...]
    steps: tuple[EventKind, ...]
    declined_steps: tuple[EventKind, ...]

    async def handshake(self, *, timeout: float | None = None) -> ServerInfo:
        """Opens the conversation with the server.

        Raises:
            SpeaksOtherwise: The answer is not one of this dialect.
        """
        ...

    async def start(self, *, cwd: Path, policy: Policy, sandbox: Sandbox) -> Conversation:
        """Starts a conversation."""
        ...

    @property
    def history(self) -> History:
        """The saved conversations.

        Raises:
            NotSpoken: The dialect has no words for them.
        """
        ...

    @property
    def account(self) -> Account:
        """The sign-in.

        Raises:
            NotSpoken: The dialect has no words for it.
        """
        ...

    async def fence(self) -> None:
        """Returns when the server has sent everything that earlier steps had caused.

        It is a cheap request: the server's messages are in order, so whatever was caused before
        stands before its answer.
        """
        ...
