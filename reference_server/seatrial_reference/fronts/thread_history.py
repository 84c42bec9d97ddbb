"""Saved threads in the words of app_v2: resume, list, read, archive, fork and roll back."""

from __future__ import annotations

from seatrial_reference.errors import INVALID_PARAMS, RequestError
from seatrial_reference.params import Params
from seatrial_reference.shapes import message_item, opened, thread_object, turn_object, user_item

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from seatrial_reference.connection import Handlers
    from seatrial_reference.conversations import Conversations
    from seatrial_reference.saved.library import Opened
    from seatrial_reference.saved.record import PastTurn, Record
    from seatrial_reference.wire import Wire


class ThreadHistory:
    """The saved threads of one connection (Codex app-server schemas 0.98.0 and 0.163.0).

    Args:
        conversations: What it speaks of.
        wire: Where answers go.
    """

    def __init__(self, conversations: Conversations, wire: Wire) -> None:
        self._conversations = conversations
        self._wire = wire
        self.table: Handlers = {
            "thread/resume": self.resume,
            "thread/list": self.list,
            "thread/read": self.read,
            "thread/archive": self.archive,
            "thread/unarchive": self.unarchive,
            "thread/fork": self.fork,
            "thread/rollback": self.roll_back,
        }

    def resume(self, request_id: Any, params: Params) -> None:
        """Load a thread, or join one that is loaded; what it waits for is asked again."""
        thread_id = params.required_text("threadId")
        library = self._conversations.library
        found = library.resume(thread_id, params.text("path") or "", params)
        self._wire.respond(request_id, self._opened(found))
        self._conversations.services.approvals.ask_again(found.thread.id)

    def list(self, request_id: Any, params: Params) -> None:
        """List a page of the saved threads, or of the archived ones, newest first."""
        threads, cursor = self._conversations.library.page(
            params.number("limit"), params.text("cursor"), archived=params.flag("archived")
        )
        data = [thread_object(thread, []) for thread in threads]
        answer = {"data": data, "nextCursor": cursor, "backwardsCursor": None}
        self._wire.respond(request_id, answer)

    def read(self, request_id: Any, params: Params) -> None:
        """Show one thread, and its turns where they are asked for."""
        from seatrial_reference.saved import reopening

        thread_id = params.required_text("threadId")
        loaded = self._conversations.threads.get(thread_id)
        if loaded is not None and not loaded.recorded:
            self._wire.respond(request_id, {"thread": thread_object(loaded, [])})
            return
        record = self._conversations.library.read(thread_id)
        thread = loaded or reopening.thread(self._conversations, record)
        turns = _turns(record) if params.flag("includeTurns") else []
        self._wire.respond(request_id, {"thread": thread_object(thread, turns)})

    def archive(self, request_id: Any, params: Params) -> None:
        """Move a thread into the archive, and shut it down if it is loaded."""
        thread_id = params.required_text("threadId")
        self._conversations.library.archive(thread_id, "")
        self._wire.respond(request_id, {})
        self._wire.notify("thread/archived", {"threadId": thread_id})

    def unarchive(self, request_id: Any, params: Params) -> None:
        """Bring a thread back from the archive."""
        thread = self._conversations.library.unarchive(params.required_text("threadId"))
        self._wire.respond(request_id, {"thread": thread_object(thread, [])})
        self._wire.notify("thread/unarchived", {"threadId": thread.id})

    def fork(self, request_id: Any, params: Params) -> None:
        """Make a thread out of another one's history, up to a turn or whole."""
        thread_id, path = params.required_text("threadId"), params.text("path") or ""
        library = self._conversations.library
        forked = library.fork(thread_id, path, params.text("lastTurnId"), params)
        answer = self._opened(forked)
        self._wire.respond(request_id, answer)
        self._wire.notify("thread/started", {"thread": {**answer["thread"], "turns": []}})

    def roll_back(self, request_id: Any, params: Params) -> None:
        """Drop the last turns of a loaded thread."""
        thread = self._conversations.find(params, "threadId")
        turns = params.number("numTurns")
        if turns is None:
            raise RequestError(INVALID_PARAMS, "Invalid params: missing field `numTurns`")
        record = self._conversations.library.roll_back(thread, turns)
        self._wire.respond(request_id, {"thread": thread_object(thread, _turns(record))})

    def _opened(self, found: Opened) -> dict[str, Any]:
        return opened(found.thread, thread_object(found.thread, _turns(found.record)))


def _turns(record: Record) -> list[dict[str, Any]]:
    return [_turn(turn) for turn in record.turns]


def _turn(turn: PastTurn) -> dict[str, Any]:
    items = [
        user_item(f"{turn.id}-{number}", [text])
        if who == "user"
        else message_item(f"{turn.id}-{number}", text)
        for number, (who, text) in enumerate(turn.said)
    ]
    return turn_object(turn.id, status=turn.status, items=items, items_view="full")
