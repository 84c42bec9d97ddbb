"""Signing in and out in app_v2's words (Codex app-server schemas 0.65.0 to 0.169.0)."""

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


class AccountV2(Account):
    """The sign-in; one method of this class a request, and one a way of signing in."""

    over = "account/login/completed"
    change = "account/updated"

    def __init__(self, conversations: Conversations, wire: Wire) -> None:
        super().__init__(conversations, wire)
        self.table: Handlers = {
            "account/read": self.read,
            "account/login/start": self.login_start,
            "account/login/cancel": self.login_cancel,
            "account/logout": self.logout,
        }
        self._ways = {
            "apiKey": self._by_key,
            "chatgpt": self._by_browser,
            "chatgptDeviceCode": self._by_device,
            "chatgptAuthTokens": self._by_its_own_tokens,
        }

    def read(self, request_id: Any, params: Params) -> None:
        """Say who is signed in."""
        del params
        answer = {"account": self._shown(), "requiresOpenaiAuth": self._account.requires}
        self._wire.respond(request_id, answer)

    def _shown(self) -> dict[str, Any] | None:
        held = self._account.credentials
        if held is None:
            return None
        if held.tokens is None:
            return {"type": "apiKey"}
        email, plan = self._account.person()
        return {"type": "chatgpt", "email": email, "planType": plan or "unknown"}

    def login_start(self, request_id: Any, params: Params) -> None:
        """Sign in: at once with a key or with the client's tokens, or begin to."""
        kind = params.required_text("type")
        if kind not in self._ways:
            raise RequestError(INVALID_REQUEST, f"no way to sign in is called {kind!r}")
        self._ways[kind](request_id, params)

    def _by_key(self, request_id: Any, params: Params) -> None:
        self.sign_in_with_key(params)
        self._wire.respond(request_id, {"type": "apiKey"})
        self.completed(None, None)

    def _by_browser(self, request_id: Any, params: Params) -> None:
        del params
        self._begin(request_id, "chatgpt")

    def _by_device(self, request_id: Any, params: Params) -> None:
        del params
        self._begin(request_id, "chatgptDeviceCode", device=True)

    def _begin(self, request_id: Any, kind: str, *, device: bool = False) -> None:
        begun = self._account.begin(self.completed, device=device)
        self._wire.respond(request_id, {"type": kind, "loginId": begun.id, **begun.shown()})
        begun.go()

    def _by_its_own_tokens(self, request_id: Any, params: Params) -> None:
        from seatrial_reference.account.lent import Lender, read

        patience = self._conversations.config.lender_patience
        lender = Lender(self._conversations.services.approvals, self._wire, patience)
        self._account.borrow(read(params), lender)
        self._wire.respond(request_id, {"type": "chatgptAuthTokens"})
        self.completed(None, None)

    def login_cancel(self, request_id: Any, params: Params) -> None:
        """Give up a sign-in that waits for its user."""
        was = self._account.cancel(params.required_text("loginId"))
        self._wire.respond(request_id, {"status": "canceled" if was else "notFound"})

    def state(self) -> dict[str, Any]:
        """Give the method and the plan."""
        held = self._account.credentials
        _, plan = self._account.person()
        return {"authMode": held.method if held else None, "planType": plan}
