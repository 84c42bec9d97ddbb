"""Defects in accepting for the session: forgotten, too wide, or shared between threads."""

from __future__ import annotations

from seatrial_reference.grants import SessionGrants
from seatrial_reference.services import Parts
from seatrial_reference.variants.variant import Variant

TYPE_CHECKING = False
if TYPE_CHECKING:
    from seatrial_reference.commands import Command


class _Forgets(SessionGrants):
    def remember(self, thread_id: str, command: Command) -> None:
        del thread_id, command


class _GrantsEverything(SessionGrants):
    def covers(self, thread_id: str, command: Command) -> bool:
        del command
        return any(granted == thread_id for granted, _, _ in self.granted)


class _Leaks(SessionGrants):
    def covers(self, thread_id: str, command: Command) -> bool:
        del thread_id
        wanted = (command.argv, command.cwd)
        return any((argv, cwd) == wanted for _, argv, cwd in self.granted)


VARIANTS = (
    Variant(
        name="forgets-session-grant",
        defect="A command accepted for the session is asked for again.",
        parts=Parts(grants=_Forgets),
    ),
    Variant(
        name="grants-everything",
        defect="Accepting one command for the session accepts every command of the thread.",
        parts=Parts(grants=_GrantsEverything),
    ),
    Variant(
        name="leaks-session-grant",
        defect="A command accepted for the session in one thread is not asked for in others.",
        parts=Parts(grants=_Leaks),
    ),
)
