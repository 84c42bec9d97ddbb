"""One client's connection: each incoming message to whoever handles it, errors as answers."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod

from seatrial_reference.errors import (
    INTERNAL_ERROR,
    INVALID_REQUEST,
    METHOD_NOT_FOUND,
    PARSE_ERROR,
    RequestError,
)
from seatrial_reference.log import note
from seatrial_reference.params import Params

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any

    from seatrial_reference.client import Client
    from seatrial_reference.config import Config
    from seatrial_reference.conversations import Conversations
    from seatrial_reference.services import Parts
    from seatrial_reference.wire import Wire

    Handlers = Mapping[str, Callable[[Any, Params], None]]


class Connection(ABC):
    """Handles the messages of one client, in the order in which they come.

    Each handler answers its request itself, so that what follows from it follows the answer.

    Args:
        config: The server's configuration.
        wire: Where answers go.
        parts: What the server is made of; None for the usual parts.
    """

    def __init__(self, config: Config, wire: Wire, parts: Parts | None) -> None:
        self.config = config
        self.wire = wire
        self.client: Client | None = None
        self._parts = parts
        self._conversations: Conversations | None = None
        self._handlers: Handlers = {}

    @abstractmethod
    def initialize(self, request_id: Any, params: Params) -> None:
        """Shake hands: set `client`, and answer."""

    @abstractmethod
    def handlers(self, client: Client, conversations: Conversations) -> Handlers:
        """Give what handles each method after the handshake; called once."""

    @abstractmethod
    def notified(self, method: str, params: Params) -> None:
        """Take a notification; those that mean nothing are passed over."""

    def answered(self, message: dict[str, Any]) -> None:
        """Take the client's answer to a request of the server's."""
        if self._conversations is None:
            note(f"an answer to request {message.get('id')!r}, which is not open, was ignored")
        else:
            self._conversations.services.approvals.deliver(message.get("id"), message)

    def serve(self, lines: Iterable[bytes]) -> None:
        """Handle every line until there are no more."""
        for line in lines:
            if line.strip():
                self._handle_line(line)

    def close(self) -> None:
        """End everything that was started for this client."""
        if self._conversations is not None:
            self._conversations.close()

    def _handle_line(self, line: bytes) -> None:
        try:
            message = json.loads(line)
        except (ValueError, RecursionError) as error:
            self.wire.fail(None, PARSE_ERROR, f"Parse error: {error}")
            return
        if not isinstance(message, dict):
            self.wire.fail(None, INVALID_REQUEST, "Invalid request: expected an object")
        elif "method" not in message and ("result" in message or "error" in message):
            self.answered(message)
        elif "id" not in message and isinstance(message.get("method"), str):
            self._told(message["method"], message.get("params"))
        elif isinstance(message.get("method"), str) and _is_id(message.get("id")):
            self._requested(message["id"], message["method"], message.get("params"))
        else:
            known = message.get("id") if _is_id(message.get("id")) else None
            self.wire.fail(known, INVALID_REQUEST, "Invalid request: expected id and method")

    def _told(self, method: str, params: Any) -> None:
        try:
            self.notified(method, Params(params))
        except RequestError as error:
            note(f"the notification {method} was ignored: {error.message}")

    def _requested(self, request_id: Any, method: str, params: Any) -> None:
        try:
            if method == "initialize":
                self.initialize(request_id, Params(params))
                return
            if self.client is None:
                raise RequestError(INVALID_REQUEST, "Not initialized")
            handler = self._table(self.client).get(method)
            if handler is None:
                raise RequestError(METHOD_NOT_FOUND, f"Method not found: {method}")
            handler(request_id, Params(params))
        except RequestError as error:
            self.wire.fail(request_id, error.code, error.message)
        except Exception as error:
            import traceback

            note(traceback.format_exc())
            self.wire.fail(request_id, INTERNAL_ERROR, f"Internal error: {error!r}")

    def _table(self, client: Client) -> Handlers:
        if self._conversations is None:
            from seatrial_reference.conversations import Conversations

            self._conversations = Conversations(self.config, client, self._parts)
            self._handlers = self.handlers(client, self._conversations)
        return self._handlers


def _is_id(value: Any) -> bool:
    return isinstance(value, str) or type(value) is int
