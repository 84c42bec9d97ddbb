"""The app-server's v2 dialect: threads, turns and items.

Source of the message shapes: the schema that Codex 0.163.0 writes of itself
(`codex app-server generate-json-schema`), and conversations recorded with 0.65.0 to 0.163.0.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from seatrial.dialects import handshakes
from seatrial.dialects.app_account import ThreadAccount
from seatrial.dialects.app_v2_history import ThreadHistory
from seatrial.dialects.app_v2_turn import ThreadTurn
from seatrial.dialects.port import EventKind, Policy, Sandbox, ServerInfo, Turn
from seatrial.dialects.settings import THREAD, reported
from seatrial.dialects.shape import PLAIN, text_at
from seatrial.peer import Peer

__all__ = ["AppV2", "Thread"]


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
    steps: tuple[EventKind, ...] = (
        EventKind.COMMAND_STARTED,
        EventKind.APPROVAL_ASKED,
        EventKind.APPROVAL_ANSWERED,
        EventKind.APPROVAL_RESOLVED,
        EventKind.COMMAND_COMPLETED,
        EventKind.TURN_COMPLETED,
    )
    declined_steps = steps

    def __init__(self, peer: Peer, words: Mapping[str, str] = PLAIN) -> None:
        self.peer = peer
        self._words = words
        self.threads: set[str] = set()

    async def handshake(self, *, timeout: float | None = None) -> ServerInfo:
        """Sends `initialize`, and `initialized` after its answer.

        Raises:
            SpeaksOtherwise: The answer is an error, has no user agent, or is no message at all.
        """
        ours = {"experimentalApi": True}
        return await handshakes.app_server(self.peer, self.dialect, ours, timeout)

    async def start(self, *, cwd: Path, policy: Policy, sandbox: Sandbox) -> Thread:
        """Sends `thread/start`.

        Raises:
            Refused: The server does not take these parameters.
            Misshapen: Its answer names no thread.
        """
        params = {
            "cwd": str(cwd),
            "approvalPolicy": self._words.get(policy, policy),
            "sandbox": self._words.get(sandbox, sandbox),
        }
        return self.opened(await self.peer.request("thread/start", params))

    def opened(self, result: Any) -> Thread:
        """Returns the thread that an answer of the server's opens.

        Raises:
            Misshapen: It names no thread.
        """
        name = text_at(self.peer, "the thread", result, "thread", "id")
        self.threads.add(name)
        return Thread(self, name, reported(result, THREAD, self._words))

    @property
    def history(self) -> ThreadHistory:
        """The saved threads."""
        return ThreadHistory(self, self._words)

    @property
    def account(self) -> ThreadAccount:
        """The sign-in."""
        return ThreadAccount(self.peer)

    async def fence(self) -> None:
        """Sends `thread/loaded/list` and waits for its answer, whichever it is."""
        await self.peer.call("thread/loaded/list", {})


class Thread:
    """A conversation in v2's words."""

    def __init__(self, agent: AppV2, thread_id: str, settings: Mapping[str, Any] = PLAIN) -> None:
        self.id = thread_id
        self.settings = settings
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
            others=self._agent.threads,
        )
