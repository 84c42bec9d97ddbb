"""Defects in taking answers that are wrong: twice, late, under no id, misshapen, or an error."""

from __future__ import annotations

from seatrial_reference.activity import Activity, TurnControl
from seatrial_reference.approvals import Approvals, Decision, Pending, RequestIds
from seatrial_reference.errors import TurnFailed
from seatrial_reference.execution import Execution
from seatrial_reference.services import Parts
from seatrial_reference.turn import Turn
from seatrial_reference.variants.variant import Variant

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from seatrial_reference.approvals import Question


class _Remembers(Approvals):
    """Remembers every request that it made, and what became of an answer to one that is settled."""

    def __init__(self, ids: RequestIds) -> None:
        super().__init__(ids)
        self._made: dict[int, Pending] = {}

    def request(self, question: Question, control: TurnControl) -> Pending:
        pending = super().request(question, control)
        self._made[pending.request_id] = pending
        return pending

    def deliver(self, request_id: Any, message: dict[str, Any]) -> None:
        made = self._made.get(request_id) if isinstance(request_id, int) else None
        settled = made is not None and request_id not in self._pending
        super().deliver(request_id, message)
        if made is not None and settled:
            self.again(made, message)

    def again(self, pending: Pending, message: dict[str, Any]) -> None:
        """Take an answer to a request that is settled."""


class _CountsAgain(_Remembers):
    def again(self, pending: Pending, message: dict[str, Any]) -> None:
        if pending.answer is not None:
            pending.question.read(message)


class _CountsAfterInterrupt(_Remembers):
    def again(self, pending: Pending, message: dict[str, Any]) -> None:
        if pending.answer is None:
            pending.question.read({})
            pending.question.read(message)


class _RunsAgain(Execution):
    """Runs the command there and then whenever an acceptance is read after the first answer."""

    _answered = False

    def read(self, message: dict[str, Any]) -> Decision:
        decision = super().read(message)
        if self._answered and decision is Decision.ACCEPT:
            control = TurnControl(f"{self.around.control.turn_id}-again", Activity())
            self.around.services.runner.run(
                self.command, confined_by=None, control=control, on_output=lambda text: None
            )
        self._answered = True
        return decision


class _Poisons(_Remembers):
    """Notes the threads that a settled request of was answered again."""

    def __init__(self, ids: RequestIds) -> None:
        super().__init__(ids)
        self.poisoned: set[str] = set()

    def again(self, pending: Pending, message: dict[str, Any]) -> None:
        if pending.question.events is not None:
            self.poisoned.add(pending.question.events.thread.id)


class _Poisoned(Turn):
    def begin(self) -> None:
        super().begin()
        if self.thread.id in getattr(self.services.approvals, "poisoned", ()):
            raise TurnFailed("an answer came that nobody waited for")


class _AnyId(Approvals):
    def deliver(self, request_id: Any, message: dict[str, Any]) -> None:
        if request_id not in self._pending and self._pending:
            request_id = min(self._pending)
        super().deliver(request_id, message)


class _AnyResult(Execution):
    def read(self, message: dict[str, Any]) -> Decision:
        result = message.get("result")
        said = result.get("decision") if isinstance(result, dict) else None
        if "error" in message or isinstance(said, str) or self.around.events.amendment(message):
            return super().read(message)
        return Decision.ACCEPT


class _AnyDecision(Execution):
    def read(self, message: dict[str, Any]) -> Decision:
        result = message.get("result")
        said = result.get("decision") if isinstance(result, dict) else None
        if isinstance(said, str) and said not in self.around.events.decisions:
            return Decision.ACCEPT
        return super().read(message)


class _ErrorAccepts(Execution):
    def read(self, message: dict[str, Any]) -> Decision:
        return Decision.ACCEPT if "error" in message else super().read(message)


class _ErrorIgnored(Approvals):
    def deliver(self, request_id: Any, message: dict[str, Any]) -> None:
        if "error" not in message:
            super().deliver(request_id, message)


VARIANTS = (
    Variant(
        name="second-answer-counts",
        defect="A command runs for each acceptance of it, though it was answered before.",
        parts=Parts(approvals=_CountsAgain, execution=_RunsAgain),
    ),
    Variant(
        name="answer-after-interrupt-counts",
        defect="A command runs if it is accepted after its turn was interrupted.",
        parts=Parts(approvals=_CountsAfterInterrupt, execution=_RunsAgain),
    ),
    Variant(
        name="late-answer-poisons",
        defect="After an answer that came too late, the turns of that thread fail.",
        parts=Parts(approvals=_Poisons, turn=_Poisoned),
    ),
    Variant(
        name="any-id-answers",
        defect="An answer under an id that was never asked goes to the oldest open request.",
        parts=Parts(approvals=_AnyId),
    ),
    Variant(
        name="any-result-accepts",
        defect="A result that says no decision is taken for acceptance.",
        parts=Parts(execution=_AnyResult),
    ),
    Variant(
        name="any-decision-accepts",
        defect="A decision that it does not know is taken for acceptance.",
        parts=Parts(execution=_AnyDecision),
    ),
    Variant(
        name="error-approves",
        defect="An error in answer to an approval is taken for acceptance.",
        parts=Parts(execution=_ErrorAccepts),
    ),
    Variant(
        name="error-ignored",
        defect="An error in answer to an approval is passed over, and the request stays open.",
        parts=Parts(approvals=_ErrorIgnored),
    ),
)
