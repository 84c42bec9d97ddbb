"""Signing in and out, as both app dialects have it: each adds its own words."""

from __future__ import annotations

from abc import ABC, abstractmethod

from seatrial_reference.account.credentials import Credentials
from seatrial_reference.errors import INVALID_REQUEST, RequestError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from seatrial_reference.account.manager import Manager
    from seatrial_reference.conversations import Conversations
    from seatrial_reference.params import Params
    from seatrial_reference.wire import Wire


class Account(ABC):
    """The sign-in, in the words of one dialect.

    Args:
        conversations: Whose sign-in it is.
        wire: Where answers go.

    Attributes:
        over: The notification that a sign-in has ended.
        change: The notification of another state.
    """

    over: str
    change: str

    def __init__(self, conversations: Conversations, wire: Wire) -> None:
        self._conversations = conversations
        self._account: Manager = conversations.services.account
        self._wire = wire

    @abstractmethod
    def state(self) -> dict[str, Any]:
        """Give how somebody is signed in, as the notification has it."""

    def sign_in_with_key(self, params: Params) -> None:
        """Sign in with the key that the client gives.

        Raises:
            RequestError: It gives none, or the configuration forces the other way.
        """
        self._account.permit("api")
        key = params.required_text("apiKey").strip()
        if not key:
            raise RequestError(INVALID_REQUEST, "the API key is empty")
        self._account.sign_in(Credentials(api_key=key))

    def logout(self, request_id: Any, params: Params) -> None:
        """Sign out, however it was signed in."""
        del params
        self._account.sign_out()
        self._wire.respond(request_id, {})
        self.changed()

    def completed(self, login: str | None, error: str | None) -> None:
        """Say that a sign-in has ended, and what came of it."""
        said = {"loginId": login, "success": error is None, "error": error}
        self._wire.notify(self.over, said)
        if error is None:
            self.changed()

    def changed(self) -> None:
        """Say how somebody is signed in now."""
        self._wire.notify(self.change, self.state())
