"""One command from the model's wish to its result: judged, asked about, run, shown, told."""

from __future__ import annotations

from dataclasses import dataclass

from seatrial_reference.approvals import Decision, Question
from seatrial_reference.errors import SandboxUnavailable, TurnInterrupted
from seatrial_reference.policy import Ask, Refuse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from seatrial_reference.activity import TurnControl
    from seatrial_reference.approvals import Approvals, Pending
    from seatrial_reference.commands import Command
    from seatrial_reference.events import TurnEvents
    from seatrial_reference.grants import SessionGrants
    from seatrial_reference.policy import Policy
    from seatrial_reference.runner import CommandRunner, Outcome
    from seatrial_reference.settings import Settings

RETRY_REASON = "command failed; retry without sandbox?"


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What came of a call.

    Args:
        output: What the model is told.
        decision: What the client decided, or None where it was not asked.
    """

    output: str
    decision: Decision | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a command of one turn needs around it."""

    thread_id: str
    settings: Settings
    control: TurnControl
    events: TurnEvents
    approvals: Approvals
    grants: SessionGrants
    policy: Policy
    runner: CommandRunner


class Execution:
    """The way of one command.

    Args:
        command: What the model wishes to run.
        around: The turn it belongs to.
    """

    def __init__(self, command: Command, around: Surroundings) -> None:
        self.command = command
        self.around = around
        self._begun = False

    def perform(self) -> Result:
        """Go the whole way.

        Raises:
            TurnInterrupted: The client cancelled, or interrupted the turn.
        """
        verdict = self.around.policy.judge(self.command, self.around.settings)
        if isinstance(verdict, Refuse):
            return Result(output=verdict.message)
        if isinstance(verdict, Ask):
            if self.around.grants.covers(self.around.thread_id, self.command):
                self.show_started()
                self.show_begun()
                return self.finish(self.run(sandboxed=False))
            return self.ask_first(verdict.reason)
        return self.run_unasked(sandboxed=verdict.sandboxed)

    def ask_first(self, reason: str | None) -> Result:
        """Show the command, ask for it, and do as the client decides."""
        self.show_started()
        return self.act_on(self.ask(reason))

    def run_unasked(self, *, sandboxed: bool) -> Result:
        """Run the command; where the policy says so, ask to run it again without the sandbox."""
        self.show_started()
        self.show_begun()
        try:
            outcome = self.run(sandboxed=sandboxed)
        except SandboxUnavailable as error:
            self.show_completed("failed")
            return Result(output=str(error))
        if not self.around.policy.retries(outcome, self.around.settings):
            return self.finish(outcome)
        if self.around.grants.covers(self.around.thread_id, self.command):
            return self.finish(self.run(sandboxed=False))
        return self.act_on(self.ask(RETRY_REASON))

    def ask(self, reason: str | None) -> Decision:
        """Ask the client, and wait for its decision.

        Raises:
            TurnInterrupted: The turn was interrupted while the request was open.
        """
        question = Question(
            thread_id=self.around.thread_id,
            turn_id=self.around.control.turn_id,
            command=self.command,
            reason=reason,
            events=self.around.events,
        )
        self.around.events.status("active", "waitingOnApproval")
        return self.settle(self.around.approvals.request(question, self.around.control))

    def settle(self, pending: Pending) -> Decision:
        """Wait for the decision, and tell the client that its request is settled.

        Raises:
            TurnInterrupted: The turn was interrupted while the request was open.
        """
        try:
            decision = self.around.approvals.await_answer(pending)
        except TurnInterrupted:
            self.around.approvals.resolve(pending)
            self.show_completed("declined")
            raise
        self.around.approvals.resolve(pending)
        self.around.events.status("active")
        return decision

    def act_on(self, decision: Decision) -> Result:
        """Do as the client decided."""
        if decision is Decision.ACCEPT_FOR_SESSION:
            self.around.grants.remember(self.around.thread_id, self.command)
        if decision in {Decision.ACCEPT, Decision.ACCEPT_FOR_SESSION}:
            return self.accepted(decision)
        if decision is Decision.DECLINE:
            return self.declined()
        return self.cancelled()

    def accepted(self, decision: Decision) -> Result:
        """Run the command once, without the sandbox."""
        self.show_begun()
        return self.finish(self.run_accepted(), decision)

    def declined(self) -> Result:
        """Leave the command alone, and tell the model."""
        self.show_completed("declined")
        return Result(output=self.rejection(), decision=Decision.DECLINE)

    def cancelled(self) -> Result:
        """Leave the command alone, and end the turn.

        Raises:
            TurnInterrupted: Always.
        """
        self.show_completed("declined")
        raise TurnInterrupted

    def run_accepted(self) -> Outcome:
        """Run the command that the client accepted."""
        return self.run(sandboxed=False)

    def run(self, *, sandboxed: bool) -> Outcome:
        """Run the command and show its output as it comes."""
        events = self.around.events
        try:
            return self.around.runner.run(
                self.command,
                confined_by=self.around.settings.sandbox if sandboxed else None,
                control=self.around.control,
                on_output=lambda text: events.output_delta(self.command, text),
            )
        except TurnInterrupted:
            self.show_completed("failed")
            raise

    def finish(self, outcome: Outcome, decision: Decision | None = None) -> Result:
        """Show that the command ended, and say what the model is told."""
        self.show_completed("failed" if outcome.exit_code else "completed", outcome)
        return Result(output=self.report(outcome), decision=decision)

    def report(self, outcome: Outcome) -> str:
        """Tell the model how the command ended."""
        return (
            f"Wall time: {outcome.duration_ms / 1000:.4f} seconds\n"
            f"Process exited with code {outcome.exit_code}\n"
            f"Output:\n{outcome.output}"
        )

    def rejection(self) -> str:
        """Tell the model that the client declined."""
        return "exec_command failed: the command was not run: rejected by user"

    def show_started(self) -> None:
        """Show the command as in progress."""
        self.around.events.command_shown(self.command)

    def show_begun(self) -> None:
        """Show, once, that the command begins to run."""
        if not self._begun:
            self._begun = True
            self.around.events.command_begun(self.command)

    def show_completed(self, status: str, outcome: Outcome | None = None) -> None:
        """Show the command as `completed`, `failed` or `declined`."""
        self.around.events.command_over(self.command, status, outcome)
