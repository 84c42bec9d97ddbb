"""What the checks of forwarding have in common: a turn whose tool asks, and what it asks by."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from seatrial.conformance import Trial
from seatrial.dialects import Agent, Conversation, Policy, Sandbox, Turn, TurnOver
from seatrial.journal import Cursor, Entry
from seatrial.jsonrpc import IdKey, id_key
from seatrial.peer import timeout_factor
from seatrial.toolserver import NotRecorded, ToolServer
from seatrial_provider import call_mcp_tool, reply, say, when_user_text
from seatrial_suites.elicitation.bounds import IN_TIME

__all__ = ["ELICIT", "RESOLVED", "Forwarding", "Talk", "talking"]

ELICIT = "mcpServer/elicitation/request"
RESOLVED = "serverRequest/resolved"
SERVER = "sea"


@dataclass(slots=True, kw_only=True)
class Forwarding:
    """A turn in which the model calls a tool.

    Attributes:
        agent: The server.
        tools: The tool server behind it.
        conversation: The id of the conversation.
        turn: The turn.
        since: Where it begins in the journal.
    """

    agent: Agent
    tools: ToolServer
    conversation: str
    turn: Turn
    since: Cursor
    _taken: set[IdKey] = field(default_factory=set)

    async def asked(self, *, timeout: float | None = None) -> Entry:
        """Returns the next elicitation that the client is sent.

        Raises:
            TurnOver: The turn ended instead.
            TimedOut: None came within the bound.
        """

        def look(entry: Entry) -> Entry | None:
            if entry.is_request(ELICIT) and id_key(entry.raw["id"]) not in self._taken:
                return entry
            return entry if self.is_end(entry) else None

        peer = self.agent.peer
        found = await peer.wait_for(
            "what the tool server asks", look, since=self.since, timeout=timeout
        )
        if self.is_end(found):
            raise TurnOver(
                "the turn ended without the client having been asked",
                expected=ELICIT,
                arrived="the end of the turn",
                cause="is what a tool server asks swallowed, or answered by the server itself?",
                remedy="look at what the tool server was answered",
                evidence=peer.evidence(),
            )
        self._taken.add(id_key(found.raw["id"]))
        return found

    def is_end(self, entry: Entry) -> bool:
        """Whether a message says that this turn is over."""
        if not entry.is_notification("turn/completed"):
            return False
        about: Mapping[str, Any] = entry.raw["params"].get("turn", {})
        return about.get("id") == self.turn.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """A conversation whose model has the tools of a tool server.

    Attributes:
        agent: The server.
        trial: The trial.
        tools: The tool server.
        conversation: The conversation.
    """

    agent: Agent
    trial: Trial
    tools: ToolServer
    conversation: Conversation

    def heard(self) -> dict[str, Any]:
        """Returns the last answer that the tool server was given; an empty one before any."""
        answers = self.tools.journal.of("answered")
        return answers[-1].data if answers else {}

    async def call(
        self, tool: str, arguments: dict[str, Any] | None = None, *, title: str = "only"
    ) -> Forwarding:
        """Begins a turn in which the model calls a tool.

        Args:
            tool: The tool.
            arguments: What it is given.
            title: Tells the call from others of the trial.
        """
        text = f"the call {title}."
        self.trial.model(
            reply(call_mcp_tool(SERVER, tool, arguments or {}), when=when_user_text(text)),
            reply(say("done"), when=when_user_text(text), permanent=True),
        )
        since = self.agent.peer.journal.end()
        turn = await self.conversation.send(text)
        return Forwarding(
            agent=self.agent,
            tools=self.tools,
            conversation=self.conversation.id,
            turn=turn,
            since=since,
        )


@asynccontextmanager
async def talking(trial: Trial) -> AsyncIterator[Talk]:
    """Has a conversation for the length of a block, once its tool server was asked for its tools.

    A server that asks only when it needs them is not waited for.
    """
    async with trial.tools() as tools, trial.agent() as agent:
        conversation = await agent.start(
            cwd=trial.workspace, policy=Policy.ON_REQUEST, sandbox=Sandbox.READ_ONLY
        )
        with suppress(NotRecorded):
            await tools.journal.wait_for(
                lambda record: record.event == "listed",
                what="a client that asks for the tools",
                timeout=IN_TIME * timeout_factor(),
            )
            await tools.fence()
        await agent.fence()
        yield Talk(agent=agent, trial=trial, tools=tools, conversation=conversation)
