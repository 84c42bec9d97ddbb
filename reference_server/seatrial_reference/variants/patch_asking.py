"""Defects in asking for changes of files: how often, when, for which, and for how long."""

from __future__ import annotations

from dataclasses import replace

from seatrial_reference.patch.grants import ChangeGrants
from seatrial_reference.patch.patching import Patching
from seatrial_reference.patch.policy import ChangePolicy
from seatrial_reference.policy import Ask, Refuse, Run
from seatrial_reference.services import Parts
from seatrial_reference.variants.variant import Variant

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from seatrial_reference.approvals import Decision, Pending
    from seatrial_reference.patch.files import FileChange
    from seatrial_reference.settings import SandboxPolicy, Settings
    from seatrial_reference.wish import Result


class _AsksTwice(Patching):
    def ask(self, reason: str | None) -> Decision:
        super().ask(reason)
        return super().ask(reason)


class _AsksBeforeStarted(Patching):
    """Holds `item/started` back until the request is out."""

    def ask_first(self, reason: str | None) -> Result:
        return self.act_on(self.ask(reason))

    def settle(self, pending: Pending) -> Decision:
        self.around.events.patch_shown(self.patch)
        return super().settle(pending)


class _CompletesAnother(Patching):
    def show_over(self, status: str, said: str) -> None:
        another = replace(self.patch, call_id=f"not-{self.patch.call_id}")
        self.around.events.patch_over(another, status, said)


class _AutoUnstarted(Patching):
    """Says nothing of a change that is made unasked, until it is over."""

    def perform(self) -> Result:
        services, around = self.around.services, self.around
        sandbox = services.permits.widened(around)
        verdict = services.change_policy.judge(self.patch.changes, around.settings, sandbox)
        return self.make(None) if isinstance(verdict, Run) else super().perform()


class _AlwaysAsks(ChangePolicy):
    def judge(
        self, changes: Sequence[FileChange], settings: Settings, sandbox: SandboxPolicy
    ) -> Run | Ask | Refuse:
        verdict = super().judge(changes, settings, sandbox)
        return Ask(reason=None) if isinstance(verdict, Run) else verdict


class _AllowsOutside(ChangePolicy):
    """Where something may be written, everything may."""

    def inside(self, changes: Sequence[FileChange], roots: Sequence[str]) -> bool:
        return bool(roots) or super().inside(changes, roots)


class _Forgets(ChangeGrants):
    def remember(self, thread_id: str, changes: Sequence[FileChange]) -> None:
        del thread_id, changes


class _GrantsEveryFile(ChangeGrants):
    def covers(self, thread_id: str, changes: Sequence[FileChange]) -> bool:
        del changes
        return any(granted == thread_id for granted, _ in self.granted)


class _Leaks(ChangeGrants):
    def covers(self, thread_id: str, changes: Sequence[FileChange]) -> bool:
        del thread_id
        paths = {path for change in changes for path in change.touched}
        return paths <= {path for _, path in self.granted}


VARIANTS = (
    Variant(
        name="patch-asks-twice",
        defect="The client is asked two times for one change; the second answer counts.",
        parts=Parts(patching=_AsksTwice),
    ),
    Variant(
        name="patch-asks-before-started",
        defect="The client is asked for a change before it is told that its item started.",
        parts=Parts(patching=_AsksBeforeStarted),
    ),
    Variant(
        name="patch-completes-another",
        defect="The file change that completes is not the one that started.",
        parts=Parts(patching=_CompletesAnother),
    ),
    Variant(
        name="patch-auto-unstarted",
        defect="A change that is made unasked is reported only when it is over.",
        parts=Parts(patching=_AutoUnstarted),
    ),
    Variant(
        name="patch-always-asks",
        defect="Changes that policy and sandbox allow are asked for.",
        parts=Parts(change_policy=_AlwaysAsks),
    ),
    Variant(
        name="patch-allows-outside",
        defect="Where the workspace may be written to, every other folder may be.",
        parts=Parts(change_policy=_AllowsOutside),
    ),
    Variant(
        name="patch-forgets-grant",
        defect="A file whose changes were accepted for the session is asked for again.",
        parts=Parts(change_grants=_Forgets),
    ),
    Variant(
        name="patch-grants-every-file",
        defect="Accepting one change for the session accepts changes of every file of the thread.",
        parts=Parts(change_grants=_GrantsEveryFile),
    ),
    Variant(
        name="patch-leaks-grant",
        defect="A change accepted for the session in one thread is not asked for in others.",
        parts=Parts(change_grants=_Leaks),
    ),
)
