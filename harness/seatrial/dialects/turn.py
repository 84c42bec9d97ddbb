"""A turn read out of the journal: what every dialect does alike, and what each has to say."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import Any, TypeVar

from seatrial.dialects.changes import FileItem
from seatrial.dialects.history import NotSpoken
from seatrial.dialects.inquiries import Inquiries, Inquiry
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

Asked = Approval | Inquiry
T = TypeVar("T", bound=Asked)


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
            self._peer.withdraw(lambda asked: self._asked(asked) is not None)
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

    def _inquiry(self, entry: Entry) -> Inquiry | None:
        """Returns what a message of the server's asks of the client in this turn besides."""
        return None

    def _asked(self, entry: Entry) -> Asked | None:
        return self._approval(entry) or self._inquiry(entry)

    @abstractmethod
    def _end(self, entry: Entry) -> TurnEnd | None:
        """Returns how the turn ended, if this message of the server's says so."""

    @abstractmethod
    def _completed(self, message: Notification) -> Item | None:
        """Returns the command that is complete, if this notification says so."""

    @abstractmethod
    def _changed(self, message: Notification) -> FileItem | None:
        """Returns the file change that is complete, if this notification says so."""

    @abstractmethod
    def _steps(self, message: Notification) -> list[tuple[EventKind, Any]]:
        """Returns the steps of this turn that a notification reports, and what they are about."""

    def approvals(self) -> list[Approval]:
        """Returns every approval that was asked for in this turn so far."""
        found = map(self._approval, self._peer.journal.from_server(self._since))
        return [approval for approval in found if approval is not None]

    async def _next(self, what: str, timeout: float | None = None) -> Asked | TurnEnd:
        """Returns the next thing asked for that was not taken yet, or the turn's end."""
        seen = 0

        def look(entry: Entry) -> Asked | TurnEnd | None:
            nonlocal seen
            if (asked := self._asked(entry)) is not None:
                seen += 1
                return asked if seen > self._taken else None
            return self._end(entry)

        return await self._peer.wait_for(what, look, since=self._since, timeout=timeout)

    async def approval(self) -> Approval:
        """Returns the next approval that the server asks for in this turn.

        Raises:
            TurnOver: The turn ended instead.
            AskedAgain: The server asked for something else instead.
        """
        return await self.next_asked(Approval, self.ask)

    async def next_asked(self, kind: type[T], expected: str) -> T:
        """Returns the next thing that the server asks for in this turn.

        Args:
            kind: What it has to be.
            expected: The same for errors.

        Raises:
            TurnOver: The turn ended instead.
            AskedAgain: The server asked for something else instead.
        """
        found = await self._next(f"the server to ask: {expected}")
        if isinstance(found, kind):
            self._taken += 1
            return found
        if not isinstance(found, TurnEnd):
            raise AskedAgain(found, evidence=self._peer.evidence(), expected=expected)
        raise TurnOver(
            "the turn ended without the server asking",
            expected=expected,
            arrived=f"the end of the turn, {found.status}"
            + (f" ({found.error})" if found.error else ""),
            cause="did it run the command unasked, refuse it by itself, or fail before it?",
            remedy="look at what the model was told in its next request, in the transcript",
            evidence=self._peer.evidence(),
        )

    def answer(self, approval: Approval, decision: Decision) -> Entry:
        """Answers an approval; returns the answer's place in the journal."""
        return self._peer.respond(approval.entry, {"decision": self.decisions[decision]})

    async def end(self, *, timeout: float | None = None) -> TurnEnd:
        """Returns how the turn ended, once it has.

        Args:
            timeout: The bound in seconds; the peer's own without it.

        Raises:
            AskedAgain: The server asked for something else instead.
        """
        found = await self._next("the turn to end", timeout)
        if not isinstance(found, TurnEnd):
            raise AskedAgain(found, evidence=self._peer.evidence())
        return found

    def commands(self) -> list[Item]:
        """Returns the commands that were reported as completed in this turn, in order."""
        found = map(self._completed, self._notifications())
        return [item for item in found if item is not None]

    def file_changes(self) -> list[FileItem]:
        """Returns the file changes that were reported as completed in this turn, in order."""
        found = map(self._changed, self._notifications())
        return [item for item in found if item is not None]

    def _notifications(self) -> Iterator[Notification]:
        for entry in self._peer.journal.from_server(self._since):
            if isinstance(entry.message, Notification):
                yield entry.message

    @property
    def inquiries(self) -> Inquiries:
        """Raises NotSpoken, unless the dialect has words for what the model asks of the client."""
        raise NotSpoken.of(type(self).__name__, "what the model asks of the client")

    def events(self) -> list[Event]:
        """Returns the steps of this turn so far, in order."""
        entries = self._peer.journal.from_server(self._since)
        asked = {id_key(one.request_id) for one in map(self._asked, entries) if one}
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
        if (one := self._asked(entry)) is not None:
            return [(EventKind.APPROVAL_ASKED, one.request_id)]
        if isinstance(message, Notification):
            return self._steps(message)
        if self._end(entry) is not None:
            return [(EventKind.TURN_COMPLETED, None)]
        return []
