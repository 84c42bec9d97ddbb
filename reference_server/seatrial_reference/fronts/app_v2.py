"""The dialect app_v2: threads and turns, one method of this class for each request."""

from __future__ import annotations

from functools import partial

from seatrial_reference.errors import INVALID_REQUEST, RequestError
from seatrial_reference.fronts.thread_events import ThreadEvents
from seatrial_reference.inputs import input_text, overridden
from seatrial_reference.settings import THREAD_SANDBOX
from seatrial_reference.shapes import thread_object, turn_object

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
            "thread/list": self.thread_list,
            "thread/read": self.thread_read,
            "turn/start": self.turn_start,
            "turn/interrupt": self.turn_interrupt,
        }

    def thread_start(self, request_id: Any, params: Params) -> None:
        """Start a thread."""
        thread = self._conversations.start(params)
        settings, shown = thread.settings, thread_object(thread, [])
        self._wire.respond(
            request_id,
            {
                "thread": shown,
                "model": settings.model,
                "modelProvider": thread.provider_name,
                "serviceTier": None,
                "cwd": settings.cwd,
                "instructionSources": [],
                "approvalPolicy": str(settings.approval),
                "approvalsReviewer": "user",
                "sandbox": THREAD_SANDBOX.write(settings.sandbox),
                "reasoningEffort": None,
            },
        )
        self._wire.notify("thread/started", {"thread": shown})

    def thread_loaded_list(self, request_id: Any, params: Params) -> None:
        """List the loaded threads, once every turn rests: the cheap request to use as a fence."""
        del params
        self._conversations.settle()
        answer = {"data": list(self._conversations.threads), "nextCursor": None}
        self._wire.respond(request_id, answer)

    def thread_list(self, request_id: Any, params: Params) -> None:
        """List the saved threads, newest first, all on one page."""
        del params
        data = [thread_object(thread, []) for thread in self._conversations.saved()]
        answer = {"data": data, "nextCursor": None, "backwardsCursor": None}
        self._wire.respond(request_id, answer)

    def thread_read(self, request_id: Any, params: Params) -> None:
        """Show one thread; the turns, where asked for, of loaded threads only."""
        thread_id = params.required_text("threadId")
        thread = self._conversations.threads.get(thread_id)
        if thread is not None:
            turns = list(thread.turns) if params.flag("includeTurns") else []
            self._wire.respond(request_id, {"thread": thread_object(thread, turns)})
            return
        for saved in self._conversations.saved():
            if saved.id == thread_id:
                self._wire.respond(request_id, {"thread": thread_object(saved, [])})
                return
        raise RequestError(INVALID_REQUEST, f"no rollout found for thread id {thread_id}")

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
