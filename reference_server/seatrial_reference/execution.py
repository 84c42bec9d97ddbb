"""One command from the model's wish to its result: judged, asked about, run, shown, told."""

from __future__ import annotations

from seatrial_reference.approvals import Decision
from seatrial_reference.errors import SandboxUnavailable, TurnInterrupted
from seatrial_reference.policy import Ask, Refuse, Run
from seatrial_reference.wish import Result, Wish

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from seatrial_reference.commands import Command
    from seatrial_reference.runner import Outcome
    from seatrial_reference.wish import Surroundings

RETRY_REASON = "command failed; retry without sandbox?"


class Execution(Wish):
    """The way of one command.

    Args:
        command: What the model wishes to run.
        around: The turn it belongs to.
    """

    def __init__(self, command: Command, around: Surroundings) -> None:
        super().__init__(around)
        self.command = command
        self._begun = False
        self.risk: dict[str, str] | None = None
        self._allowed: list[str] | None = None

    def perform(self) -> Result:
        """Go the whole way.

        Raises:
            TurnInterrupted: The client cancelled, or interrupted the turn.
        """
        verdict = self.judge()
        if isinstance(verdict, Refuse):
            return Result(output=verdict.message)
        if isinstance(verdict, Ask):
            if self.around.services.grants.covers(self.around.thread_id, self.command):
                self.show_started()
                self.show_begun()
                return self.finish(self.run(sandboxed=False))
            return self.ask_first(verdict.reason)
        return self.run_unasked(sandboxed=verdict.sandboxed)

    def judge(self) -> Run | Ask | Refuse:
        """Decide by the rules of the home; where they do not, by the policy."""
        services, settings = self.around.services, self.around.settings
        by_rule = services.rules.judge(self.command, settings)
        return by_rule or services.policy.judge(self.command, settings)

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
        if not self.around.services.policy.retries(outcome, self.around.settings):
            return self.finish(outcome)
        if self.around.services.grants.covers(self.around.thread_id, self.command):
            return self.finish(self.run(sandboxed=False))
        return self.act_on(self.ask(RETRY_REASON))

    def ask(self, reason: str | None) -> Decision:
        """Have the command assessed, if it is to be; then ask.

        Raises:
            TurnInterrupted: The turn was interrupted meanwhile.
        """
        self.risk = self.around.services.assessor.assess(self.command, self.around)
        return super().ask(reason)

    def facts(self, reason: str | None) -> dict[str, Any]:
        """Give the command: the program and its arguments, and what they probably do."""
        return {
            "thread": self.around.thread_id,
            "turn": self.around.control.turn_id,
            "item": self.command.call_id,
            "reason": reason,
            "command": self.command.argv,
            "cwd": self.command.cwd,
            "actions": self.command.actions,
            "amendment": self.amendment(),
            **({"risk": self.risk} if self.risk else {}),
        }

    def amendment(self) -> list[str] | None:
        """Give the words that the client may allow together with its acceptance, or None."""
        return self.around.services.rules.proposal(self.command)

    def read(self, message: dict[str, Any]) -> Decision:
        """Read the client's answer; it may allow what it was offered to allow from now on."""
        allowed = self.around.events.amendment(message)
        if allowed is None or allowed != self.amendment():
            return super().read(message)
        self._allowed = allowed
        return Decision.ACCEPT

    def put(self, request_id: int, facts: dict[str, Any]) -> None:
        """Ask for approval of the command."""
        self.around.events.asked(request_id, facts)

    def remember(self) -> None:
        """Note that the command was accepted for the session."""
        self.around.services.grants.remember(self.around.thread_id, self.command)

    def accepted(self, decision: Decision) -> Result:
        """Run the command once, without the sandbox."""
        if self._allowed:
            self.amend(self._allowed)
        self.show_begun()
        return self.finish(self.run_accepted(), decision)

    def amend(self, words: list[str]) -> None:
        """Allow from now on what begins with these words."""
        self.around.services.rules.add(words)

    def run_accepted(self) -> Outcome:
        """Run the command that the client accepted."""
        return self.run(sandboxed=False)

    def run(self, *, sandboxed: bool) -> Outcome:
        """Run the command and show its output as it comes."""
        events, services = self.around.events, self.around.services
        try:
            return services.runner.run(
                self.command,
                confined_by=services.permits.widened(self.around) if sandboxed else None,
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

    def show_declined(self) -> None:
        """Show the command as declined."""
        self.show_completed("declined")

    def show_completed(self, status: str, outcome: Outcome | None = None) -> None:
        """Show the command as `completed`, `failed` or `declined`."""
        self.around.events.command_over(self.command, status, outcome)
