"""Saved conversations in the app-server's v2 words: `thread/resume`, `thread/list` and the rest.

Source of the message shapes: Codex app-server schemas 0.65.0, 0.98.0 and 0.163.0.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from seatrial.dialects.history import Opened, Overrides, Page, PastTurn, Said, Saved
from seatrial.dialects.settings import THREAD
from seatrial.dialects.shape import member, tables, text_at

if TYPE_CHECKING:
    from seatrial.dialects.app_v2 import AppV2

__all__ = ["ThreadHistory"]


class ThreadHistory:
    """The saved threads of one agent."""

    reports: tuple[str, ...] = tuple(THREAD)
    tells_status = True

    def __init__(self, agent: AppV2, words: Mapping[str, str]) -> None:
        self._agent = agent
        self._peer = agent.peer
        self._words = words

    async def resume(
        self, saved: Saved, overrides: Overrides | None = None, *, timeout: float | None = None
    ) -> Opened:
        """Sends `thread/resume` with the id."""
        asked = overrides.spelled(self._words) if overrides else {}
        return await self._open("thread/resume", {"threadId": saved.id, **asked}, timeout)

    async def resume_by(self, saved: Saved) -> Opened:
        """Sends `thread/resume`; `threadId` is required, and empty where there is only a path."""
        params = {"threadId": saved.id, **({"path": saved.path} if saved.path else {})}
        return await self._open("thread/resume", params)

    async def list(
        self, *, limit: int | None = None, cursor: str | None = None, archived: bool = False
    ) -> Page:
        """Sends `thread/list`."""
        params: dict[str, Any] = {"limit": limit, "cursor": cursor}
        if archived:
            params["archived"] = True
        result = await self._peer.request("thread/list", params)
        return Page(
            saved=tuple(self._saved(row) for row in tables(result, "data")),
            cursor=result.get("nextCursor"),
        )

    async def read(self, saved: Saved) -> tuple[PastTurn, ...]:
        """Sends `thread/read` and asks for the turns."""
        params = {"threadId": saved.id, "includeTurns": True}
        return _turns(await self._peer.request("thread/read", params))

    async def archive(self, saved: Saved) -> None:
        """Sends `thread/archive`, which takes the id alone."""
        await self._peer.request("thread/archive", {"threadId": saved.id})

    async def unarchive(self, saved: Saved) -> None:
        """Sends `thread/unarchive`."""
        await self._peer.request("thread/unarchive", {"threadId": saved.id})

    async def fork(self, saved: Saved, *, last_turn: str = "") -> Opened:
        """Sends `thread/fork`, with `lastTurnId` where it is to end at a turn."""
        params = {"threadId": saved.id, **({"lastTurnId": last_turn} if last_turn else {})}
        return await self._open("thread/fork", params)

    async def roll_back(self, saved: Saved, turns: int) -> tuple[PastTurn, ...]:
        """Sends `thread/rollback`."""
        params = {"threadId": saved.id, "numTurns": turns}
        return _turns(await self._peer.request("thread/rollback", params))

    async def _open(
        self, method: str, params: dict[str, Any], timeout: float | None = None
    ) -> Opened:
        result = await self._peer.request(method, params, timeout=timeout)
        return Opened(conversation=self._agent.opened(result), turns=_turns(result))

    def _saved(self, row: dict[str, Any]) -> Saved:
        return Saved(
            id=text_at(self._peer, "a row of the list", row, "id"),
            path=str(row.get("path") or ""),
            preview=str(row.get("preview") or ""),
            provider=row.get("modelProvider"),
        )


def _turns(result: Any) -> tuple[PastTurn, ...]:
    return tuple(
        PastTurn(
            id=str(turn.get("id", "")),
            status=str(turn.get("status", "")),
            said=tuple(said for item in tables(turn, "items") if (said := _said(item))),
        )
        for turn in tables(member(result, "thread"), "turns")
    )


def _said(item: dict[str, Any]) -> Said | None:
    if item.get("type") == "userMessage":
        parts = (str(part.get("text", "")) for part in tables(item, "content"))
        return Said("user", "\n".join(parts))
    if item.get("type") == "agentMessage":
        return Said("agent", str(item.get("text", "")))
    return None
