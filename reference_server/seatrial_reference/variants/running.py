"""Defects in running a command: too early, unasked, never, twice, unheard."""

from __future__ import annotations

import threading

from seatrial_reference.activity import Activity, TurnControl
from seatrial_reference.approvals import Decision
from seatrial_reference.execution import Execution
from seatrial_reference.policy import Ask, Policy, Refuse, Run
from seatrial_reference.runner import Outcome
from seatrial_reference.services import Parts
from seatrial_reference.turn import Turn
from seatrial_reference.variants.variant import Variant
from seatrial_reference.wish import Result

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from seatrial_reference.commands import Command


class _RunsBeforeAsking(Execution):
    """Runs the command first; the answer only decides what is shown and told."""

    _early: Outcome | None = None

    def ask_first(self, reason: str | None) -> Result:
        self.show_started()
        self._early = self.run(sandboxed=False)
        return self.act_on(self.ask(reason))

    def run_accepted(self) -> Outcome:
        return self._early or super().run_accepted()


class _RunsWhileAsking(Execution):
    """Lets the command run, and asks as soon as it gave a sign; the answer changes nothing.

    That run is not the turn's: the turn rests while it asks, whatever this run does.
    """

    def ask(self, reason: str | None) -> Decision:
        sign = threading.Event()
        early = threading.Thread(target=self._run_early, args=(sign,), daemon=True)
        early.start()
        sign.wait()
        decision = super().ask(reason)
        early.join()
        return decision

    def _run_early(self, sign: threading.Event) -> None:
        try:
            self.around.services.runner.run(
                self.command,
                confined_by=None,
                control=TurnControl(f"{self.around.control.turn_id}-early", Activity()),
                on_output=lambda text: sign.set(),
            )
        finally:
            sign.set()


class _RunsWithoutAsking(Policy):
    def escalated_on_request(self, command: Command) -> Run | Ask | Refuse:
        del command
        return Run(sandboxed=False)


class _IgnoresAccept(Execution):
    def run_accepted(self) -> Outcome:
        return Outcome(exit_code=0, output="", duration_ms=0, sandboxed=False)


class _RunsTwice(Execution):
    def run_accepted(self) -> Outcome:
        super().run_accepted()
        return super().run_accepted()


class _LosesOutput(Execution):
    def accepted(self, decision: Decision) -> Result:
        super().accepted(decision)
        return Result(output="", decision=decision)


class _StopsAfterAccept(Turn):
    def goes_on(self, results: Sequence[Result]) -> bool:
        accepted = {Decision.ACCEPT, Decision.ACCEPT_FOR_SESSION}
        return bool(results) and not any(result.decision in accepted for result in results)


VARIANTS = (
    Variant(
        name="runs-while-asking",
        defect="The command is started at the same time as the client is asked.",
        parts=Parts(execution=_RunsWhileAsking),
    ),
    Variant(
        name="runs-before-asking",
        defect="The command has already run when the client is asked.",
        parts=Parts(execution=_RunsBeforeAsking),
    ),
    Variant(
        name="runs-without-asking",
        defect="A command that asks to leave the sandbox runs outside it unasked.",
        parts=Parts(policy=_RunsWithoutAsking),
    ),
    Variant(
        name="ignores-accept",
        defect="An accepted command never runs, and is shown as completed.",
        parts=Parts(execution=_IgnoresAccept),
    ),
    Variant(
        name="runs-twice",
        defect="An accepted command runs two times.",
        parts=Parts(execution=_RunsTwice),
    ),
    Variant(
        name="loses-output",
        defect="The output of an accepted command does not reach the model.",
        parts=Parts(execution=_LosesOutput),
    ),
    Variant(
        name="stops-after-accept",
        defect="After an accepted command the turn completes without asking the model again.",
        parts=Parts(turn=_StopsAfterAccept),
    ),
)
