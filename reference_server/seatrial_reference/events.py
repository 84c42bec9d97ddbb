"""What a turn tells its client, in no dialect's words: a front end says it in its own."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from seatrial_reference.approvals import Decision
    from seatrial_reference.commands import Command
    from seatrial_reference.errors import TurnFailed
    from seatrial_reference.patch.patching import Patch
    from seatrial_reference.runner import Outcome
    from seatrial_reference.threads import Thread


class TurnEvents:
    """The voice of one turn. What a dialect has no word for, it leaves out.

    Args:
        thread: The thread of the turn.
        turn_id: The turn.

    Attributes:
        decisions: How the client spells its decisions.
        answer_members: The members of an answer that may hold one, the first one first.
        can_ask: Whether the client can be asked at all.
        can_elicit: Whether it can be asked what a tool server asks.
        tools: The tools that the model is offered: those whose requests the dialect has words for.
    """

    decisions: Mapping[str, Decision]
    answer_members: tuple[str, ...] = ("decision",)
    can_ask: bool = True
    can_elicit: bool = False
    tools: tuple[str, ...] = ("exec_command", "apply_patch")

    def __init__(self, thread: Thread, turn_id: str) -> None:
        self.thread = thread
        self.turn_id = turn_id

    def begun(self, started_at: int) -> None:
        """The turn began, at this time in seconds since the epoch."""

    def user_said(self, texts: list[str]) -> None:
        """What the user said was taken in."""

    def message_started(self, item_id: str) -> None:
        """The model began to say something."""

    def message_delta(self, item_id: str, delta: str) -> None:
        """A message of the model grew."""

    def message_completed(self, item_id: str, text: str) -> None:
        """A message of the model is whole, or as whole as it gets."""

    def command_shown(self, command: Command) -> None:
        """The model wishes to run a command, and it is not refused out of hand."""

    def command_begun(self, command: Command) -> None:
        """A command begins to run; said once, however often it is tried."""

    def output_delta(self, command: Command, delta: str) -> None:
        """A command wrote something."""

    def command_over(self, command: Command, status: str, outcome: Outcome | None) -> None:
        """Nothing more comes of a command.

        Args:
            command: The command.
            status: `completed`, `failed` or `declined`.
            outcome: How it ended, if it ran to its end.
        """

    def asked(self, request_id: int, facts: Mapping[str, Any]) -> None:
        """The client has to be asked for approval of a command, in a request with this id.

        Args:
            request_id: The id.
            facts: See `Execution.facts`.
        """

    def patch_shown(self, patch: Patch) -> None:
        """The model wishes to change files, and it is not refused out of hand."""

    def patch_begun(self, patch: Patch, *, auto_approved: bool) -> None:
        """The files of a patch are about to be changed, asked for or not."""

    def patch_over(self, patch: Patch, status: str, said: str) -> None:
        """Nothing more comes of a patch.

        Args:
            patch: The patch.
            status: `completed`, `failed` or `declined`.
            said: What the model is told of it.
        """

    def patch_asked(self, request_id: int, facts: Mapping[str, Any]) -> None:
        """The client has to be asked for approval of a patch; see `Patching.facts`."""

    def permissions_asked(self, request_id: int, facts: Mapping[str, Any]) -> None:
        """The client has to be asked for permissions; see `AskingPermission.facts`."""

    def user_asked(self, request_id: int, facts: Mapping[str, Any]) -> None:
        """The user has to be asked; see `AskingUser.facts`."""

    def amendment(self, message: dict[str, Any]) -> list[str] | None:
        """Give the words that the client's answer allows from now on; None where it does not."""
        del message
        return None

    def elicited(self, request_id: int, facts: Mapping[str, Any]) -> None:
        """The client has to be asked what a tool server asks.

        Args:
            request_id: The id.
            facts: See `ToolCall.facts`.
        """

    def tool_shown(self, item: Mapping[str, Any], *, over: bool) -> None:
        """A call of a tool server's tool is as the item says: it begins, or it is over."""

    def settled(self, request_id: int) -> None:
        """A request is settled, however that came about."""

    def status(self, kind: str, *flags: str) -> None:
        """The thread's state changed: `idle`, or `active` with its flags."""
        self.thread.status = {"type": kind}
        if kind == "active":
            self.thread.status["activeFlags"] = list(flags)

    def usage(self, total: dict[str, int], last: dict[str, int]) -> None:
        """A reply was paid for: tokens of the thread and of the reply."""

    def failed(self, failure: TurnFailed) -> None:
        """The turn fails; it is not tried again."""

    def over(self, status: str, failure: TurnFailed | None, **times: int) -> None:
        """The turn is over, and the next one may begin.

        Args:
            status: `completed`, `interrupted` or `failed`.
            failure: Why it failed.
            times: `started_at` and `completed_at` in seconds since the epoch, `duration_ms`.
        """
