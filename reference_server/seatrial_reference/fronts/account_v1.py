"""Signing in and out in app_v1's words, as recorded with Codex 0.42.0 to 0.98.0."""

from __future__ import annotations

from seatrial_reference.errors import INVALID_REQUEST, RequestError
from seatrial_reference.fronts.account import Account

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from seatrial_reference.connection import Handlers
    from seatrial_reference.conversations import Conversations
    from seatrial_reference.params import Params
    from seatrial_reference.wire import Wire


class AccountV1(Account):
    """The sign-in; one method of this class a request."""

    over = "loginChatGptComplete"
    change = "authStatusChange"

    def __init__(self, conversations: Conversations, wire: Wire) -> None:
        super().__init__(conversations, wire)
        self.table: Handlers = {
            "getAuthStatus": self.get_auth_status,
            "loginApiKey": self.login_api_key,
            "logoutChatGpt": self.logout,
            "userInfo": self.user_info,
            "loginChatGpt": self.login_chatgpt,
            "cancelLoginChatGpt": self.cancel_login_chatgpt,
        }

    def get_auth_status(self, request_id: Any, params: Params) -> None:
        """Say how somebody is signed in, once every turn rests: the request to use as a fence."""
        self._conversations.settle()
        token = self._account.token(asked=params.flag("includeToken"))
        required = self._account.requires
        status = {**self.state(), "authToken": token, "requiresOpenaiAuth": required}
        self._wire.respond(request_id, status)

    def login_api_key(self, request_id: Any, params: Params) -> None:
        """Sign in with a key."""
        self.sign_in_with_key(params)
        self._wire.respond(request_id, {})
        self.changed()

    def login_chatgpt(self, request_id: Any, params: Params) -> None:
        """Begin a sign-in by the browser."""
        del params
        begun = self._account.begin(self.completed)
        self._wire.respond(request_id, {"loginId": begun.id, **begun.shown()})

    def cancel_login_chatgpt(self, request_id: Any, params: Params) -> None:
        """Give up a sign-in by the browser."""
        login = params.required_text("loginId")
        if not self._account.cancel(login):
            raise RequestError(INVALID_REQUEST, f"login id not found: {login}")
        self._wire.respond(request_id, {})

    def user_info(self, request_id: Any, params: Params) -> None:
        """Say the address that the stored token names."""
        del params
        email, _ = self._account.person()
        self._wire.respond(request_id, {"allegedUserEmail": email})

    def state(self) -> dict[str, Any]:
        """Give the method."""
        held = self._account.credentials
        return {"authMethod": held.method if held else None}
