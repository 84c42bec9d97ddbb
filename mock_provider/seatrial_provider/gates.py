"""Gates: named points at which a reply is held until the test lets it go on."""

from seatrial_provider.errors import WaitTimeoutError
from seatrial_provider.signals import Signal


class Gate:
    """Holds a reply at one point of its stream until `release` is called.

    A gate that was released stays open. It belongs to the event loop that the provider
    runs in and is not safe to release from another thread.

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
        if await self._changed.until(lambda: self._reached, timeout=timeout):
            return
        raise WaitTimeoutError(
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

    def look_again(self) -> None:
        """Makes whatever is held here look at its condition again."""
        self._changed.notify()

    async def hold(self, *, unless: "HoldEnded") -> bool:
        """Holds the calling reply until the gate is released.

        Args:
            unless: Ends the hold early when it is set.

        Returns:
            True if the gate was released, False if the hold was ended instead.
        """
        self.mark_reached()
        await self._changed.until(lambda: self._released or unless.is_set, timeout=None)
        return self._released


class HoldEnded:
    """Ends every hold of one provider, so that closing it never waits for a gate."""

    __slots__ = ("_held", "is_set")

    def __init__(self) -> None:
        self.is_set = False
        self._held: list[Gate] = []

    def set(self) -> None:
        """Ends the holds of now and of later."""
        self.is_set = True
        for gate in self._held:
            gate.look_again()

    async def hold(self, gate: Gate) -> bool:
        """Holds the calling reply at a gate.

        Args:
            gate: Where to hold it.

        Returns:
            True if the gate was released, False if the hold was ended instead.
        """
        self._held.append(gate)
        try:
            return await gate.hold(unless=self)
        finally:
            self._held.remove(gate)
