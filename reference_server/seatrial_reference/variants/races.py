"""Defects with several open requests, with an interruption, and with a client that goes away."""

from __future__ import annotations

import threading

from seatrial_reference.activity import Activity, TurnControl
from seatrial_reference.approvals import Approvals, Decision, Pending, RequestIds
from seatrial_reference.execution import Execution
from seatrial_reference.fronts.mcp_events import CallEvents
from seatrial_reference.runner import CommandRunner
from seatrial_reference.services import Parts
from seatrial_reference.turn import Turn
from seatrial_reference.variants.variant import Variant

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from seatrial_reference.approvals import Question
    from seatrial_reference.errors import TurnFailed
    from seatrial_reference.sandbox import Sandbox


class _Crosses(Approvals):
    def deliver(self, request_id: Any, message: dict[str, Any]) -> None:
        oldest = min(self._pending) if request_id in self._pending else request_id
        super().deliver(oldest, message)


class _AnswersAll(Approvals):
    def deliver(self, request_id: Any, message: dict[str, Any]) -> None:
        for key in list(self._pending) if request_id in self._pending else [request_id]:
            super().deliver(key, message)


class _OneAtATime(Approvals):
    def __init__(self, ids: RequestIds) -> None:
        super().__init__(ids)
        self._turnstile = threading.Semaphore()

    def request(self, question: Question, control: TurnControl) -> Pending:
        with control.waiting(lambda: None):
            self._turnstile.acquire()
        return super().request(question, control)

    def settle(self, pending: Pending) -> Any:
        try:
            return super().settle(pending)
        finally:
            self._turnstile.release()


class _InterruptCompletes(Turn):
    def end(self, status: str, failure: TurnFailed | None = None) -> None:
        if isinstance(self.events, CallEvents):
            self.events.wanted = True  # though the client has cancelled the call
        super().end("completed" if status == "interrupted" else status, failure)


class _Lingers(CommandRunner):
    def close(self) -> None:
        super().close()
        threading.Event().wait()


class _RunsAtTheEnd(CommandRunner):
    """Runs the commands that are open when the client goes away."""

    def __init__(self, sandbox: Sandbox) -> None:
        super().__init__(sandbox)
        self.open: list[Execution] = []

    def close(self) -> None:
        for execution in self.open:
            control = TurnControl(execution.command.call_id, Activity())
            self.run(
                execution.command, confined_by=None, control=control, on_output=lambda text: None
            )
        super().close()


class _TellsRunner(Execution):
    def ask(self, reason: str | None) -> Decision:
        runner = self.around.services.runner
        assert isinstance(runner, _RunsAtTheEnd)
        runner.open.append(self)
        decision = super().ask(reason)
        runner.open.remove(self)
        return decision


VARIANTS = (
    Variant(
        name="crosses-answers",
        defect="Every answer goes to the oldest open request of the connection.",
        parts=Parts(approvals=_Crosses),
    ),
    Variant(
        name="one-answer-for-all",
        defect="An answer counts for every open request of the connection.",
        parts=Parts(approvals=_AnswersAll),
    ),
    Variant(
        name="one-request-at-a-time",
        defect="Nothing is asked for while another request is open, whosever it is.",
        parts=Parts(approvals=_OneAtATime),
    ),
    Variant(
        name="interrupt-completes",
        defect="An interrupted turn is reported as completed.",
        parts=Parts(turn=_InterruptCompletes),
    ),
    Variant(
        name="client-outlived",
        defect="The server does not exit when its client goes away.",
        parts=Parts(runner=_Lingers),
    ),
    Variant(
        name="disconnect-accepts",
        defect="Whatever is open when the client goes away is taken for accepted.",
        parts=Parts(runner=_RunsAtTheEnd, execution=_TellsRunner),
    ),
)
