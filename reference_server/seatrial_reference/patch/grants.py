"""Which files the client lets the model change for the rest of a thread."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from seatrial_reference.patch.files import FileChange


class ChangeGrants:
    """Files whose changes were accepted for the session, by thread and path."""

    def __init__(self) -> None:
        self.granted: set[tuple[str, str]] = set()

    def remember(self, thread_id: str, changes: Sequence[FileChange]) -> None:
        """Note that the client does not want to be asked for these files again."""
        self.granted |= {(thread_id, path) for change in changes for path in change.touched}

    def covers(self, thread_id: str, changes: Sequence[FileChange]) -> bool:
        """Tell whether the client accepted changes of all these files for this thread."""
        return {(thread_id, path) for one in changes for path in one.touched} <= self.granted
