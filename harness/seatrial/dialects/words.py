"""The port's words: what is asked for, what a server reports, and what a suite did not expect."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from seatrial.dialects.changes import FileChange
from seatrial.dialects.inquiries import Inquiry
from seatrial.errors import SeatrialError
from seatrial.journal import Entry

__all__ = [
    "Approval",
    "AskedAgain",
    "Decision",
    "Event",
    "EventKind",
    "Item",
    "Policy",
    "Sandbox",
    "ServerInfo",
    "SpeaksOtherwise",
    "TurnEnd",
    "TurnOver",
]


class Policy(StrEnum):
    """When the server has to ask before it runs a command (approval policy)."""

    UNTRUSTED = "untrusted"
    ON_FAILURE = "on-failure"
    ON_REQUEST = "on-request"
    NEVER = "never"


class Sandbox(StrEnum):
    """What a command may do without approval (sandbox mode)."""

    READ_ONLY = "read-only"
    WORKSPACE_WRITE = "workspace-write"
    FULL_ACCESS = "danger-full-access"


class Decision(StrEnum):
    """An answer to an approval; each dialect has its own spelling of it."""

    ACCEPT = "accept"
    ACCEPT_FOR_SESSION = "accept for session"
    DECLINE = "decline"
    CANCEL = "cancel"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerInfo:
    """What the server said of itself in the handshake."""

    user_agent: str
    release: str | None
    raw: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """A server request for approval of a command, or of a change of files.

    Attributes:
        entry: The request in the journal.
        fields: What the dialect's words for an approval carried, under the port's names:
            `conversation`, `turn`, `item`, `command`, `cwd`, `reason`, `actions`. A field that was
            absent or null is not in it.
        spelling: The dialect's own name of each of the port's names.
        decisions: The decisions that the server says it takes; empty where it does not say.
        changes: What it shows of the files that are to be changed; empty for a command.
    """

    entry: Entry
    fields: dict[str, Any]
    spelling: dict[str, str]
    decisions: Sequence[Any] = ()
    changes: tuple[FileChange, ...] = ()

    @property
    def request_id(self) -> Any:
        """The id of the server's request, in the server's id space."""
        return self.entry.raw["id"]

    @property
    def command(self) -> str:
        """The command as shown to the user; empty where the dialect did not say it."""
        command = self.fields.get("command", "")
        return " ".join(command) if isinstance(command, list) else str(command)

    @property
    def about(self) -> str:
        """What it is about, in a few words."""
        files = ", ".join(change.path for change in self.changes)
        return self.command or (f"a change of {files}" if files else "a command or a change")


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A command that the agent ran or wanted to run, as the server reports it.

    Attributes:
        id: The item's or call's id.
        status: `inProgress`, `completed`, `failed` or `declined`.
        output: What the command printed; None where it was not said.
        exit_code: Its exit status; None where it was not said.
    """

    id: str
    status: str
    output: str | None = None
    exit_code: int | None = None


class EventKind(StrEnum):
    """The steps of a turn that every dialect reports in some way."""

    TURN_STARTED = "turn started"
    COMMAND_STARTED = "command started"
    APPROVAL_ASKED = "approval asked"
    APPROVAL_ANSWERED = "approval answered"
    APPROVAL_RESOLVED = "approval resolved"
    COMMAND_COMPLETED = "command completed"
    FILES_STARTED = "file change started"
    FILES_COMPLETED = "file change completed"
    TURN_COMPLETED = "turn completed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One step of a turn, in its place.

    Attributes:
        seq: Its place in the journal.
        kind: What happened.
        subject: The id of the item, or of the server request, that it is about.
    """

    seq: int
    kind: EventKind
    subject: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnEnd:
    """How a turn ended: `completed`, `interrupted` or `failed`, and the error's message."""

    status: str
    error: str | None = None
    entry: Entry | None = field(default=None, repr=False)


class TurnOver(SeatrialError):
    """The turn ended while the suite still expected the server to ask."""

    by_server = True


class AskedAgain(SeatrialError):
    """The server asked for something that the suite did not expect."""

    by_server = True

    def __init__(
        self,
        asked: Approval | Inquiry,
        *,
        evidence: str,
        expected: str = "the end of the turn, without another request",
    ) -> None:
        super().__init__(
            "the server asked for an approval that was not expected",
            expected=expected,
            arrived=f"request #{asked.request_id} for {asked.about!r}",
            cause="did it ask twice, ask though the policy says never, or forget a grant?",
            remedy="compare the request with the approvals before it in the transcript",
            evidence=evidence,
        )
        self.asked = asked


class SpeaksOtherwise(SeatrialError):
    """The server answered the handshake in a way that is not this dialect's."""

    by_server = True
