"""What passed on the wire, in order: entries are appended and never changed or removed."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from seatrial.jsonrpc import Malformed, Message, Notification, Request

__all__ = ["Cursor", "Direction", "Entry", "Journal"]


class Direction(StrEnum):
    """Who sent an entry.

    What passed between the server and the model is told in a few words (the provider keeps the
    whole of it); a note is ours and was not on any wire.
    """

    CLIENT = "client"
    SERVER = "server"
    MODEL = "model"
    NOTE = "note"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing that happened: a message, a line that is none, or a note of the harness.

    Attributes:
        seq: Position in the whole journal, from 0, without gaps.
        at: Seconds since the journal was opened (monotonic clock).
        direction: Who sent it.
        message: The parsed message; None for a note.
        text: The note's text; empty for a message.
    """

    seq: int
    at: float
    direction: Direction
    message: Message | Malformed | None = None
    text: str = ""

    @property
    def raw(self) -> Any:
        """The message as JSON value, or the undecodable line as text."""
        if self.message is None:
            return None
        if isinstance(self.message, Malformed):
            return self.message.line.decode(errors="replace")
        return self.message.raw

    def is_request(self, method: str | None = None) -> bool:
        """Whether this is a request, of that method if one is named."""
        return isinstance(self.message, Request) and method in {None, self.message.method}

    def is_notification(self, method: str | None = None) -> bool:
        """Whether this is a notification, of that method if one is named."""
        return isinstance(self.message, Notification) and method in {None, self.message.method}


@dataclass(slots=True)
class Cursor:
    """A place in a journal; what is read through it is everything from there on."""

    position: int = 0


@dataclass(slots=True)
class Journal:
    """An append-only record that many may read at once, each from its own place.

    A record of several connections has a branch for each, so that what one server says is never
    taken for another's. An entry of a branch keeps its number of the whole.
    """

    entries: list[Entry] = field(default_factory=list)
    _started: float = field(default_factory=time.monotonic)
    _listeners: list[Callable[[Entry], None]] = field(default_factory=list)
    _whole: Journal | None = None
    _branches: list[Journal] = field(default_factory=list)

    def branch(self) -> Journal:
        """Returns the record of one connection.

        What is recorded there is recorded here as well; what is noted here, there.
        """
        whole = self._whole or self
        made = Journal(_whole=whole)
        whole._branches.append(made)
        return made

    def append(self, direction: Direction, message: Message | Malformed) -> Entry:
        """Records a message and tells the listeners."""
        return self._add(direction=direction, message=message)

    def note(self, text: str, direction: Direction = Direction.NOTE) -> Entry:
        """Records in words what the harness or the model did, in its place among the messages."""
        return self._add(direction=direction, text=text)

    def _add(self, **parts: Any) -> Entry:
        whole = self._whole or self
        entry = Entry(seq=len(whole.entries), at=time.monotonic() - whole._started, **parts)
        records = (whole, self) if self._whole else (self, *self._branches)
        for record in records:
            record.entries.append(entry)
        for listener in [one for record in records for one in record._listeners]:
            listener(entry)
        return entry

    def listen(self, listener: Callable[[Entry], None]) -> Callable[[], None]:
        """Calls the listener with each entry from now on; returns what ends that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def end(self) -> Cursor:
        """Returns a cursor behind the last entry."""
        return Cursor(len(self.entries))

    def since(self, cursor: Cursor | None = None) -> Iterator[Entry]:
        """Yields the entries from the cursor on (all without one)."""
        yield from self.entries[cursor.position if cursor else 0 :]

    def from_server(self, cursor: Cursor | None = None) -> Iterator[Entry]:
        """Yields what the server sent, from the cursor on."""
        return (entry for entry in self.since(cursor) if entry.direction is Direction.SERVER)
