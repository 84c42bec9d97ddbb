"""Which faults cannot be given to one reply: found when the script is loaded."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from seatrial_provider.errors import ScriptError, misspelt
from seatrial_provider.faults.base import Fault, Phase
from seatrial_provider.faults.places import ANYWHERE, CHAT_NAMES, TERMINAL
from seatrial_provider.responses.points import EVENT_TYPES, counted, is_event

if TYPE_CHECKING:
    from collections.abc import Iterable

_ANY_FAULT = frozenset({ANYWHERE, TERMINAL})
"""The names of places that every fault with a place can have."""

_OF_THE_BODY = frozenset({Phase.EVENTS, Phase.DATA, Phase.LINES, Phase.START})


def checked(given: Iterable[object]) -> tuple[Fault, ...]:
    """Returns the faults of a reply, if they go together.

    Args:
        given: The faults.

    Raises:
        ScriptError: Something else than a fault was given, or two faults of the same attempt
            leave nothing of each other.
    """
    faults: list[Fault] = []
    for one in given:
        if not isinstance(one, Fault):
            raise ScriptError(
                "a reply was given something else than a fault",
                expected="faults, such as CutOff() or HttpError(status=503)",
                arrived=repr(one),
                cause="Are the parentheses after the name of the fault missing?",
                remedy="Give faults=[...] objects of the classes in seatrial_provider.faults.",
            )
        faults.append(one)
        _check_place(one)
    for first, second in combinations(faults, 2):
        reason = _clash(first, second) or _clash(second, first)
        if reason and _meet(first, second):
            raise ScriptError(
                f"the faults {first.name!r} and {second.name!r} do not go together",
                expected="faults that both can happen on an attempt",
                arrived=f"{first!r} and {second!r}: {reason}",
                cause="Is one of them meant for another attempt?",
                remedy="Give them different attempts=(...), or leave one out.",
            )
    return tuple(faults)


def _check_place(fault: Fault) -> None:
    place = getattr(fault, "at", None)
    moments = _ANY_FAULT | fault.moments
    if not isinstance(place, str) or place in moments or is_event(place):
        return
    name, _ = counted(place)
    if name not in CHAT_NAMES:
        known = sorted(EVENT_TYPES | CHAT_NAMES | moments)
        raise ScriptError(
            f"the fault {fault.name!r} is to happen at a place that it cannot have",
            expected=f"one of {', '.join(known)}",
            arrived=f"at={place!r}",
            cause=misspelt(name, known, or_else="Does this provider not send such an event?"),
            remedy="Use one of the names above, with [1] after the name of an event for the "
            "second one of it, or the number of the event.",
        )


def _clash(first: Fault, second: Fault) -> str | None:
    if first.replaces and (second.replaces or second.phase in _OF_THE_BODY):
        return f"{first.name!r} leaves nothing of the scripted response"
    if first.phase is second.phase is Phase.ENDING:
        return "a response ends only once"
    return None


def _meet(first: Fault, second: Fault) -> bool:
    if first.attempts is None or second.attempts is None:
        return True
    return not set(first.attempts).isdisjoint(second.attempts)
