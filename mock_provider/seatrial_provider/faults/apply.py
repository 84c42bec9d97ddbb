"""Applies the faults of a reply to the plan of its answer."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

from seatrial_provider.faults.base import Carrier, Fault, NotApplicableError, Setting
from seatrial_provider.faults.frames import one_event_a_write
from seatrial_provider.faults.messages import as_messages
from seatrial_provider.wire.plan import Head, Plan

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence


@dataclass(frozen=True, slots=True, kw_only=True)
class Miss:
    """A fault that was due and changed nothing.

    Attributes:
        fault: The fault.
        reason: What the response lacks for it.
    """

    fault: Fault
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A plan with faults in it.

    Attributes:
        plan: The plan.
        applied: The faults that changed it, in the order in which they were applied.
        misses: The faults that were due and did not apply.
    """

    plan: Plan
    applied: tuple[Fault, ...]
    misses: tuple[Miss, ...]


def apply_faults(
    plan: Plan,
    faults: Sequence[Fault],
    *,
    attempt: int,
    seed: str,
    now: float,
    is_websocket: bool = False,
) -> Outcome:
    """Applies the faults that are due on an attempt.

    They are applied by phase, and within a phase in the order given.

    Args:
        plan: The whole response.
        faults: The faults.
        attempt: Which attempt of the same request it answers, from 1.
        seed: Where the choices come from; the same seed gives the same choices.
        now: The time in seconds since the epoch.
        is_websocket: Whether its events become the messages of a WebSocket.
    """
    due = [(place, fault) for place, fault in enumerate(faults) if fault.is_due(attempt)]
    applied: list[Fault] = []
    misses: list[Miss] = []
    carrier = Carrier.WEBSOCKET if is_websocket else _carrier_of(plan, or_else=Carrier.JSON)
    changed = _CUT[carrier](plan)
    for place, fault in sorted(due, key=lambda one: one[1].phase):
        own = f"{seed}/{place}" if fault.seed is None else fault.seed
        carrier = Carrier.WEBSOCKET if is_websocket else _carrier_of(changed, or_else=carrier)
        setting = Setting(
            carrier=carrier,
            random=Random(own),  # noqa: S311 - to be reproducible is the point
            now=now,
        )
        try:
            changed = _applied(changed, fault, setting)
            applied.append(fault)
        except NotApplicableError as miss:
            misses.append(Miss(fault=fault, reason=str(miss)))
    return Outcome(plan=changed if applied else plan, applied=tuple(applied), misses=tuple(misses))


_CUT: Mapping[Carrier, Callable[[Plan], Plan]] = {
    Carrier.STREAM: one_event_a_write,
    Carrier.JSON: lambda plan: plan,
    Carrier.WEBSOCKET: as_messages,
}
"""How an answer is cut into what faults happen to."""


def _carrier_of(plan: Plan, *, or_else: Carrier) -> Carrier:
    """Returns what the response of a plan is carried in, as its headers say, if it has some."""
    for head in (step for step in plan if isinstance(step, Head)):
        return Carrier.STREAM if head.is_stream else Carrier.JSON
    return or_else


def _applied(plan: Plan, fault: Fault, setting: Setting) -> Plan:
    if setting.carrier not in fault.carriers:
        kinds = ", ".join(sorted(fault.carriers))
        raise NotApplicableError(f"the response is carried in {setting.carrier}; it needs {kinds}")
    changed = fault.apply(plan, setting)
    return as_messages(changed) if setting.carrier is Carrier.WEBSOCKET else changed
