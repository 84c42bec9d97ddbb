"""The dialect app_v2: threads and turns, one method of this class for each request."""

from __future__ import annotations

from functools import partial

from seatrial_reference.fronts.thread_events import ThreadEvents
from seatrial_reference.inputs import input_text, overridden
from seatrial_reference.settings import THREAD_SANDBOX
from seatrial_reference.shapes import opened, thread_object, turn_object

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from seatrial_reference.connection import Handlers
    from seatrial_reference.conversations import Conversations
    from seatrial_reference.params import Params
    from seatrial_reference.wire import Wire


class AppV2:
    """Threads and turns of one connection (Codex app-server schema 0.163.0).

    Args:
        conversations: What it speaks of.
        wire: Where answers go.
    """

    def __init__(self, conversations: Conversations, wire: Wire) -> None:
        self._conversations = conversations
        self._wire = wire
        self.table: Handlers = {
            "thread/start": self.thread_start,
            "thread/loaded/list": self.thread_loaded_list,
            "turn/start": self.turn_start,
            "turn/interrupt": self.turn_interrupt,
        }

    def thread_start(self, request_id: Any, params: Params) -> None:
        """Start a thread, and its tool servers."""
        thread = self._conversations.start(params)
        shown = thread_object(thread, [])
        self._wire.respond(request_id, opened(thread, shown))
        self._wire.notify("thread/started", {"thread": shown})
        self._conversations.services.tool_servers.of(thread.id, elicits=ThreadEvents.can_elicit)

    def thread_loaded_list(self, request_id: Any, params: Params) -> None:
        """List the loaded threads, once every turn rests: the cheap request to use as a fence."""
        del params
        self._conversations.settle()
        answer = {"data": list(self._conversations.threads), "nextCursor": None}
        self._wire.respond(request_id, answer)

    def turn_start(self, request_id: Any, params: Params) -> None:
        """Start a turn; overrides of the settings stay for the turns after it."""
        thread = self._conversations.find(params, "threadId")
        texts = [input_text(part) for part in params.required_tables("input")]
        settings = overridden(thread.settings, params, THREAD_SANDBOX)
        speaks = partial(ThreadEvents, self._wire)
        turn = self._conversations.begin(thread, texts, settings, speaks)
        self._wire.respond(request_id, {"turn": turn_object(turn.id)})
        self._conversations.go(turn)

    def turn_interrupt(self, request_id: Any, params: Params) -> None:
        """Stop the turn that runs."""
        thread = self._conversations.find(params, "threadId")
        running = self._conversations.running(thread, params.required_text("turnId"))
        self._wire.respond(request_id, {})
        running.interrupt()
