"""Finds the reply that comes nearest to an unexpected request, and says what is missing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from seatrial_provider.script.conditions.base import AllOf

if TYPE_CHECKING:
    from seatrial_provider.recorded import RecordedRequest
    from seatrial_provider.script.script import Script
    from seatrial_provider.script.section import Section
    from seatrial_provider.script.use import ScriptedReply


@dataclass(frozen=True, slots=True, kw_only=True)
class Nearest:
    """The reply that comes nearest to a request.

    Attributes:
        scripted: The reply.
        closeness: How near it comes, from 0 to 1.
        differences: What holds and what does not, a line each.
        others: How many other replies are open.
    """

    scripted: ScriptedReply
    closeness: float
    differences: tuple[str, ...]
    others: int


def nearest(script: Script, request: RecordedRequest) -> Nearest | None:
    """Finds the reply that comes nearest to a request; of two that are as near, the first.

    Args:
        script: The script; no reply of it is for the request.
        request: A request with a sound body.

    Returns:
        The reply; None if no reply is open.
    """
    open_ = [(section, scripted) for section in script.sections() for scripted in section.open()]
    found = [_compared(section, scripted, request, len(open_) - 1) for section, scripted in open_]
    return max(found, key=lambda one: one.closeness, default=None)


def _compared(
    section: Section, scripted: ScriptedReply, request: RecordedRequest, others: int
) -> Nearest:
    when = scripted.reply.when
    if section.when is not None and not section.belongs(request):
        when = section.when if when is None else AllOf(conditions=(section.when, when))
    closeness, differences = 1.0, []
    if when is not None:
        compared = when.compare(request)
        closeness, differences = compared.closeness, compared.lines()
    if scripted.waits_for is not None:
        differences.append(f"does not hold: {scripted.waits_for.label} was used before it")
        closeness *= 0.9
    return Nearest(
        scripted=scripted, closeness=closeness, differences=tuple(differences), others=others
    )
