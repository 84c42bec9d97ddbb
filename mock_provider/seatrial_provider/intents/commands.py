"""Intents about commands: to run one, and to type into one that is running."""

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass

from seatrial_provider.intents.base import Call
from seatrial_provider.intents.conforming import unusable
from seatrial_provider.intents.permissions import Permissions
from seatrial_provider.intents.values import Filled, Milliseconds


@dataclass(frozen=True, slots=True)
class RunCommand(Call):
    """The model wants a shell command to be run.

    Attributes:
        command: Shell, one line or more.
        escalated: Whether it asks to run outside the sandbox.
        justification: Why it asks, in words meant for the user.
        prefix_rule: The words with which later commands begin that need not ask again.
        permissions: What the command may do beside what the sandbox allows.
        workdir: Where to run it; None leaves it to the server under test.
        tty: Whether it runs in a terminal (a pty).
        yield_time_ms: How long its output is waited for before the call returns; a command that
            runs longer goes on as a session.
        timeout_ms: How long it may run.
    """

    command: Filled
    _: KW_ONLY
    escalated: bool = False
    justification: str | None = None
    prefix_rule: Sequence[str] = ()
    permissions: Permissions | None = None
    workdir: str | None = None
    tty: bool = False
    yield_time_ms: Milliseconds | None = None
    timeout_ms: Milliseconds | None = None

    def check(self) -> None:
        """Looks at whether what it asks for goes together."""
        if self.escalated and self.permissions is not None:
            raise unusable(
                "permissions of run_command(...)",
                expected="either escalated=True or permissions",
                arrived="both",
                cause="Is the command to run outside the sandbox, or in a wider one?",
                remedy="Leave one of them out.",
            )


@dataclass(frozen=True, slots=True)
class SendInput(Call):
    """The model types into a command that is still running.

    Attributes:
        to: The id of the call that started the command (`call_id` of its `run_command`); the
            session is read from what the server under test answered to it.
        chars: What is typed; nothing at all only looks for new output.
        yield_time_ms: How long output is waited for before the call returns.
    """

    to: Filled
    chars: str = ""
    _: KW_ONLY
    yield_time_ms: Milliseconds | None = None
