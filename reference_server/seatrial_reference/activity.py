"""Which turns are at work right now, and the wait until none of them is.

A turn is *at work* while it computes and writes; it *rests* while it waits for something from
outside: the client's answer, the model, a command. A request that is used as a fence is
answered only when every turn rests, so that its answer follows all that earlier messages caused.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager

from seatrial_reference.errors import TurnInterrupted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Activity:
    """The set of turns at work, by turn id."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._working: set[str] = set()

    def work(self, turn_id: str) -> None:
        """Count the turn as at work; saying so twice changes nothing."""
        with self._changed:
            self._working.add(turn_id)

    def rest(self, turn_id: str) -> None:
        """Count the turn as at rest or over."""
        with self._changed:
            self._working.discard(turn_id)
            self._changed.notify_all()

    def settle(self, *, timeout: float) -> bool:
        """Wait until no turn is at work.

        Args:
            timeout: The longest wait, in seconds.

        Returns:
            Whether all turns came to rest in time.
        """
        with self._changed:
            return self._changed.wait_for(lambda: not self._working, timeout)


class TurnControl:
    """The handle by which the connection reaches a running turn.

    Args:
        turn_id: The turn.
        activity: Where its work and rest are counted.
    """

    def __init__(self, turn_id: str, activity: Activity) -> None:
        self.turn_id = turn_id
        self._activity = activity
        self._lock = threading.Lock()
        self._stop: Callable[[], None] | None = None
        self._awaited: threading.Event | None = None
        self._interrupted = False
        self._over = False
        activity.work(turn_id)

    def check(self) -> None:
        """Go on only if nobody asked to stop.

        Raises:
            TurnInterrupted: The client asked for the turn to stop.
        """
        if self._interrupted:
            raise TurnInterrupted

    def interrupt(self) -> bool:
        """Ask the turn to stop, and end whatever it waits for.

        Returns:
            Whether the turn was still running.
        """
        with self._lock:
            if self._over:
                return False
            self._interrupted = True
            self._activity.work(self.turn_id)
            if self._stop is not None:
                self._stop()
            return True

    def hand_over(self, event: threading.Event) -> None:
        """Set an event; a turn that waits for just this one counts as at work from here on."""
        with self._lock:
            if event is self._awaited and not self._over:
                self._activity.work(self.turn_id)
            event.set()

    def close(self) -> None:
        """Count the turn as over: it can neither be interrupted nor be at work again."""
        with self._lock:
            self._over = True
            self._activity.rest(self.turn_id)

    @contextmanager
    def waiting(
        self, stop: Callable[[], None], *, on: threading.Event | None = None
    ) -> Iterator[None]:
        """Rest while the body waits for something from outside.

        Args:
            stop: Ends the wait early; called at most once an interrupt, from another thread,
                and must not block.
            on: What is waited for, if it is an event that is handed over; if it is set already,
                the turn does not come to rest at all.

        Raises:
            TurnInterrupted: The client had asked to stop before the wait began.
        """
        with self._lock:
            self.check()
            self._stop, self._awaited = stop, on
            if on is None or not on.is_set():
                self._activity.rest(self.turn_id)
        try:
            yield
        finally:
            with self._lock:
                self._stop = self._awaited = None
                self._activity.work(self.turn_id)
