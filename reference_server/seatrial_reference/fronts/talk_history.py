"""Saved conversations in the words of app_v1: resume, list, archive and fork."""

from __future__ import annotations

from seatrial_reference import __version__
from seatrial_reference.errors import INVALID_PARAMS, RequestError
from seatrial_reference.ids import timestamp
from seatrial_reference.params import Params

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from seatrial_reference.connection import Handlers
    from seatrial_reference.conversations import Conversations
    from seatrial_reference.saved.library import Opened
    from seatrial_reference.threads import Thread
    from seatrial_reference.wire import Wire

_EVENTS = {"user": "user_message", "agent": "agent_message"}


class TalkHistory:
    """The saved conversations of one connection (Codex app-server schema 0.98.0).

    Args:
        conversations: What it speaks of.
        wire: Where answers go.
    """

    def __init__(self, conversations: Conversations, wire: Wire) -> None:
        self._conversations = conversations
        self._wire = wire
        self.table: Handlers = {
            "resumeConversation": self.resume,
            "listConversations": self.list,
            "archiveConversation": self.archive,
            "forkConversation": self.fork,
        }

    def resume(self, request_id: Any, params: Params) -> None:
        """Load a conversation; nobody listens to it yet."""
        name, path = _named(params)
        asked = params.table("overrides") or Params({})
        self._answer(request_id, self._conversations.library.resume(name, path, asked))

    def list(self, request_id: Any, params: Params) -> None:
        """List a page of the saved conversations, newest first."""
        library = self._conversations.library
        threads, cursor = library.page(params.number("pageSize"), params.text("cursor"))
        items = [_summary(thread) for thread in threads]
        self._wire.respond(request_id, {"items": items, "nextCursor": cursor})

    def archive(self, request_id: Any, params: Params) -> None:
        """Move a conversation into the archive, and shut it down if it is loaded."""
        name, path = params.required_text("conversationId"), params.required_text("rolloutPath")
        self._conversations.library.archive(name, path)
        self._wire.respond(request_id, {})

    def fork(self, request_id: Any, params: Params) -> None:
        """Make a conversation out of another one's history."""
        name, path = _named(params)
        asked = params.table("overrides") or Params({})
        self._answer(request_id, self._conversations.library.fork(name, path, None, asked))

    def _answer(self, request_id: Any, found: Opened) -> None:
        """Say what was opened: in a notification, then in the answer."""
        thread = found.thread
        messages = [
            {"type": _EVENTS[who], "message": text}
            for turn in found.record.turns
            for who, text in turn.said
        ]
        told = {
            "model": thread.settings.model,
            "initialMessages": messages,
            "rolloutPath": thread.path,
        }
        configured = {"sessionId": thread.id, "historyLogId": 0, "historyEntryCount": 0}
        self._wire.notify("sessionConfigured", {**configured, "reasoningEffort": None, **told})
        self._wire.respond(request_id, {"conversationId": thread.id, **told})


def _named(params: Params) -> tuple[str, str]:
    name, path = params.text("conversationId") or "", params.text("path") or ""
    if not name and not path:
        raise RequestError(INVALID_PARAMS, "Invalid params: expected `path` or `conversationId`")
    return name, path


def _summary(thread: Thread) -> dict[str, Any]:
    return {
        "conversationId": thread.id,
        "path": thread.path,
        "preview": thread.preview,
        "timestamp": timestamp(thread.created_at),
        "updatedAt": timestamp(thread.updated_at),
        "modelProvider": thread.provider_name,
        "cwd": thread.settings.cwd,
        "cliVersion": __version__,
        "source": "appServer",
        "gitInfo": None,
    }
