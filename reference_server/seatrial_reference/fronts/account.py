"""Signing in and out, in the words of both app dialects: one method of this class a request."""

from __future__ import annotations

from seatrial_reference.account.credentials import Credentials
from seatrial_reference.errors import INVALID_REQUEST, RequestError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from seatrial_reference.account.manager import Manager
    from seatrial_reference.connection import Handlers
    from seatrial_reference.conversations import Conversations
    from seatrial_reference.params import Params
    from seatrial_reference.wire import Wire


class AccountV1:
    """The sign-in in app_v1's words, as recorded with Codex 0.42.0 to 0.98.0.

    Args:
        conversations: Whose sign-in it is.
        wire: Where answers go.
    """

    def __init__(self, conversations: Conversations, wire: Wire) -> None:
        self._conversations = conversations
        self._account = conversations.services.account
        self._wire = wire
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
        self._wire.respond(request_id, status(self._account, params))

    def login_api_key(self, request_id: Any, params: Params) -> None:
        """Sign in with a key."""
        sign_in_with_key(self._account, params)
        self._wire.respond(request_id, {})
        self._changed()

    def login_chatgpt(self, request_id: Any, params: Params) -> None:
        """Begin a sign-in by the browser."""
        del params
        begun = self._account.begin(self._completed)
        self._wire.respond(request_id, {"loginId": begun.id, "authUrl": begun.url})

    def cancel_login_chatgpt(self, request_id: Any, params: Params) -> None:
        """Give up a sign-in by the browser."""
        login = params.required_text("loginId")
        if not self._account.cancel(login):
            raise RequestError(INVALID_REQUEST, f"login id not found: {login}")
        self._wire.respond(request_id, {})

    def _completed(self, login: str, error: str | None) -> None:
        said = {"loginId": login, "success": error is None, "error": error}
        self._wire.notify("loginChatGptComplete", said)
        if error is None:
            self._changed()

    def logout(self, request_id: Any, params: Params) -> None:
        """Sign out, however it was signed in."""
        del params
        self._account.sign_out()
        self._wire.respond(request_id, {})
        self._changed()

    def user_info(self, request_id: Any, params: Params) -> None:
        """Say the address that the stored token names."""
        del params
        email, _ = self._account.person()
        self._wire.respond(request_id, {"allegedUserEmail": email})

    def _changed(self) -> None:
        held = self._account.credentials
        self._wire.notify("authStatusChange", {"authMethod": held.method if held else None})


class AccountV2:
    """The sign-in in app_v2's words (Codex app-server schemas 0.65.0 to 0.163.0).

    Args:
        account: The sign-in.
        wire: Where answers go.
    """

    def __init__(self, account: Manager, wire: Wire) -> None:
        self._account = account
        self._wire = wire
        self.table: Handlers = {
            "account/read": self.read,
            "account/login/start": self.login_start,
            "account/login/cancel": self.login_cancel,
            "account/logout": self.logout,
        }

    def read(self, request_id: Any, params: Params) -> None:
        """Say who is signed in."""
        del params
        answer = {"account": shown(self._account), "requiresOpenaiAuth": self._account.requires}
        self._wire.respond(request_id, answer)

    def login_start(self, request_id: Any, params: Params) -> None:
        """Sign in: at once with a key, or by the browser."""
        kind = params.required_text("type")
        if kind == "apiKey":
            sign_in_with_key(self._account, params)
            self._wire.respond(request_id, {"type": kind})
            self._completed(None, None)
        elif kind == "chatgpt":
            begun = self._account.begin(self._completed)
            answer = {"type": kind, "loginId": begun.id, "authUrl": begun.url}
            self._wire.respond(request_id, answer)
        else:
            raise RequestError(INVALID_REQUEST, f"no way to sign in is called {kind!r}")

    def login_cancel(self, request_id: Any, params: Params) -> None:
        """Give up a sign-in by the browser."""
        was = self._account.cancel(params.required_text("loginId"))
        self._wire.respond(request_id, {"status": "canceled" if was else "notFound"})

    def _completed(self, login: str | None, error: str | None) -> None:
        said = {"loginId": login, "success": error is None, "error": error}
        self._wire.notify("account/login/completed", said)
        if error is None:
            self._changed()

    def logout(self, request_id: Any, params: Params) -> None:
        """Sign out, however it was signed in."""
        del params
        self._account.sign_out()
        self._wire.respond(request_id, {})
        self._changed()

    def _changed(self) -> None:
        held = self._account.credentials
        method = held.method if held else None
        _, plan = self._account.person()
        self._wire.notify("account/updated", {"authMode": method, "planType": plan})


def status(account: Manager, params: Params) -> dict[str, Any]:
    """Give the answer to `getAuthStatus`: the token only where it is asked for."""
    held = account.credentials
    return {
        "authMethod": held.method if held else None,
        "authToken": account.token(asked=params.flag("includeToken")),
        "requiresOpenaiAuth": account.requires,
    }


def shown(account: Manager) -> dict[str, Any] | None:
    """Give the account as app_v2 shows it; None where nobody is signed in."""
    held = account.credentials
    if held is None:
        return None
    if held.tokens is None:
        return {"type": "apiKey"}
    email, plan = account.person()
    return {"type": "chatgpt", "email": email, "planType": plan or "unknown"}


def sign_in_with_key(account: Manager, params: Params) -> None:
    """Sign in with the key that the client gives.

    Raises:
        RequestError: It gives none, or the configuration forces the other way.
    """
    account.permit("api")
    key = params.required_text("apiKey").strip()
    if not key:
        raise RequestError(INVALID_REQUEST, "the API key is empty")
    account.sign_in(Credentials(api_key=key))
