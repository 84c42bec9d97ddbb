"""Which commands the client accepted for the rest of a thread."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from seatrial_reference.commands import Command


class SessionGrants:
    """Commands accepted for the session, by thread, arguments and folder."""

    def __init__(self) -> None:
        self.granted: set[tuple[str, tuple[str, ...], str]] = set()

    def remember(self, thread_id: str, command: Command) -> None:
        """Note that the client does not want to be asked for this command again."""
        self.granted.add((thread_id, command.argv, command.cwd))

    def covers(self, thread_id: str, command: Command) -> bool:
        """Tell whether the client accepted this very command for this thread."""
        return (thread_id, command.argv, command.cwd) in self.granted
