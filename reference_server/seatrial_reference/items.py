"""What the client hears of one turn: its items, its state, its tokens."""

from __future__ import annotations

from seatrial_reference.ids import now_ms

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from seatrial_reference.threads import Thread
    from seatrial_reference.wire import Wire


class ItemEvents:
    """Notifications about one turn (Codex app-server schema 0.163.0).

    Args:
        wire: Where they go.
        thread: The thread of the turn.
        turn_id: The turn.
    """

    def __init__(self, wire: Wire, thread: Thread, turn_id: str) -> None:
        self._wire = wire
        self._thread = thread
        self._turn_id = turn_id
        self.shown: list[dict[str, Any]] = []

    def started(self, item: dict[str, Any]) -> None:
        """An item began."""
        self._notify("item/started", item=item, turnId=self._turn_id, startedAtMs=now_ms())

    def completed(self, item: dict[str, Any]) -> None:
        """An item is over; it becomes part of the turn as the client may read it again."""
        self.shown.append(item)
        self._notify("item/completed", item=item, turnId=self._turn_id, completedAtMs=now_ms())

    def message_delta(self, item_id: str, delta: str) -> None:
        """A message of the model grew."""
        self._notify("item/agentMessage/delta", turnId=self._turn_id, itemId=item_id, delta=delta)

    def output_delta(self, item_id: str, delta: str) -> None:
        """A command wrote something."""
        method = "item/commandExecution/outputDelta"
        self._notify(method, turnId=self._turn_id, itemId=item_id, delta=delta)

    def status(self, kind: str, *flags: str) -> None:
        """The thread's state changed: `idle`, or `active` with its flags."""
        status: dict[str, Any] = {"type": kind}
        if kind == "active":
            status["activeFlags"] = list(flags)
        self._thread.status = status
        self._notify("thread/status/changed", status=status)

    def usage(self, total: dict[str, int], last: dict[str, int]) -> None:
        """A reply was paid for: tokens of the thread and of the reply."""
        usage = {"total": total, "last": last, "modelContextWindow": None}
        self._notify("thread/tokenUsage/updated", turnId=self._turn_id, tokenUsage=usage)

    def error(self, error: dict[str, Any]) -> None:
        """The turn fails; it is not tried again."""
        self._notify("error", turnId=self._turn_id, error=error, willRetry=False)

    def turn(self, method: str, turn: dict[str, Any]) -> None:
        """The turn began (`turn/started`) or is over (`turn/completed`)."""
        self._notify(method, turn=turn)

    def _notify(self, method: str, **params: Any) -> None:
        self._wire.notify(method, {"threadId": self._thread.id, **params})
