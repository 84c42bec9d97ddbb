"""A turn in the app-server's v2 words: its approvals, its items, its end."""

from __future__ import annotations

from typing import Any

from seatrial.dialects.port import (
    Approval,
    AskedAgain,
    Decision,
    Event,
    EventKind,
    Item,
    TurnEnd,
    TurnOver,
)
from seatrial.dialects.shape import member
from seatrial.journal import Cursor, Direction, Entry
from seatrial.jsonrpc import Notification, Request, Response, id_key
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


class ThreadTurn:
    """A turn of a thread, read out of the journal from where it began."""

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
        self._peer = peer
        self._thread = thread_id
        self._since = since
        self._others = others
        self._taken = 0

    def _ours(self, entry: Entry) -> bool:
        """Whether a message is about this turn's thread, or at least about no other one.

        A message that names a thread nobody started is taken for ours, so that a server which gets
        the name wrong is found out at once and not waited for.
        """
        params = getattr(entry.message, "params", None)
        if not isinstance(params, dict):
            return False
        thread = params.get("threadId")
        return not isinstance(thread, str) or thread not in self._others

    def _approval(self, entry: Entry) -> Approval | None:
        if not (entry.is_request(ASK) and self._ours(entry)):
            return None
        assert isinstance(entry.message, Request)
        params: dict[str, Any] = entry.message.params
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

    def approvals(self) -> list[Approval]:
        """Returns every approval that was asked for in this turn so far."""
        found = map(self._approval, self._peer.journal.from_server(self._since))
        return [approval for approval in found if approval is not None]

    def _end(self, entry: Entry) -> TurnEnd | None:
        if not (entry.is_notification("turn/completed") and self._ours(entry)):
            return None
        assert isinstance(entry.message, Notification)
        turn = member(entry.message.params, "turn")
        error = member(turn, "error").get("message")
        return TurnEnd(status=str(turn.get("status")), error=error, entry=entry)

    async def _next(self, what: str) -> Approval | TurnEnd:
        """Returns the next approval that was not taken yet, or the turn's end."""
        seen = 0

        def look(entry: Entry) -> Approval | TurnEnd | None:
            nonlocal seen
            if (approval := self._approval(entry)) is not None:
                seen += 1
                return approval if seen > self._taken else None
            return self._end(entry)

        return await self._peer.wait_for(what, look, since=self._since)

    async def approval(self) -> Approval:
        """Returns the next approval that the server asks for in this turn.

        Raises:
            TurnOver: The turn ended instead.
        """
        found = await self._next("the server to ask for approval of a command")
        if isinstance(found, Approval):
            self._taken += 1
            return found
        raise TurnOver(
            "the turn ended without the server asking",
            expected=f"{ASK}",
            arrived=f"turn/completed, {found.status}"
            + (f" ({found.error})" if found.error else ""),
            cause="did it run the command unasked, refuse it by itself, or fail before it?",
            remedy="look at what the model was told in its next request, in the transcript",
            evidence=self._peer.evidence(),
        )

    def answer(self, approval: Approval, decision: Decision) -> Entry:
        """Answers an approval; returns the answer's place in the journal."""
        return self._peer.respond(approval.entry, {"decision": DECISIONS[decision]})

    async def end(self) -> TurnEnd:
        """Returns how the turn ended, once it has.

        Raises:
            AskedAgain: The server asked for another approval instead.
        """
        found = await self._next("the turn to end")
        if isinstance(found, Approval):
            raise AskedAgain(found, evidence=self._peer.evidence())
        return found

    def commands(self) -> list[Item]:
        """Returns the commands that were reported as completed in this turn, in order."""
        items = []
        for entry in self._peer.journal.from_server(self._since):
            item = self._item(entry) if entry.is_notification("item/completed") else None
            if item is not None:
                items.append(
                    Item(
                        id=str(item.get("id")),
                        status=str(item.get("status")),
                        output=item.get("aggregatedOutput"),
                        exit_code=item.get("exitCode"),
                    )
                )
        return items

    def _item(self, entry: Entry) -> dict[str, Any] | None:
        assert isinstance(entry.message, Notification)
        item = member(entry.message.params, "item") if self._ours(entry) else {}
        return item if item.get("type") == COMMAND else None

    def events(self) -> list[Event]:
        """Returns the steps of this turn so far, in order."""
        asked = {id_key(approval.request_id) for approval in self.approvals()}
        return [
            Event(seq=entry.seq, kind=kind, subject=subject)
            for entry in self._peer.journal.since(self._since)
            for kind, subject in self._kinds(entry, asked)
        ]

    def _kinds(self, entry: Entry, asked: set[Any]) -> list[tuple[EventKind, Any]]:
        message = entry.message
        if entry.direction is Direction.CLIENT:
            if isinstance(message, Response) and id_key(message.id) in asked:
                return [(EventKind.APPROVAL_ANSWERED, message.id)]
            return []
        if (approval := self._approval(entry)) is not None:
            return [(EventKind.APPROVAL_ASKED, approval.request_id)]
        if isinstance(message, Notification) and self._ours(entry):
            if message.method in ITEM_EVENTS and (item := self._item(entry)) is not None:
                return [(ITEM_EVENTS[message.method], item.get("id"))]
            if message.method in NOTIFIED:
                return [(NOTIFIED[message.method], message.params.get("requestId"))]
        return []
