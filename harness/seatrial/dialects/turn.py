"""A turn read out of the journal: what every dialect does alike, and what each has to say."""

from __future__ import annotations

from abc import ABC, abstractmethod
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
from seatrial.journal import Cursor, Direction, Entry
from seatrial.jsonrpc import Notification, Request, Response, id_key
from seatrial.peer import Peer

__all__ = ["JournalTurn"]


class JournalTurn(ABC):
    """A turn, read from the place in the journal where it began.

    A dialect says how it spells an approval, the turn's end, a command and the steps.

    Attributes:
        ask: The method of the server's request for approval, for errors.
        decisions: The dialect's spelling of each decision.
    """

    ask: str
    decisions: dict[Decision, str]

    def __init__(self, peer: Peer, since: Cursor) -> None:
        """Reads what has come already; a dialect calls this when it knows what is its own."""
        self._peer = peer
        self._since = since
        self._taken = 0
        for entry in peer.journal.since(since):
            self._withdraw(entry)
        peer.journal.listen(self._withdraw)

    def _withdraw(self, entry: Entry) -> None:
        """Settles what the server takes back: a request by its id, all of this turn at its end."""
        if entry.direction is not Direction.SERVER:
            return
        if self._end(entry) is not None:
            self._peer.withdraw(lambda asked: self._approval(asked) is not None)
        elif isinstance(entry.message, Notification):
            taken_back = {
                id_key(subject)
                for kind, subject in self._steps(entry.message)
                if kind is EventKind.APPROVAL_RESOLVED
            }
            self._peer.withdraw(
                lambda asked: (
                    isinstance(asked.message, Request) and id_key(asked.message.id) in taken_back
                )
            )

    @abstractmethod
    def _approval(self, entry: Entry) -> Approval | None:
        """Returns the approval that a message of the server's asks for in this turn."""

    @abstractmethod
    def _end(self, entry: Entry) -> TurnEnd | None:
        """Returns how the turn ended, if this message of the server's says so."""

    @abstractmethod
    def _completed(self, message: Notification) -> Item | None:
        """Returns the command that is complete, if this notification says so."""

    @abstractmethod
    def _steps(self, message: Notification) -> list[tuple[EventKind, Any]]:
        """Returns the steps of this turn that a notification reports, and what they are about."""

    def approvals(self) -> list[Approval]:
        """Returns every approval that was asked for in this turn so far."""
        found = map(self._approval, self._peer.journal.from_server(self._since))
        return [approval for approval in found if approval is not None]

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
            expected=self.ask,
            arrived=f"the end of the turn, {found.status}"
            + (f" ({found.error})" if found.error else ""),
            cause="did it run the command unasked, refuse it by itself, or fail before it?",
            remedy="look at what the model was told in its next request, in the transcript",
            evidence=self._peer.evidence(),
        )

    def answer(self, approval: Approval, decision: Decision) -> Entry:
        """Answers an approval; returns the answer's place in the journal."""
        return self._peer.respond(approval.entry, {"decision": self.decisions[decision]})

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
        entries = self._peer.journal.from_server(self._since)
        found = (
            self._completed(entry.message)
            for entry in entries
            if isinstance(entry.message, Notification)
        )
        return [item for item in found if item is not None]

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
        if isinstance(message, Notification):
            return self._steps(message)
        if self._end(entry) is not None:
            return [(EventKind.TURN_COMPLETED, None)]
        return []
