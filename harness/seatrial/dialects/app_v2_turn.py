"""A turn in the app-server's v2 words: its approvals, its items, its end."""

from __future__ import annotations

from collections.abc import Set
from typing import Any

from seatrial.dialects.app_v2_inquiries import ThreadInquiries, inquiry
from seatrial.dialects.changes import FileChange, FileItem, thread_changes
from seatrial.dialects.inquiries import Inquiry
from seatrial.dialects.port import Approval, Decision, EventKind, Item, TurnEnd
from seatrial.dialects.shape import member, named
from seatrial.dialects.turn import JournalTurn
from seatrial.journal import Cursor, Entry
from seatrial.jsonrpc import Notification, Request
from seatrial.peer import Peer

__all__ = ["ThreadTurn"]

ASK = "item/commandExecution/requestApproval"
ASK_FILES = "item/fileChange/requestApproval"
COMMAND = "commandExecution"
FILES = "fileChange"

DECISIONS = {
    Decision.ACCEPT: "accept",
    Decision.ACCEPT_FOR_SESSION: "acceptForSession",
    Decision.DECLINE: "decline",
    Decision.CANCEL: "cancel",
}
"""CommandExecutionApprovalDecision, Codex app-server schema 0.163.0."""

SPELLING = {
    "conversation": "threadId",
    "turn": "turnId",
    "item": "itemId",
    "command": "command",
    "cwd": "cwd",
    "reason": "reason",
    "actions": "commandActions",
}
"""CommandExecutionRequestApprovalParams, Codex app-server schema 0.163.0."""

NOTIFIED = {
    "turn/started": EventKind.TURN_STARTED,
    "turn/completed": EventKind.TURN_COMPLETED,
    "serverRequest/resolved": EventKind.APPROVAL_RESOLVED,
}
ITEM_EVENTS = {
    ("item/started", COMMAND): EventKind.COMMAND_STARTED,
    ("item/completed", COMMAND): EventKind.COMMAND_COMPLETED,
    ("item/started", FILES): EventKind.FILES_STARTED,
    ("item/completed", FILES): EventKind.FILES_COMPLETED,
}


class ThreadTurn(JournalTurn):
    """A turn of a thread."""

    ask = f"{ASK} or {ASK_FILES}"
    decisions = DECISIONS

    def __init__(
        self,
        peer: Peer,
        *,
        thread_id: str,
        turn_id: str,
        since: Cursor,
        others: Set[str],
    ) -> None:
        self.id = turn_id
        self._thread = thread_id
        self._others = others
        super().__init__(peer, since)

    async def interrupt(self) -> None:
        """Sends `turn/interrupt`.

        Raises:
            Refused: The server does not take it.
        """
        params = {"threadId": self._thread, "turnId": self.id}
        await self._peer.request("turn/interrupt", params)

    def _ours(self, params: Any) -> bool:
        """Whether a message is about this turn's thread, or at least about no other one.

        A message that names a thread nobody started is taken for ours, so that a server which gets
        the name wrong is found out at once and not waited for.
        """
        if not isinstance(params, dict):
            return False
        thread = params.get("threadId")
        return not isinstance(thread, str) or thread not in self._others - {self._thread}

    def _approval(self, entry: Entry) -> Approval | None:
        if not (entry.is_request(ASK) or entry.is_request(ASK_FILES)):
            return None
        assert isinstance(entry.message, Request)
        params: dict[str, Any] = entry.message.params
        if not self._ours(params):
            return None
        decisions = params.get("availableDecisions")
        return Approval(
            entry=entry,
            fields=named(params, SPELLING),
            spelling=SPELLING,
            decisions=tuple(decisions) if isinstance(decisions, list) else (),
            changes=self._shown(params.get("itemId")) if entry.is_request(ASK_FILES) else (),
        )

    def _shown(self, item_id: Any) -> tuple[FileChange, ...]:
        """Returns the changes of a file change that has started: a request names only its item."""
        for message in self._notifications():
            item = self._item(message, FILES)
            if item is not None and item.get("id") == item_id:
                return thread_changes(item)
        return ()

    def _inquiry(self, entry: Entry) -> Inquiry | None:
        found = inquiry(entry)
        return found if found and self._ours(member(entry.raw, "params")) else None

    @property
    def inquiries(self) -> ThreadInquiries:
        """The requests for permissions, and the questions to the user."""
        return ThreadInquiries(self._peer, self)

    def _end(self, entry: Entry) -> TurnEnd | None:
        if not entry.is_notification("turn/completed"):
            return None
        assert isinstance(entry.message, Notification)
        if not self._ours(entry.message.params):
            return None
        turn = member(entry.message.params, "turn")
        error = member(turn, "error").get("message")
        return TurnEnd(status=str(turn.get("status")), error=error, entry=entry)

    def _item(self, message: Notification, kind: str) -> dict[str, Any] | None:
        item = member(message.params, "item") if self._ours(message.params) else {}
        return item if item.get("type") == kind else None

    def _changed(self, message: Notification) -> FileItem | None:
        item = self._item(message, FILES) if message.method == "item/completed" else None
        if item is None:
            return None
        return FileItem(
            id=str(item.get("id")), status=str(item.get("status")), changes=thread_changes(item)
        )

    def _completed(self, message: Notification) -> Item | None:
        item = self._item(message, COMMAND) if message.method == "item/completed" else None
        if item is None:
            return None
        return Item(
            id=str(item.get("id")),
            status=str(item.get("status")),
            output=item.get("aggregatedOutput"),
            exit_code=item.get("exitCode"),
        )

    def _steps(self, message: Notification) -> list[tuple[EventKind, Any]]:
        if not self._ours(message.params):
            return []
        item = member(message.params, "item")
        if (kind := ITEM_EVENTS.get((message.method, str(item.get("type"))))) is not None:
            return [(kind, item.get("id"))]
        if message.method in NOTIFIED:
            return [(NOTIFIED[message.method], message.params.get("requestId"))]
        return []
