"""One patch from the model's wish to its result: judged, asked about, made, shown, told."""

from __future__ import annotations

from dataclasses import dataclass

from seatrial_reference.arguments import BadCall, read_arguments, require
from seatrial_reference.patch.grammar import parse
from seatrial_reference.patch.lines import Conflict
from seatrial_reference.policy import Ask, Refuse
from seatrial_reference.wish import Result, Wish

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from seatrial_reference.approvals import Decision
    from seatrial_reference.patch.files import FileChange
    from seatrial_reference.wish import Surroundings

_LETTERS = {"add": "A", "update": "M", "delete": "D"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Patch:
    """Changes of files that belong together.

    Args:
        call_id: The id of the model's call, which is also the id of the item.
        changes: The changes, in the order of the patch.
        auto_approved: Whether they are made unasked.
    """

    call_id: str
    changes: tuple[FileChange, ...]
    auto_approved: bool = False


def read_patch(call_id: str, arguments: str, around: Surroundings) -> Patch:
    """Read the arguments of a call of `apply_patch`, and work out what it comes to.

    Raises:
        BadCall: The arguments are not what the tool takes, or the patch does not fit the files.
    """
    patches = parse(require(read_arguments(arguments), "input", str))
    try:
        return Patch(
            call_id=call_id, changes=around.services.files.plan(patches, around.settings.cwd)
        )
    except Conflict as error:
        raise BadCall(f"apply_patch verification failed: {error}") from None


class Patching(Wish):
    """The way of one patch.

    Args:
        patch: What the model wishes to change.
        around: The turn it belongs to.
    """

    def __init__(self, patch: Patch, around: Surroundings) -> None:
        super().__init__(around)
        self.patch = patch

    def perform(self) -> Result:
        """Go the whole way.

        Raises:
            TurnInterrupted: The client cancelled, or interrupted the turn.
        """
        services, changes = self.around.services, self.patch.changes
        sandbox = services.permits.widened(self.around)
        verdict = services.change_policy.judge(changes, self.around.settings, sandbox)
        if isinstance(verdict, Refuse):
            return Result(output=verdict.message)
        if isinstance(verdict, Ask) and not self.granted():
            return self.ask_first(verdict.reason)
        self.around.events.patch_shown(self.patch)
        self.around.events.patch_begun(self.patch, auto_approved=True)
        return self.make(None)

    def granted(self) -> bool:
        """Tell whether the client accepted changes of these files for the session."""
        grants = self.around.services.change_grants
        return grants.covers(self.around.thread_id, self.patch.changes)

    def ask_first(self, reason: str | None) -> Result:
        """Show the patch, ask for it, and do as the client decides."""
        self.around.events.patch_shown(self.patch)
        return self.act_on(self.ask(reason))

    def facts(self, reason: str | None) -> dict[str, Any]:
        """Give the patch, and the item that it is."""
        return {
            "thread": self.around.thread_id,
            "turn": self.around.control.turn_id,
            "item": self.patch.call_id,
            "reason": reason,
            "changes": self.patch.changes,
        }

    def put(self, request_id: int, facts: dict[str, Any]) -> None:
        """Ask for approval of the patch."""
        self.around.events.patch_asked(request_id, facts)

    def remember(self) -> None:
        """Note that changes of these files were accepted for the session."""
        grants = self.around.services.change_grants
        grants.remember(self.around.thread_id, self.patch.changes)

    def accepted(self, decision: Decision) -> Result:
        """Make the changes."""
        self.around.events.patch_begun(self.patch, auto_approved=False)
        return self.make(decision)

    def make(self, decision: Decision | None) -> Result:
        """Make the changes, and tell the client and the model what came of it."""
        try:
            self.around.services.files.make(self.patch.changes)
        except (Conflict, OSError) as error:
            self.show_over("failed", str(error))
            return Result(output=f"apply_patch failed: {error}", decision=decision)
        report = self.report()
        self.show_over("completed", report)
        return Result(output=report, decision=decision)

    def report(self) -> str:
        """Tell the model what was changed."""
        lines = [f"{_LETTERS[change.kind]} {change.target}\n" for change in self.patch.changes]
        return "Success. Updated the following files:\n" + "".join(lines)

    def rejection(self) -> str:
        """Tell the model that the client declined."""
        return "patch rejected by user"

    def show_declined(self) -> None:
        """Show the patch as declined."""
        self.show_over("declined", "")

    def show_over(self, status: str, said: str) -> None:
        """Show the patch as `completed`, `failed` or `declined`."""
        self.around.events.patch_over(self.patch, status, said)
