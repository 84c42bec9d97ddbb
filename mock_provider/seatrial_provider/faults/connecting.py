"""Faults of connecting: what happens to a new connection before a request is read from it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from seatrial_provider.errors import ScriptError
from seatrial_provider.faults.base import at_least
from seatrial_provider.gates import Gate
from seatrial_provider.wire.plan import Delay, Hold, Plan, Reset


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectingFault(ABC):
    """One thing that goes wrong with connecting, for as long as the provider is told so.

    Class attributes:
        name: The name of the fault.
        legal: Whether a correct client must not notice it.
        refuses: Whether connections are refused, so that there is no plan to carry out.
    """

    name: ClassVar[str]
    legal: ClassVar[bool] = False
    refuses: ClassVar[bool] = False

    @abstractmethod
    def plan(self) -> Plan:
        """Returns what happens on a new connection before anything is read from it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SlowAccept(ConnectingFault):
    """Takes a time to read anything from a new connection.

    Attributes:
        seconds: How long.
    """

    name: ClassVar[str] = "slow-accept"
    legal: ClassVar[bool] = True

    seconds: float

    def __post_init__(self) -> None:
        for expected, arrived in at_least(0, seconds=self.seconds):
            raise ScriptError(
                "slow-accept was given an unusable time",
                expected=expected,
                arrived=arrived,
                cause="Is it the result of a subtraction?",
                remedy="Give a time in seconds.",
            )

    def plan(self) -> Plan:
        """Returns the wait."""
        return (Delay(self.seconds),)


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldAccept(ConnectingFault):
    """Reads nothing from a new connection until a gate is released.

    Attributes:
        gate: The gate.
    """

    name: ClassVar[str] = "held-accept"
    legal: ClassVar[bool] = True

    gate: Gate

    def plan(self) -> Plan:
        """Returns the hold."""
        return (Hold(self.gate),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dropped(ConnectingFault):
    """Accepts a connection and resets it at once, as a server does that is restarted."""

    name: ClassVar[str] = "dropped"

    def plan(self) -> Plan:
        """Returns the reset."""
        return (Reset(),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused(ConnectingFault):
    """Refuses connections; the port stays taken, and those that are open stay open."""

    name: ClassVar[str] = "refused"
    refuses: ClassVar[bool] = True

    def plan(self) -> Plan:
        """Returns nothing, since there is no connection."""
        return ()


CONNECTING_FAULTS: Mapping[str, type[ConnectingFault]] = {
    fault.name: fault for fault in (SlowAccept, HeldAccept, Dropped, Refused)
}
"""Every fault of connecting by its name."""
