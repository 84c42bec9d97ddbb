"""What a saved conversation holds, whatever the shape that it is written in."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

__all__ = ["Exchange", "Ran", "SavedConversation"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """A command that the agent ran, and what it printed."""

    command: str
    output: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One turn: what the user said, what the agent ran, what it said in the end."""

    user: str
    agent: str
    ran: tuple[Ran, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedConversation:
    """A conversation to be written into a home.

    Attributes:
        name: Tells it from others in a test; its id follows from it.
        cwd: The folder that it worked in.
        exchanges: Its turns, in order.
        created: When it began; every line carries this time.
        provider: Its model provider.
        model: Its model.
    """

    name: str
    cwd: Path
    exchanges: tuple[Exchange, ...]
    created: datetime = field(default=datetime(2025, 6, 1, 12, tzinfo=UTC))
    provider: str = "seatrial"
    model: str = "mock-model"

    @property
    def id(self) -> str:
        """Its id: always the same for a name."""
        return str(uuid5(NAMESPACE_URL, f"seatrial:{self.name}"))

    @property
    def file_name(self) -> str:
        """The name of its rollout, as Codex names it: the time and the id."""
        return f"rollout-{self.created:%Y-%m-%dT%H-%M-%S}-{self.id}.jsonl"
