"""One client's connection: the handshake, and each incoming message to whoever handles it."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass

from seatrial_reference import __version__
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
    from collections.abc import Callable, Iterable
    from typing import Any

    from seatrial_reference.config import Config
    from seatrial_reference.methods import Methods
    from seatrial_reference.services import Parts
    from seatrial_reference.wire import Wire


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """Who is connected, as it said at `initialize`."""

    name: str
    version: str

    @property
    def user_agent(self) -> str:
        """The name that the server goes by on behalf of this client."""
        system = os.uname()
        return (
            f"{self.name}/{__version__} ({system.sysname} {system.release}; {system.machine}) "
            f"seatrial-reference ({self.name}; {self.version})"
        )

    @property
    def headers(self) -> dict[str, str]:
        """Who is asking, for the model provider."""
        return {"originator": self.name, "User-Agent": self.user_agent}


class Connection:
    """Handles the messages of one client, in the order in which they come.

    Args:
        config: The server's configuration.
        wire: Where answers go.
        parts: What the server is made of; None for the usual parts.
    """

    def __init__(self, config: Config, wire: Wire, parts: Parts | None) -> None:
        self._config = config
        self._wire = wire
        self._parts = parts
        self._client: Client | None = None
        self._methods: Methods | None = None

    def serve(self, lines: Iterable[bytes]) -> None:
        """Handle every line until there are no more."""
        for line in lines:
            if line.strip():
                self._handle_line(line)

    def close(self) -> None:
        """End everything that was started for this client."""
        if self._methods is not None:
            self._methods.close()

    def _handle_line(self, line: bytes) -> None:
        try:
            message = json.loads(line)
        except (ValueError, RecursionError) as error:
            self._wire.fail(None, PARSE_ERROR, f"Parse error: {error}")
            return
        if not isinstance(message, dict):
            self._wire.fail(None, INVALID_REQUEST, "Invalid request: expected an object")
        elif "method" not in message and ("result" in message or "error" in message):
            self._answered(message)
        elif "id" not in message and isinstance(message.get("method"), str):
            pass  # `initialized` needs nothing done; unknown notifications are not answered
        elif isinstance(message.get("method"), str) and _is_id(message.get("id")):
            self._requested(message["id"], message["method"], message.get("params"))
        else:
            known = message.get("id") if _is_id(message.get("id")) else None
            self._wire.fail(known, INVALID_REQUEST, "Invalid request: expected id and method")

    def _answered(self, message: dict[str, Any]) -> None:
        if self._methods is None:
            note(f"an answer to request {message.get('id')!r}, which is not open, was ignored")
        else:
            self._methods.services.approvals.deliver(message.get("id"), message)

    def _requested(self, request_id: Any, method: str, params: Any) -> None:
        try:
            if method == "initialize":
                self._initialize(request_id, Params(params))
                return
            if self._client is None:
                raise RequestError(INVALID_REQUEST, "Not initialized")
            handler = self._table(self._client).get(method)
            if handler is None:
                raise RequestError(METHOD_NOT_FOUND, f"Method not found: {method}")
            handler(request_id, Params(params))
        except RequestError as error:
            self._wire.fail(request_id, error.code, error.message)
        except Exception as error:
            import traceback

            note(traceback.format_exc())
            self._wire.fail(request_id, INTERNAL_ERROR, f"Internal error: {error!r}")

    def _table(self, client: Client) -> dict[str, Callable[[Any, Params], None]]:
        if self._methods is None:
            from seatrial_reference.methods import Methods

            self._methods = Methods(self._config, client, self._wire, self._parts)
        return self._methods.table

    def _initialize(self, request_id: Any, params: Params) -> None:
        if self._client is not None:
            raise RequestError(INVALID_REQUEST, "Already initialized")
        info = params.required_table("clientInfo")
        client = Client(name=info.required_text("name"), version=info.required_text("version"))
        if not (client.name + client.version).isprintable():
            raise RequestError(
                INVALID_REQUEST,
                f"Invalid clientInfo.name: {client.name!r}. Must be a valid HTTP header value.",
            )
        capabilities = params.table("capabilities") or Params({})
        self._wire.muted = frozenset(capabilities.texts("optOutNotificationMethods"))
        self._client = client
        platform = "macos" if sys.platform == "darwin" else sys.platform
        self._wire.respond(
            request_id,
            {
                "userAgent": client.user_agent,
                "codexHome": self._config.home,
                "platformFamily": "unix",
                "platformOs": platform,
            },
        )


def _is_id(value: Any) -> bool:
    return isinstance(value, str) or type(value) is int
