"""Defects in what becomes of files: when they are changed, how, what is shown and told of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from seatrial_reference.errors import TurnInterrupted
from seatrial_reference.patch.files import Files
from seatrial_reference.patch.lines import Conflict
from seatrial_reference.patch.patching import Patching
from seatrial_reference.services import Parts
from seatrial_reference.variants.variant import Variant
from seatrial_reference.wish import Result

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from seatrial_reference.approvals import Decision
    from seatrial_reference.patch.files import FileChange
    from seatrial_reference.patch.grammar import FilePatch
    from seatrial_reference.patch.patching import Patch
    from seatrial_reference.wish import Surroundings


class _NeverMade(Patching):
    def make(self, decision: Decision | None) -> Result:
        self.show_over("completed", self.report())
        return Result(output=self.report(), decision=decision)


class _BeforeAnswer(_NeverMade):
    def perform(self) -> Result:
        self.around.services.files.make(self.patch.changes)
        return super().perform()


class _IgnoresDecline(Patching):
    def declined(self) -> Result:
        self.around.services.files.make(self.patch.changes)
        return super().declined()


class _IgnoresCancel(Patching):
    def cancelled(self) -> Result:
        self.around.services.files.make(self.patch.changes)
        return super().cancelled()


class _AddsLastEnd(Files):
    def make_one(self, change: FileChange) -> None:
        after = change.after
        if after is not None and not after.endswith("\n"):
            after += "\n"
        super().make_one(replace(change, after=after))


class _MakesEndsUniform(Files):
    def make_one(self, change: FileChange) -> None:
        after = change.after
        super().make_one(replace(change, after=after and after.replace("\r\n", "\n")))


class _MoveLeavesFile(Files):
    def make_one(self, change: FileChange) -> None:
        super().make_one(change)
        if change.move_to is not None and change.before is not None:
            Path(change.path).write_bytes(change.before.encode())


class _MakesPart(Files):
    """Leaves out of a patch what does not fit."""

    def plan(self, patches: Sequence[FilePatch], cwd: str) -> tuple[FileChange, ...]:
        fitting: list[FileChange] = []
        for patch in patches:
            try:
                fitting += super().plan([patch], cwd)
            except Conflict:
                continue
        return tuple(fitting)


class _SaysNothingOfConflict(Files):
    def plan(self, patches: Sequence[FilePatch], cwd: str) -> tuple[FileChange, ...]:
        try:
            return super().plan(patches, cwd)
        except Conflict:
            raise Conflict("the patch does not fit") from None


class _StaysInSandbox(Patching):
    def accepted(self, decision: Decision) -> Result:
        services, around = self.around.services, self.around
        roots = services.permits.widened(around).roots(around.settings.cwd)
        if services.change_policy.inside(self.patch.changes, roots):
            return super().accepted(decision)
        self.show_over("failed", "Read-only file system")
        return Result(output="apply_patch failed: Read-only file system", decision=decision)


class _AcceptKillsTurn(Patching):
    def accepted(self, decision: Decision) -> Result:
        super().accepted(decision)
        raise TurnInterrupted


class _DeclineKillsTurn(Patching):
    def declined(self) -> Result:
        return self.cancelled()


class _CancelContinues(Patching):
    def cancelled(self) -> Result:
        return self.declined()


class _DeclineUntold(Patching):
    def rejection(self) -> str:
        return self.report()


class _ShownDeclined(Patching):
    def show_over(self, status: str, said: str) -> None:
        super().show_over("declined", said)


class _DeclineShownCompleted(Patching):
    def show_declined(self) -> None:
        self.show_over("completed", "")


class _ShownInPart(Patching):
    """Shows the first change of a patch, and makes them all."""

    def __init__(self, patch: Patch, around: Surroundings) -> None:
        super().__init__(replace(patch, changes=patch.changes[:1]), around)
        self._whole = patch.changes

    def make(self, decision: Decision | None) -> Result:
        self.around.services.files.make(self._whole[1:])
        return super().make(decision)


VARIANTS = (
    Variant(
        name="patch-before-answer",
        defect="The files have already been changed when the client is asked.",
        parts=Parts(patching=_BeforeAnswer),
    ),
    Variant(
        name="patch-never-made",
        defect="Files are never changed, though it is shown as done.",
        parts=Parts(patching=_NeverMade),
    ),
    Variant(
        name="patch-ignores-decline",
        defect="The files are changed though the client declined.",
        parts=Parts(patching=_IgnoresDecline),
    ),
    Variant(
        name="patch-ignores-cancel",
        defect="The files are changed though the client cancelled.",
        parts=Parts(patching=_IgnoresCancel),
    ),
    Variant(
        name="patch-adds-last-end",
        defect="A last line without an end gets one, which is not shown.",
        parts=Parts(files=_AddsLastEnd),
    ),
    Variant(
        name="patch-makes-ends-uniform",
        defect="Lines that end in CRLF end in LF afterwards, which is not shown.",
        parts=Parts(files=_MakesEndsUniform),
    ),
    Variant(
        name="patch-move-leaves-file",
        defect="A file that is moved stays where it was, too.",
        parts=Parts(files=_MoveLeavesFile),
    ),
    Variant(
        name="patch-makes-part",
        defect="Of a patch that does not fit, the part is made that does.",
        parts=Parts(files=_MakesPart),
    ),
    Variant(
        name="patch-conflict-untold",
        defect="The model is not told what of its patch did not fit.",
        parts=Parts(files=_SaysNothingOfConflict),
    ),
    Variant(
        name="patch-stays-in-sandbox",
        defect="An accepted change is not made where the sandbox does not allow it.",
        parts=Parts(patching=_StaysInSandbox),
    ),
    Variant(
        name="patch-accept-kills-turn",
        defect="After an accepted change was made, the turn is interrupted.",
        parts=Parts(patching=_AcceptKillsTurn),
    ),
    Variant(
        name="patch-decline-kills-turn",
        defect="A declined change interrupts the turn.",
        parts=Parts(patching=_DeclineKillsTurn),
    ),
    Variant(
        name="patch-cancel-continues",
        defect="A cancelled change is treated as declined, and the turn goes on.",
        parts=Parts(patching=_CancelContinues),
    ),
    Variant(
        name="patch-decline-untold",
        defect="The model is told that a declined change was made.",
        parts=Parts(patching=_DeclineUntold),
    ),
    Variant(
        name="patch-shown-declined",
        defect="Every change is shown as declined, whatever came of it.",
        parts=Parts(patching=_ShownDeclined),
    ),
    Variant(
        name="patch-decline-shown-completed",
        defect="A declined change is shown as completed.",
        parts=Parts(patching=_DeclineShownCompleted),
    ),
    Variant(
        name="patch-shown-in-part",
        defect="Only the first of several changes is shown, and all are made.",
        parts=Parts(patching=_ShownInPart),
    ),
)
