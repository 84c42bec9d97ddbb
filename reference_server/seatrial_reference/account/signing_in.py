"""A sign-in that waits for its user, and ends once: it succeeds, fails, or is given up."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod

from seatrial_reference.ids import new_id

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from seatrial_reference.account.credentials import Credentials

    Done = Callable[[str, Credentials | None, str | None], None]
    """Called once with the id, and the sign-in or why there is none."""


class SigningIn(ABC):
    """One such sign-in.

    Args:
        done: Called once, when it has succeeded, failed or was given up.

    Attributes:
        id: Its id.
    """

    def __init__(self, done: Done) -> None:
        self.id = new_id()
        self._done = done
        self._over = threading.Lock()

    @abstractmethod
    def shown(self) -> dict[str, str]:
        """Give what the client is to show its user, in app_v2's words."""

    @abstractmethod
    def go(self) -> None:
        """Go on: the client knows of it by now."""

    @abstractmethod
    def close(self) -> None:
        """Let go of what it holds: it is over."""

    def cancel(self) -> None:
        """Give it up."""
        self.finish(None, "the sign-in was cancelled")

    def finish(self, credentials: Credentials | None, error: str | None) -> None:
        """End it, the first time; later ends are none."""
        if self._over.acquire(blocking=False):
            self.close()
            self._done(self.id, credentials, error)
