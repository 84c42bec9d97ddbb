"""What the checks of file changes have in common: patches played out, and the files looked at."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from seatrial.conformance import Level, Trial
from seatrial.dialects import Approval, Conversation, Decision, FileChange, Turn
from seatrial_provider import reply, say, when_user_text
from seatrial_suites.approvals.patch_cases import PatchCase
from seatrial_suites.approvals.scenes import Outcome, must_ask, play

__all__ = ["Patches", "Played", "same"]

_WARNING = "Warning: apply_patch was requested"
"""What Codex 0.98.0 puts into the user's mouth after a patch that came as a command."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """A patch that was asked for, answered and played to the turn's end.

    Attributes:
        case: The patch.
        outcome: How it ended, and what was asked on the way.
        shown: What the first request showed, with paths like those of the files.
        before: The files before, by path.
        after: The files afterwards.
        statuses: The status of each change that was reported as completed.
    """

    case: PatchCase
    outcome: Outcome
    shown: Sequence[FileChange]
    before: Mapping[str, bytes]
    after: Mapping[str, bytes]
    statuses: list[str]

    @property
    def left(self) -> dict[str, bytes]:
        """What became of the files that the patch is about."""
        names = {change.move_to or change.path for change in self.case.wished}
        names |= {change.path for change in self.case.wished}
        return {path: content for path, content in self.after.items() if path in names}


class Patches:
    """Patches in one conversation, one after the other.

    Attributes:
        conversation: The conversation.
    """

    def __init__(self, trial: Trial, conversation: Conversation) -> None:
        self._trial = trial
        self.conversation = conversation

    async def send(self, case: PatchCase, *, goes_on: bool = True) -> Turn:
        """Lays out the files, and begins the turn in which the model wishes for the patch.

        Args:
            case: The patch.
            goes_on: Whether the model is to be told what came of it.
        """
        for path, content in case.before.items():
            self._trial.workspace.joinpath(path).write_bytes(content)
        self._trial.model(reply(case.intent, when=when_user_text(case.name)))
        if goes_on:
            last = when_user_text(regex=f"^({re.escape(case.name)}$|{_WARNING})")
            self._trial.model(reply(say("done"), when=last))
        return await self.conversation.send(case.name)

    async def play(self, case: PatchCase, decision: Decision, *, goes_on: bool = True) -> Played:
        """Plays a turn to its end, and answers whatever is asked.

        Raises:
            Untestable: The server never asked.
        """
        turn = await self.send(case, goes_on=goes_on)
        before = self.files()
        outcome = await play(turn, decision)
        must_ask(self._trial, outcome)
        return Played(
            case=case,
            outcome=outcome,
            shown=self.shown(outcome.asked[0]),
            before={**before, **case.before},
            after=self.files(),
            statuses=[item.status for item in turn.file_changes()],
        )

    def files(self) -> dict[str, bytes]:
        """Returns the files of the workspace, by path."""
        root = self._trial.workspace
        found = (path for path in root.rglob("*") if path.is_file())
        return {path.relative_to(root).as_posix(): path.read_bytes() for path in found}

    def shown(self, approval: Approval) -> tuple[FileChange, ...]:
        """Returns what an approval shows, with the paths as the workspace has them."""
        return tuple(
            replace(
                change,
                path=self._within(change.path),
                move_to=None if change.move_to is None else self._within(change.move_to),
            )
            for change in approval.changes
        )

    def _within(self, path: str) -> str:
        root = self._trial.workspace.resolve()
        full = (root / path).resolve()
        return full.relative_to(root).as_posix() if full.is_relative_to(root) else str(full)


def same(
    trial: Trial,
    subject: str,
    *,
    expected: Mapping[str, Any],
    arrived: Mapping[str, Any],
    cause: str,
    level: Level = Level.MUST,
) -> None:
    """Looks whether two mappings are the same; a report shows only what differs."""
    keys = [name for name in {**expected, **arrived} if expected.get(name) != arrived.get(name)]
    trial.saw.equal(
        subject,
        expected={name: expected[name] for name in keys if name in expected},
        arrived={name: arrived[name] for name in keys if name in arrived},
        cause=cause,
        level=level,
    )
