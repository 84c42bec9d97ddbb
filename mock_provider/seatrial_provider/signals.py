"""The one way to wait in this package: look first, then be woken, within a bound."""

import asyncio
from collections.abc import Callable


class Signal:
    """Wakes its waiters so that each looks at its own condition again."""

    __slots__ = ("_waiters",)

    def __init__(self) -> None:
        self._waiters: set[asyncio.Future[None]] = set()

    def notify(self) -> None:
        """Makes every waiter look again; call it after any change a waiter could await."""
        for waiter in self._waiters:
            if not waiter.done():
                waiter.set_result(None)

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
        try:
            async with asyncio.timeout(timeout):
                while not condition():
                    await self._woken()
        except TimeoutError:
            return condition()
        return True

    async def _woken(self) -> None:
        waiter = asyncio.get_running_loop().create_future()
        self._waiters.add(waiter)
        try:
            await waiter
        finally:
            self._waiters.discard(waiter)
