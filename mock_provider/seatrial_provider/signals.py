"""The one way to wait in this package: look first, then be woken, within a bound.

What is waited for may change in another thread than the one that waits.
"""

import asyncio
import contextlib
import threading
import time
from collections.abc import Callable

_Wake = Callable[[], None]


class Signal:
    """Wakes its waiters so that each looks at its own condition again."""

    __slots__ = ("_waiters",)

    def __init__(self) -> None:
        self._waiters: set[_Wake] = set()

    def notify(self) -> None:
        """Makes every waiter look again; call it after any change a waiter could await."""
        for wake in tuple(self._waiters):
            wake()

    async def until(self, condition: Callable[[], bool], *, timeout: float | None) -> bool:
        """Waits until the condition holds.

        Args:
            condition: Looked at first, and again after every `notify`.
            timeout: The bound in seconds; None waits for as long as the task lives.

        Returns:
            True if the condition held, False if the bound was met first.
        """
        if condition():
            return True
        waiter = _TaskWaiter()
        self._waiters.add(waiter.wake)
        try:
            async with asyncio.timeout(timeout):
                while not condition():
                    await waiter.woken()
        except TimeoutError:
            return condition()
        finally:
            self._waiters.discard(waiter.wake)
        return True

    def block_until(self, condition: Callable[[], bool], *, timeout: float) -> bool:
        """Blocks the calling thread until the condition holds.

        Args:
            condition: Looked at first, and again after every `notify`.
            timeout: The bound in seconds.

        Returns:
            True if the condition held, False if the bound was met first.
        """
        event = threading.Event()
        self._waiters.add(event.set)
        deadline = time.monotonic() + timeout
        try:
            while not condition():
                left = deadline - time.monotonic()
                if left <= 0 or not event.wait(left):
                    return condition()
                event.clear()
        finally:
            self._waiters.discard(event.set)
        return True


class _TaskWaiter:
    """Wakes one task, from whatever thread."""

    __slots__ = ("_due", "_future", "_loop")

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._due = False
        self._future: asyncio.Future[None] | None = None

    def wake(self) -> None:
        """Wakes the task, or spares it its next wait."""
        self._due = True
        if _running_loop() is self._loop:
            self._finish()
        else:
            with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
                self._loop.call_soon_threadsafe(self._finish)

    async def woken(self) -> None:
        """Waits for the next wake, or for none if there was one since the last wait."""
        self._future = self._loop.create_future()
        if not self._due:
            await self._future
        self._due = False

    def _finish(self) -> None:
        if self._future is not None and not self._future.done():
            self._future.set_result(None)


def _running_loop() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None
