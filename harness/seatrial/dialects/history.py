"""The port's words for saved conversations: resume, list, read, archive, fork, roll back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from seatrial.errors import SeatrialError

if TYPE_CHECKING:
    from seatrial.dialects.port import Conversation, Policy, Sandbox

__all__ = ["History", "NotSpoken", "Opened", "Overrides", "Page", "PastTurn", "Said", "Saved"]


class NotSpoken(SeatrialError):
    """A check asked for something that the dialect has no words for: the check's mistake."""

    @classmethod
    def of(cls, dialect: str, what: str) -> NotSpoken:
        """Returns the error for one of the port's words."""
        return cls(
            f"{dialect} has no words for {what}",
            expected="a requirement that leaves this dialect out",
            arrived=f"a check that asks for {what} in {dialect}",
            cause="does the requirement name one dialect too many?",
            remedy="correct its `dialects` in the manifest",
        )


@dataclass(frozen=True, slots=True)
class Said:
    """Something that was said: by the `user` or by the `agent`."""

    role: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PastTurn:
    """A turn as the server tells it afterwards.

    Attributes:
        id: Its id; empty where the dialect names none.
        status: `completed`, `interrupted` or `failed`; empty where the dialect does not say.
        said: What was said in it, in order.
    """

    id: str = ""
    status: str = ""
    said: tuple[Said, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """A saved conversation as the list shows it.

    Attributes:
        id: Its id.
        path: Its rollout. Either may be empty where only the other one is known.
        preview: The line by which a user knows it again.
        provider: Its model provider; None where the server does not say.
    """

    id: str = ""
    path: str = ""
    preview: str = ""
    provider: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page of the list, and the cursor of the next; None after the last."""

    saved: tuple[Saved, ...]
    cursor: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A conversation that was resumed or forked, and what the server told of it.

    Attributes:
        conversation: It goes on with this; its `settings` are those that the server reported.
        turns: What happened before.
    """

    conversation: Conversation
    turns: tuple[PastTurn, ...]

    @property
    def said(self) -> list[Said]:
        """Everything that was said, in order."""
        return [said for turn in self.turns for said in turn.said]


@dataclass(frozen=True, slots=True, kw_only=True)
class Overrides:
    """Settings that a client asks for when it resumes; None leaves one as it was."""

    model: str | None = None
    cwd: Path | None = None
    policy: Policy | None = None
    sandbox: Sandbox | None = None

    def spelled(self, words: Mapping[str, str]) -> dict[str, Any]:
        """Returns the members of a request for those that are given."""
        members = {
            "model": self.model,
            "cwd": str(self.cwd) if self.cwd else None,
            "approvalPolicy": words.get(self.policy, self.policy) if self.policy else None,
            "sandbox": words.get(self.sandbox, self.sandbox) if self.sandbox else None,
        }
        return {name: value for name, value in members.items() if value is not None}


class History(Protocol):
    """What a server does with saved conversations.

    A request that the server refuses raises `Refused`, with its error.

    Attributes:
        reports: The names of the settings that starting and resuming report in this dialect.
        tells_status: Whether it says of a past turn how it ended.
    """

    reports: tuple[str, ...]
    tells_status: bool

    async def resume(
        self, saved: Saved, overrides: Overrides | None = None, *, timeout: float | None = None
    ) -> Opened:
        """Resumes a conversation in the dialect's usual way: by path in v1, by id in v2.

        Args:
            saved: Which one.
            overrides: Settings that are asked for.
            timeout: Seconds that it may take; the peer's own bound without it.
        """
        ...

    async def resume_by(self, saved: Saved) -> Opened:
        """Resumes by just the id and the path given: either may be empty, and they may not fit."""
        ...

    async def list(
        self, *, limit: int | None = None, cursor: str | None = None, archived: bool = False
    ) -> Page:
        """Returns a page of the saved conversations, or of the archived ones."""
        ...

    async def read(self, saved: Saved) -> tuple[PastTurn, ...]:
        """Returns the turns of a saved conversation, without resuming it."""
        ...

    async def archive(self, saved: Saved) -> None:
        """Archives a conversation."""
        ...

    async def unarchive(self, saved: Saved) -> None:
        """Brings an archived conversation back."""
        ...

    async def fork(self, saved: Saved, *, last_turn: str = "") -> Opened:
        """Makes a conversation of its own out of another one's history, up to a turn or whole."""
        ...

    async def roll_back(self, saved: Saved, turns: int) -> tuple[PastTurn, ...]:
        """Drops the last turns of a loaded conversation; returns those that are left."""
        ...
