"""Defects in asking: twice for one command, or under an id that was used before."""

from __future__ import annotations

from seatrial_reference.approvals import Decision, RequestIds
from seatrial_reference.execution import Execution
from seatrial_reference.services import Parts
from seatrial_reference.variants.variant import Variant


class _AsksTwice(Execution):
    def ask(self, reason: str | None) -> Decision:
        super().ask(reason)
        return super().ask(reason)


class _ReusesIds(RequestIds):
    def take(self) -> int:
        return 0


VARIANTS = (
    Variant(
        name="asks-twice",
        defect="The client is asked two times for one command; the second answer counts.",
        parts=Parts(execution=_AsksTwice),
    ),
    Variant(
        name="reuses-request-ids",
        defect="Every approval request has the id 0.",
        parts=Parts(request_ids=_ReusesIds),
    ),
)
