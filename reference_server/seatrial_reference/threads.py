"""A thread: a conversation with its settings, its history and its turns."""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass, field

from seatrial_reference.ids import new_id, now_s, timestamp
from seatrial_reference.rollout import Rollout, rollout_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from seatrial_reference.activity import TurnControl
    from seatrial_reference.config import Provider
    from seatrial_reference.settings import Settings


@dataclass(slots=True, kw_only=True)
class Thread:
    """One loaded thread.

    Args:
        home: The server's home, for the path of the rollout.
        settings: What its next turn runs under.
        provider: Where its model is reached, or None when no provider is configured.
        instructions: What the model is told to be.
        developer: What the client adds to that, or None.
        originator: The client that started it.
        ephemeral: Whether it leaves nothing on disk.
        path: Its rollout; a new one by default.
        forked_from: The thread that it was forked from, or None.
        history: What the model is sent.
        told: The settings that the model was last told, or None.
        record: What writes its rollout.
    """

    home: str
    settings: Settings
    provider: Provider | None
    instructions: str
    developer: str | None = None
    originator: str
    ephemeral: bool = False
    id: str = field(default_factory=new_id)
    created_at: int = field(default_factory=now_s)
    updated_at: int = 0
    preview: str = ""
    path: str = ""
    forked_from: str | None = None
    status: dict[str, Any] = field(default_factory=lambda: {"type": "idle"})
    history: list[dict[str, Any]] = field(default_factory=list)
    usage: dict[str, int] = field(default_factory=dict)
    told: Settings | None = None
    record: type[Rollout] = Rollout
    rollout: Rollout = field(init=False)
    lock: threading.Lock = field(default_factory=threading.Lock)
    running: TurnControl | None = None

    def __post_init__(self) -> None:
        self.updated_at = self.created_at
        self.path = self.path or rollout_path(self.home, self.id, self.created_at)
        self.rollout = self.record(self)

    @property
    def provider_name(self) -> str:
        """The name of the provider, empty when none is configured."""
        return self.provider.name if self.provider else ""

    @property
    def recorded(self) -> bool:
        """Whether it has a rollout: it has none before its first turn, nor if it is ephemeral."""
        return os.path.exists(self.path)  # noqa: PTH110

    def meta(self) -> dict[str, Any]:
        """Give what the first line of its rollout says of it."""
        from seatrial_reference import __version__

        return {
            "id": self.id,
            "timestamp": timestamp(self.created_at),
            "cwd": self.settings.cwd,
            "originator": self.originator,
            "cli_version": __version__,
            "source": "appServer",
            "model_provider": self.provider_name,
            "base_instructions": {"text": self.instructions},
        }

    def remember(self, *items: dict[str, Any]) -> None:
        """Add items to what the model is sent from now on, and to the record."""
        for item in items:
            self.history.append(item)
            self.rollout.append("response_item", item)
