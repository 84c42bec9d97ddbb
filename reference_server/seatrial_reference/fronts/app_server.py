"""The app-server: one handshake, then the methods of app_v2 and of app_v1 side by side."""

from __future__ import annotations

import sys

from seatrial_reference.client import read_client
from seatrial_reference.connection import Connection
from seatrial_reference.errors import INVALID_REQUEST, RequestError
from seatrial_reference.params import Params

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from seatrial_reference.client import Client
    from seatrial_reference.connection import Handlers
    from seatrial_reference.conversations import Conversations


class AppServer(Connection):
    """A connection in app_v2's and app_v1's words, as Codex 0.65.0 to 0.107.0 take them both."""

    def initialize(self, request_id: Any, params: Params) -> None:
        """Shake hands (Codex app-server schema 0.163.0)."""
        if self.client is not None:
            raise RequestError(INVALID_REQUEST, "Already initialized")
        client = read_client(params)
        capabilities = params.table("capabilities") or Params({})
        self.wire.muted = frozenset(capabilities.texts("optOutNotificationMethods"))
        self.client = client
        platform = "macos" if sys.platform == "darwin" else sys.platform
        self.wire.respond(
            request_id,
            {
                "userAgent": client.user_agent,
                "codexHome": self.config.home,
                "platformFamily": "unix",
                "platformOs": platform,
            },
        )

    def notified(self, method: str, params: Params) -> None:
        """Take `initialized`, which needs nothing done."""

    def handlers(self, client: Client, conversations: Conversations) -> Handlers:
        """Give the methods of both dialects."""
        from seatrial_reference.fronts.account_v1 import AccountV1
        from seatrial_reference.fronts.account_v2 import AccountV2
        from seatrial_reference.fronts.app_v1 import AppV1
        from seatrial_reference.fronts.app_v2 import AppV2
        from seatrial_reference.fronts.talk_history import TalkHistory
        from seatrial_reference.fronts.thread_history import ThreadHistory

        return {
            **AppV1(client, conversations, self.wire).table,
            **AppV2(conversations, self.wire).table,
            **TalkHistory(conversations, self.wire).table,
            **ThreadHistory(conversations, self.wire).table,
            **AccountV1(conversations, self.wire).table,
            **AccountV2(conversations, self.wire).table,
        }
