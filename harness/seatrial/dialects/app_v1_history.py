"""Saved conversations in the app-server's v1 words: `resumeConversation` and the rest.

Source of the message shapes: conversations recorded with Codex 0.34.0 and 0.42.0, and the schemas
of 0.65.0 and 0.98.0. There are no words for reading, for unarchiving and for rolling back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from seatrial.dialects.history import NotSpoken, Opened, Overrides, Page, PastTurn, Said, Saved
from seatrial.dialects.settings import CORE, TALK, reported
from seatrial.dialects.shape import member, tables, text_at
from seatrial.jsonrpc import Notification

if TYPE_CHECKING:
    from seatrial.dialects.app_v1 import AppV1
    from seatrial.journal import Entry

__all__ = ["TalkHistory"]

_ROLES = {"user_message": "user", "agent_message": "agent"}


class TalkHistory:
    """The saved conversations of one agent."""

    reports: tuple[str, ...] = ("model", "path")
    tells_status = False

    def __init__(self, agent: AppV1, words: Mapping[str, str]) -> None:
        self._agent = agent
        self._peer = agent.peer
        self._words = words

    async def resume(
        self, saved: Saved, overrides: Overrides | None = None, *, timeout: float | None = None
    ) -> Opened:
        """Sends `resumeConversation` with the path: the oldest releases take nothing else."""
        asked = overrides.spelled(self._words) if overrides else None
        params = {"path": saved.path, "overrides": asked}
        return await self._open("resumeConversation", params, timeout)

    async def resume_by(self, saved: Saved) -> Opened:
        """Sends `resumeConversation` with what is given."""
        params = {"conversationId": saved.id or None, "path": saved.path or None}
        return await self._open("resumeConversation", params)

    async def list(
        self, *, limit: int | None = None, cursor: str | None = None, archived: bool = False
    ) -> Page:
        """Sends `listConversations`.

        Raises:
            NotSpoken: The archived ones are asked for.
        """
        if archived:
            raise NotSpoken.of(self._agent.dialect, "a list of archived conversations")
        params = {"pageSize": limit, "cursor": cursor}
        result = await self._peer.request("listConversations", params)
        return Page(
            saved=tuple(self._saved(row) for row in tables(result, "items")),
            cursor=result.get("nextCursor"),
        )

    async def read(self, saved: Saved) -> tuple[PastTurn, ...]:
        """Raises NotSpoken."""
        raise NotSpoken.of(self._agent.dialect, f"reading the conversation {saved.id}")

    async def archive(self, saved: Saved) -> None:
        """Sends `archiveConversation` with the id and the path."""
        params = {"conversationId": saved.id, "rolloutPath": saved.path}
        await self._peer.request("archiveConversation", params)

    async def unarchive(self, saved: Saved) -> None:
        """Raises NotSpoken."""
        raise NotSpoken.of(self._agent.dialect, f"unarchiving the conversation {saved.id}")

    async def fork(self, saved: Saved, *, last_turn: str = "") -> Opened:
        """Sends `forkConversation`, which takes the whole history.

        Raises:
            NotSpoken: It is to end at a turn.
        """
        if last_turn:
            raise NotSpoken.of(self._agent.dialect, "a fork up to a turn")
        return await self._open("forkConversation", {"path": saved.path})

    async def roll_back(self, saved: Saved, turns: int) -> tuple[PastTurn, ...]:
        """Raises NotSpoken."""
        raise NotSpoken.of(self._agent.dialect, f"rolling {saved.id} back by {turns} turns")

    async def _open(
        self, method: str, params: dict[str, Any], timeout: float | None = None
    ) -> Opened:
        """Sends the request; the path is in its result, or in the event that came with it."""
        since = self._peer.journal.end()
        result = await self._peer.request(method, params, timeout=timeout)
        settings = {
            **_configured(self._peer.journal.from_server(since), self._words),
            **reported(result, TALK, self._words),
        }
        events = tables(result, "initialMessages")
        talk = await self._agent.opened(result, settings)
        return Opened(conversation=talk, turns=tuple(_turns(events)))

    def _saved(self, row: dict[str, Any]) -> Saved:
        return Saved(
            id=text_at(self._peer, "a row of the list", row, "conversationId"),
            path=str(row.get("path") or ""),
            preview=str(row.get("preview") or ""),
            provider=row.get("modelProvider"),
        )


def _configured(entries: Iterable[Entry], words: Mapping[str, str]) -> dict[str, Any]:
    """Returns the settings in `sessionConfigured`, or in the core's event in older releases."""
    for entry in entries:
        if not isinstance(entry.message, Notification):
            continue
        event = member(entry.message.params, "msg")
        if event.get("type") == "session_configured":
            return reported(event, CORE, words)
        if entry.message.method == "sessionConfigured":
            return reported(entry.message.params, TALK, words)
    return {}


def _turns(events: Iterable[dict[str, Any]]) -> list[PastTurn]:
    """Groups what was said: a turn begins with a message of the user's."""
    groups: list[list[Said]] = []
    for event in events:
        role = _ROLES.get(str(event.get("type")))
        if role == "user" or (role and not groups):
            groups.append([])
        if role:
            groups[-1].append(Said(role, str(event.get("message", ""))))
    return [PastTurn(said=tuple(group)) for group in groups]
