"""A turn in the app-server's v2 words: its approvals, its items, its end."""

from __future__ import annotations

from typing import Any

from seatrial.dialects.port import Approval, Decision, EventKind, Item, TurnEnd
from seatrial.dialects.shape import member
from seatrial.dialects.turn import JournalTurn
from seatrial.journal import Cursor, Entry
from seatrial.jsonrpc import Notification, Request
from seatrial.peer import Peer

__all__ = ["ThreadTurn"]

ASK = "item/commandExecution/requestApproval"
COMMAND = "commandExecution"

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
    "item/started": EventKind.COMMAND_STARTED,
    "item/completed": EventKind.COMMAND_COMPLETED,
}


class ThreadTurn(JournalTurn):
    """A turn of a thread."""

    ask = ASK
    decisions = DECISIONS

    def __init__(
        self,
        peer: Peer,
        *,
        thread_id: str,
        turn_id: str,
        since: Cursor,
        others: frozenset[str],
    ) -> None:
        self.id = turn_id
        self._thread = thread_id
        self._others = others
        super().__init__(peer, since)

    def _ours(self, params: Any) -> bool:
        """Whether a message is about this turn's thread, or at least about no other one.

        A message that names a thread nobody started is taken for ours, so that a server which gets
        the name wrong is found out at once and not waited for.
        """
        if not isinstance(params, dict):
            return False
        thread = params.get("threadId")
        return not isinstance(thread, str) or thread not in self._others

    def _approval(self, entry: Entry) -> Approval | None:
        if not entry.is_request(ASK):
            return None
        assert isinstance(entry.message, Request)
        params: dict[str, Any] = entry.message.params
        if not self._ours(params):
            return None
        decisions = params.get("availableDecisions")
        return Approval(
            entry=entry,
            fields={
                name: params[spelled]
                for name, spelled in SPELLING.items()
                if params.get(spelled) is not None
            },
            spelling=SPELLING,
            decisions=tuple(decisions) if isinstance(decisions, list) else (),
        )

    def _end(self, entry: Entry) -> TurnEnd | None:
        if not entry.is_notification("turn/completed"):
            return None
        assert isinstance(entry.message, Notification)
        if not self._ours(entry.message.params):
            return None
        turn = member(entry.message.params, "turn")
        error = member(turn, "error").get("message")
        return TurnEnd(status=str(turn.get("status")), error=error, entry=entry)

    def _item(self, message: Notification) -> dict[str, Any] | None:
        item = member(message.params, "item") if self._ours(message.params) else {}
        return item if item.get("type") == COMMAND else None

    def _completed(self, message: Notification) -> Item | None:
        item = self._item(message) if message.method == "item/completed" else None
        if item is None:
            return None
        return Item(
            id=str(item.get("id")),
            status=str(item.get("status")),
            output=item.get("aggregatedOutput"),
            exit_code=item.get("exitCode"),
        )

    def _steps(self, message: Notification) -> list[tuple[EventKind, Any]]:
        if message.method in ITEM_EVENTS and (item := self._item(message)) is not None:
            return [(ITEM_EVENTS[message.method], item.get("id"))]
        if message.method in NOTIFIED and self._ours(message.params):
            return [(NOTIFIED[message.method], message.params.get("requestId"))]
        return []
