"""The port's words for what the model asks of the client: permissions, questions to the user."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from seatrial.journal import Entry

__all__ = [
    "Inquiries",
    "Inquiry",
    "PermissionRequest",
    "Permissions",
    "Scope",
    "UserQuestion",
    "UserQuestions",
]


class Scope(StrEnum):
    """How long permissions hold."""

    TURN = "turn"
    SESSION = "session"


@dataclass(frozen=True, slots=True, kw_only=True)
class Permissions:
    """What is asked for, or granted, besides what the sandbox allows.

    Attributes:
        read: Paths that may be read.
        write: Paths that may be written to.
        network: Whether the network may be used.
    """

    read: Sequence[str] = ()
    write: Sequence[str] = ()
    network: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Inquiry:
    """A server request that is no approval.

    Attributes:
        entry: The request in the journal.
        fields: Where it belongs, under the port's names: `conversation`, `turn`, `item`.
    """

    entry: Entry
    fields: Mapping[str, Any] = field(default_factory=dict)

    @property
    def request_id(self) -> Any:
        """The id of the server's request, in the server's id space."""
        return self.entry.raw["id"]

    @property
    def about(self) -> str:
        """What it is about, in a few words."""
        return str(self.entry.raw["method"])


@dataclass(frozen=True, slots=True, kw_only=True)
class PermissionRequest(Inquiry):
    """A request for permissions.

    Attributes:
        wanted: What the model asks for.
        reason: Why, in its words; None where it was not said.
        cwd: The folder of the turn; None where it was not said.
    """

    wanted: Permissions
    reason: str | None = None
    cwd: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UserQuestion:
    """One question to the user.

    Attributes:
        id: The name of its answer.
        header: A few words above it.
        question: The question.
        options: The labels and the descriptions of the answers to choose from.
    """

    id: str
    header: str
    question: str
    options: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class UserQuestions(Inquiry):
    """Questions to the user that are put together."""

    questions: Sequence[UserQuestion]


class Inquiries(Protocol):
    """What the model asks of the client in one turn."""

    async def permissions(self) -> PermissionRequest:
        """Returns the next thing that the server asks for, a request for permissions.

        Raises:
            TurnOver: The turn ended instead.
            AskedAgain: It asks for something else instead.
        """
        ...

    def grant(self, request: PermissionRequest, granted: Permissions, scope: Scope) -> Entry:
        """Grants permissions; returns the answer's place in the journal."""
        ...

    async def questions(self) -> UserQuestions:
        """Returns the next thing that the server asks for, questions to the user.

        Raises:
            TurnOver: The turn ended instead.
            AskedAgain: It asks for something else instead.
        """
        ...

    def reply(self, asked: UserQuestions, answers: Mapping[str, Sequence[str]]) -> Entry:
        """Answers questions, by their ids; returns the answer's place in the journal."""
        ...
