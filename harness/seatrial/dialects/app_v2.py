"""The app-server's v2 dialect: threads, turns and items.

Source of the message shapes: the schema that Codex 0.163.0 writes of itself
(`codex app-server generate-json-schema`), and conversations recorded with 0.65.0 to 0.163.0.
"""

from __future__ import annotations

import re
from importlib.metadata import version
from pathlib import Path
from typing import Any

from seatrial.dialects.app_v2_turn import ThreadTurn
from seatrial.dialects.port import Policy, Sandbox, ServerInfo, SpeaksOtherwise, Turn
from seatrial.dialects.shape import text_at
from seatrial.jsonrpc import ErrorResponse, Malformed, Response
from seatrial.peer import Peer

__all__ = ["AppV2", "Thread"]

CLIENT = "seatrial"
_ANSWERS = (Response, ErrorResponse, Malformed)


class AppV2:
    """An agent server that speaks `app_v2`."""

    dialect = "app_v2"
    approval_fields: tuple[str, ...] = (
        "conversation",
        "turn",
        "item",
        "command",
        "cwd",
        "reason",
        "actions",
    )

    def __init__(self, peer: Peer) -> None:
        self.peer = peer
        self.threads: set[str] = set()

    async def handshake(self, *, timeout: float | None = None) -> ServerInfo:
        """Sends `initialize`, and `initialized` after its answer.

        Raises:
            SpeaksOtherwise: The answer is an error, has no user agent, or is no message at all.
        """
        params = {
            "clientInfo": {"name": CLIENT, "title": "Seatrial", "version": version("seatrial")},
            "capabilities": {"experimentalApi": True},
        }
        since = self.peer.journal.end()
        self.peer.begin("initialize", params)
        answer = await self.peer.wait_for(
            "the answer to initialize",
            lambda entry: entry.message if isinstance(entry.message, _ANSWERS) else None,
            since=since,
            timeout=timeout,
        )
        result = getattr(answer, "result", None)
        if not isinstance(result, dict) or "userAgent" not in result:
            raise self._otherwise(answer)
        self.peer.notify("initialized")
        agent = str(result["userAgent"])
        found = re.match(r"[^/]*/([^\s()]+)", agent)
        return ServerInfo(user_agent=agent, release=found[1] if found else None, raw=result)

    def _otherwise(self, answer: Any) -> SpeaksOtherwise:
        if isinstance(answer, Malformed):
            arrived = f"a line that is no message, {answer.reason}: {answer.line[:80]!r}"
            cause = "does it print a banner or a log on stdout, or speak another protocol?"
        elif isinstance(answer, ErrorResponse):
            arrived = f"error {answer.code}: {answer.message}"
            cause = "does this server want other parameters, or know no initialize?"
        else:
            arrived = f"{getattr(answer, 'raw', answer)!r:.200}"
            cause = "is this an MCP server, or an app-server of another generation?"
        return SpeaksOtherwise(
            "the server does not speak app_v2",
            expected='a result with "userAgent" in answer to initialize',
            arrived=arrived,
            cause=cause,
            remedy="check the command's arguments (codex needs `app-server`) and the profile",
            evidence=self.peer.evidence(),
        )

    async def start(self, *, cwd: Path, policy: Policy, sandbox: Sandbox) -> Thread:
        """Sends `thread/start`.

        Raises:
            Refused: The server does not take these parameters.
            Misshapen: Its answer names no thread.
        """
        params = {"cwd": str(cwd), "approvalPolicy": policy.value, "sandbox": sandbox.value}
        result = await self.peer.request("thread/start", params)
        thread = Thread(self, text_at(self.peer, "the thread", result, "thread", "id"))
        self.threads.add(thread.id)
        return thread

    async def fence(self) -> None:
        """Sends `thread/loaded/list` and waits for its answer, whichever it is."""
        await self.peer.call("thread/loaded/list", {})


class Thread:
    """A conversation in v2's words."""

    def __init__(self, agent: AppV2, thread_id: str) -> None:
        self.id = thread_id
        self._agent = agent

    async def send(self, text: str) -> Turn:
        """Sends `turn/start` with one item of text.

        Raises:
            Refused: The server does not take it.
            Misshapen: Its answer names no turn.
        """
        peer = self._agent.peer
        since = peer.journal.end()
        content = [{"type": "text", "text": text, "text_elements": []}]
        result = await peer.request("turn/start", {"threadId": self.id, "input": content})
        return ThreadTurn(
            peer,
            thread_id=self.id,
            turn_id=text_at(peer, "the turn", result, "turn", "id"),
            since=since,
            others=frozenset(self._agent.threads - {self.id}),
        )
