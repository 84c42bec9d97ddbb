"""When a command runs, when the client is asked first, and when the model is refused."""

from __future__ import annotations

from dataclasses import dataclass

from seatrial_reference.commands import is_known_safe
from seatrial_reference.config import ApprovalPolicy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from seatrial_reference.commands import Command
    from seatrial_reference.runner import Outcome
    from seatrial_reference.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """The command runs without asking, in the sandbox or out of it."""

    sandboxed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """The client is asked first; `reason` is what the model gave for it, or None."""

    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refuse:
    """The command does not run; `message` is what the model is told."""

    message: str


class Policy:
    """The four approval policies, as Codex 0.98.0 and 0.163.0 behave (tried)."""

    def judge(self, command: Command, settings: Settings) -> Run | Ask | Refuse:
        """Decide about one command before it runs.

        Where there is no sandbox to leave, a call that asks to leave it is like any other.
        """
        escalates = command.escalated and settings.sandbox.confines
        match settings.approval:
            case ApprovalPolicy.ON_REQUEST if escalates:
                return self.escalated_on_request(command)
            case ApprovalPolicy.NEVER if escalates:
                return self.escalated_never(command)
            case _ if escalates:
                return self.refusal(settings.approval)
            case ApprovalPolicy.UNTRUSTED if not self.trusts(command):
                return Ask(reason=command.justification)
            case _:
                return self.plain(command, settings)

    def escalated_on_request(self, command: Command) -> Run | Ask | Refuse:
        """Decide about a call that asks to leave the sandbox under `on-request`."""
        return Ask(reason=command.justification)

    def escalated_never(self, command: Command) -> Run | Ask | Refuse:
        """Decide about a call that asks to leave the sandbox under `never`."""
        del command
        return self.refusal(ApprovalPolicy.NEVER)

    def plain(self, command: Command, settings: Settings) -> Run | Ask | Refuse:
        """Decide about a call that is content with the sandbox."""
        del command
        return Run(sandboxed=settings.sandbox.confines)

    def trusts(self, command: Command) -> bool:
        """Tell whether `untrusted` lets the command run unasked."""
        return is_known_safe(command.text)

    def retries(self, outcome: Outcome, settings: Settings) -> bool:
        """Tell whether the client is asked to run a command again without the sandbox."""
        return settings.approval is ApprovalPolicy.ON_FAILURE and outcome.denied_by_sandbox

    def refusal(self, policy: ApprovalPolicy) -> Refuse:
        """Say to the model that this policy never lets it leave the sandbox."""
        return Refuse(
            message=f"approval policy is {policy}; the command was not run: "
            f"escalated permissions cannot be asked for under this policy"
        )
