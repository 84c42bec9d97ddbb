"""Which dialects a server speaks: every way to start it is tried, and to open the connection."""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path

from seatrial.dialects import DIALECTS, Agent, McpTools, Policy, Sandbox
from seatrial.jsonrpc import ErrorResponse
from seatrial.peer import Refused
from seatrial.probe.asking import Asker, Way
from seatrial.probe.found import Spoke

__all__ = ["knows_not", "spoken"]

ARGUMENTS: tuple[tuple[str, ...], ...] = ((), ("app-server",), ("mcp-server",), ("mcp",))
"""What programs of this kind are started with; nothing where the user gave the whole line."""

WORDS: tuple[dict[str, str], ...] = (
    {},
    {
        "untrusted": "unlessTrusted",
        "on-failure": "onFailure",
        "on-request": "onRequest",
        "read-only": "readOnly",
        "workspace-write": "workspaceWrite",
        "danger-full-access": "dangerFullAccess",
    },
)
"""The spellings of policies and sandbox modes that servers of this kind have had."""

STARTS = {"app_v2": "thread/start", "app_v1": "newConversation"}
"""The method that starts a conversation."""

UNKNOWN_METHOD = -32601


async def spoken(asker: Asker) -> list[Spoke]:
    """Returns the dialects that the server speaks, the first way for each."""
    ways = [
        Way(dialect=dialect, opening=opening, arguments=arguments)
        for dialect, openings in DIALECTS.items()
        if dialect != McpTools.dialect  # whether it is an agent is what is asked
        for arguments in ARGUMENTS
        for opening in openings
    ]
    answers = await asyncio.gather(
        *(asker.ask(str(way), partial(_try, asker, way)) for way in ways)
    )
    found: dict[str, Spoke] = {}
    for one in answers:
        if one is not None:
            found.setdefault(one.dialect, one)
    return list(found.values())


async def _try(asker: Asker, way: Way) -> Spoke:
    """Shakes hands, and looks for what only this dialect has."""
    async with asker.start(way) as (trial, agent):
        info = await agent.handshake()
        words: dict[str, str] = {}
        if way.dialect == "mcp":
            await agent.peer.request("tools/list")
        else:
            words = await _words(agent, trial.workspace, way)
        return Spoke(
            dialect=way.dialect,
            arguments=way.arguments,
            opening=way.opening,
            words=words,
            user_agent=info.user_agent,
            release=info.release,
        )


async def _words(agent: Agent, workspace: Path, way: Way) -> dict[str, str]:
    """Returns the spelling in which the server lets a conversation be started.

    Raises:
        Refused: It knows no such method, or none of the spellings.
    """
    spelling = DIALECTS[way.dialect][way.opening]
    for number, words in enumerate(WORDS):
        speaker = spelling.agent(agent.peer, words)
        try:
            await speaker.start(cwd=workspace, policy=Policy.NEVER, sandbox=Sandbox.READ_ONLY)
        except Refused as error:
            if knows_not(error.reply, STARTS[way.dialect]) or number == len(WORDS) - 1:
                raise
        else:
            return words
    raise AssertionError("there is a spelling")


def knows_not(reply: ErrorResponse, method: str) -> bool:
    """Whether an error says that there is no such method, and not that something is wrong.

    Codex 0.163.0 answers an unknown method with -32600, and names it as an unknown variant.
    """
    return reply.code == UNKNOWN_METHOD or f"unknown variant `{method}`" in reply.message
