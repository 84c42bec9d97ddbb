"""Gates: named points at which a reply is held until the test lets it go on."""

from seatrial_provider.errors import WaitTimeoutError
from seatrial_provider.signals import Signal


class Gate:
    """Holds a reply at one point of its stream until `release` is called.

    A gate that was released stays open. It may be released and waited for in any thread and
    any event loop, also in another one than the provider's.

    Attributes:
        name: What to call the gate in messages.
    """

    __slots__ = ("_changed", "_reached", "_released", "name")

    def __init__(self, name: str) -> None:
        self.name = name
        self._reached = False
        self._released = False
        self._changed = Signal()

    def __repr__(self) -> str:
        state = "released" if self._released else "reached" if self._reached else "not reached"
        return f"Gate({self.name!r}, {state})"

    @property
    def is_reached(self) -> bool:
        """Whether a reply has come to the gate, held there or not."""
        return self._reached

    @property
    def is_released(self) -> bool:
        """Whether the gate was opened."""
        return self._released

    def release(self) -> None:
        """Opens the gate: whatever is held goes on, whatever comes later is not held."""
        self._released = True
        self._changed.notify()

    async def reached(self, timeout: float = 10.0) -> None:
        """Waits until a reply has come to the gate.

        Args:
            timeout: The bound in seconds.

        Raises:
            WaitTimeoutError: No reply came to the gate within the bound.
        """
        if not await self._changed.until(lambda: self._reached, timeout=timeout):
            raise self._not_reached(timeout)

    def wait_reached(self, timeout: float = 10.0) -> None:
        """Blocks until a reply has come to the gate: for tests without an event loop.

        Args:
            timeout: The bound in seconds.

        Raises:
            WaitTimeoutError: No reply came to the gate within the bound.
        """
        if not self._changed.block_until(lambda: self._reached, timeout=timeout):
            raise self._not_reached(timeout)

    def _not_reached(self, timeout: float) -> WaitTimeoutError:
        return WaitTimeoutError(
            f"gate {self.name!r} was not reached within {timeout:g} s",
            expected=f"a reply held at gate {self.name!r}",
            arrived="no reply came to this gate",
            cause="Did the server under test not send the request that this reply answers, "
            "or is the gate set at a point that the reply's stream does not have?",
            remedy="Look at provider.requests and provider.verify(); check the point's name in "
            "reply(gates={...}) against the events of that reply.",
        )

    def mark_reached(self) -> None:
        """Records that a reply has come to the gate; the provider calls it, not a test."""
        self._reached = True
        self._changed.notify()

    def arrive(self) -> bool:
        """Records that a reply has come to the gate.

        Returns:
            Whether the gate is open, so that the reply need not wait.
        """
        self.mark_reached()
        return self._released

    async def released(self) -> None:
        """Waits until the gate is released, for as long as the task lives."""
        await self._changed.until(lambda: self._released, timeout=None)
