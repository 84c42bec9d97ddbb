"""The dialect app_v1: conversations, listeners, and the events of Codex's core."""

from __future__ import annotations

from functools import partial

from seatrial_reference.errors import INVALID_REQUEST, RequestError
from seatrial_reference.fronts import core_patches
from seatrial_reference.fronts.core_events import CoreEvents, spell
from seatrial_reference.ids import new_id
from seatrial_reference.inputs import input_text, overridden
from seatrial_reference.settings import CORE_SANDBOX

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from seatrial_reference.client import Client
    from seatrial_reference.connection import Handlers
    from seatrial_reference.conversations import Conversations
    from seatrial_reference.params import Params
    from seatrial_reference.settings import Settings
    from seatrial_reference.threads import Thread
    from seatrial_reference.wire import Wire

ASK = "execCommandApproval"
ASK_PATCH = "applyPatchApproval"
FACTS = {
    "thread": "conversationId",
    "item": "callId",
    "command": "command",
    "cwd": "cwd",
    "reason": "reason",
    "actions": "parsedCmd",
    "risk": "risk",
}
"""ExecCommandApprovalParams, as recorded with Codex 0.65.0 and 0.98.0."""


class Listeners:
    """Who listens to which conversation, by subscription."""

    def __init__(self) -> None:
        self._conversations: dict[str, str] = {}

    def add(self, conversation: str) -> str:
        """Listen to a conversation; give the id of the subscription."""
        subscription = new_id()
        self._conversations[subscription] = conversation
        return subscription

    def remove(self, subscription: str) -> bool:
        """Listen no more; tell whether there was such a subscription."""
        return self._conversations.pop(subscription, None) is not None

    def any(self, conversation: str) -> bool:
        """Tell whether somebody listens to the conversation."""
        return conversation in list(self._conversations.values())


class TalkEvents(CoreEvents):
    """Notifications `codex/event/<type>` to those who listen, and `execCommandApproval`."""

    def __init__(self, wire: Wire, listeners: Listeners, thread: Thread, turn_id: str) -> None:
        super().__init__(thread, turn_id)
        self._wire = wire
        self._listeners = listeners

    def emit(self, type_: str, **fields: Any) -> None:
        """Send one event, if somebody listens."""
        if self._listeners.any(self.thread.id):
            message = {"type": type_, **fields}
            params = {"id": self.turn_id, "msg": message, "conversationId": self.thread.id}
            self._wire.notify(f"codex/event/{type_}", params)

    def asked(self, request_id: int, facts: Mapping[str, Any]) -> None:
        """Send the event, then the request."""
        super().asked(request_id, facts)
        self._wire.request(request_id, ASK, spell(facts, FACTS))

    def patch_asked(self, request_id: int, facts: Mapping[str, Any]) -> None:
        """Send the event, then the request (ApplyPatchApprovalParams)."""
        super().patch_asked(request_id, facts)
        params = {
            "conversationId": facts["thread"],
            "callId": facts["item"],
            "fileChanges": core_patches.spelled(facts["changes"]),
            "reason": facts["reason"],
            "grantRoot": None,
        }
        self._wire.request(request_id, ASK_PATCH, params)


class AppV1:
    """Conversations of one connection, as recorded with Codex 0.65.0 and 0.98.0.

    Args:
        client: Who is connected.
        conversations: What it speaks of.
        wire: Where answers go.
    """

    def __init__(self, client: Client, conversations: Conversations, wire: Wire) -> None:
        self._client = client
        self._conversations = conversations
        self._wire = wire
        self._listeners = Listeners()
        self.table: Handlers = {
            "newConversation": self.new_conversation,
            "addConversationListener": self.add_conversation_listener,
            "removeConversationListener": self.remove_conversation_listener,
            "sendUserMessage": self.send_user_message,
            "sendUserTurn": self.send_user_turn,
            "interruptConversation": self.interrupt_conversation,
            "getUserAgent": self.get_user_agent,
        }

    def new_conversation(self, request_id: Any, params: Params) -> None:
        """Start a conversation; nobody listens to it yet."""
        thread = self._conversations.start(params)
        self._wire.respond(
            request_id,
            {
                "conversationId": thread.id,
                "model": thread.settings.model,
                "reasoningEffort": None,
                "rolloutPath": thread.path,
            },
        )

    def add_conversation_listener(self, request_id: Any, params: Params) -> None:
        """Send the events of a conversation from now on, once, however many listen."""
        thread = self._conversations.find(params, "conversationId")
        self._wire.respond(request_id, {"subscriptionId": self._listeners.add(thread.id)})

    def remove_conversation_listener(self, request_id: Any, params: Params) -> None:
        """Listen no more under this subscription."""
        subscription = params.required_text("subscriptionId")
        if not self._listeners.remove(subscription):
            raise RequestError(INVALID_REQUEST, f"subscription not found: {subscription}")
        self._wire.respond(request_id, {})

    def send_user_message(self, request_id: Any, params: Params) -> None:
        """Start a turn under the conversation's settings."""
        thread = self._conversations.find(params, "conversationId")
        self._send(request_id, thread, params, thread.settings)

    def send_user_turn(self, request_id: Any, params: Params) -> None:
        """Start a turn under settings of its own, which stay for the turns after it."""
        thread = self._conversations.find(params, "conversationId")
        settings = overridden(thread.settings, params, CORE_SANDBOX)
        self._send(request_id, thread, params, settings)

    def interrupt_conversation(self, request_id: Any, params: Params) -> None:
        """Stop the turn that runs."""
        thread = self._conversations.find(params, "conversationId")
        running = self._conversations.running(thread)
        self._wire.respond(request_id, {"abortReason": "interrupted"})
        running.interrupt()

    def get_user_agent(self, request_id: Any, params: Params) -> None:
        """Say what the server calls itself on behalf of this client."""
        del params
        self._wire.respond(request_id, {"userAgent": self._client.user_agent})

    def _send(self, request_id: Any, thread: Thread, params: Params, settings: Settings) -> None:
        texts = [input_text(part) for part in params.required_tables("items")]
        speaks = partial(TalkEvents, self._wire, self._listeners)
        turn = self._conversations.begin(thread, texts, settings, speaks)
        self._wire.respond(request_id, {})
        self._conversations.go(turn)
