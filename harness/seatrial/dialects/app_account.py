"""Signing in, in the words of the app-server's two dialects.

Source of the message shapes: Codex app-server schemas 0.65.0 to 0.163.0 for v2; exchanges recorded
with 0.42.0, 0.65.0 and 0.98.0 for v1.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from seatrial.dialects.account import Method, Person, SigningIn, Status
from seatrial.dialects.client_tokens import ThreadTokenOwner
from seatrial.dialects.history import NotSpoken
from seatrial.dialects.shape import Misshapen, member, text_at
from seatrial.journal import Entry
from seatrial.jsonrpc import Notification
from seatrial.peer import Peer

__all__ = ["TalkAccount", "ThreadAccount"]

_METHODS = {
    None: Method.NONE,
    "apikey": Method.API_KEY,
    "apiKey": Method.API_KEY,
    "chatgpt": Method.CHATGPT,
    "chatgptAuthTokens": Method.CHATGPT,
}


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


class AppAccount(ABC):
    """What both dialects share: `getAuthStatus`, which v2 has kept, and the notifications.

    Attributes:
        change: The notification of another state, and the member of it that names the method.
        completed: The notification that a sign-in has ended.
    """

    change: tuple[str, str]
    completed: str

    def __init__(self, peer: Peer) -> None:
        self._peer = peer

    async def status(self, *, token: bool = False) -> Status:
        """Sends `getAuthStatus`."""
        result = await self._peer.request(
            "getAuthStatus", {"includeToken": token, "refreshToken": False}
        )
        told = _object(result)
        return Status(
            method=self._method(told.get("authMethod")),
            token=told.get("authToken"),
            required=told.get("requiresOpenaiAuth") is True,
        )

    def _method(self, name: Any) -> Method:
        if isinstance(name, str | None) and name in _METHODS:
            return _METHODS[name]
        raise Misshapen(
            "the method of signing in is none that the dialect has",
            expected=", ".join(str(one) for one in _METHODS),
            arrived=repr(name),
            cause="is it a way of signing in that came with a later release?",
            remedy="look at the message in the transcript",
            evidence=self._peer.evidence(),
        )

    async def finished(self, signing_in: SigningIn) -> bool:
        """Waits for the notification that the sign-in has ended."""

        def look(entry: Entry) -> bool | None:
            if not entry.is_notification(self.completed):
                return None
            assert isinstance(entry.message, Notification)
            params = _object(entry.message.params)
            ours = params.get("loginId") == signing_in.id
            return params.get("success") is True if ours else None

        return await self._peer.wait_for(f"{self.completed} of {signing_in.id}", look)

    async def changed(self) -> Method:
        """Waits for the notification of another state."""
        return await self._peer.wait_for(self.change[0], self._state)

    def changes(self) -> list[Method]:
        """Returns the states that were notified, in order."""
        states = map(self._state, self._peer.journal.from_server())
        return [state for state in states if state is not None]

    def _state(self, entry: Entry) -> Method | None:
        name, said = self.change
        if not isinstance(entry.message, Notification) or entry.message.method != name:
            return None
        return self._method(_object(entry.message.params).get(said))

    @abstractmethod
    async def sign_in_with_key(self, key: str) -> None:
        """Signs in with an API key."""

    @abstractmethod
    async def sign_out(self) -> None:
        """Signs out."""


class TalkAccount(AppAccount):
    """The sign-in in v1's words."""

    tells: tuple[str, ...] = ("email",)
    change = ("authStatusChange", "authMethod")
    completed = "loginChatGptComplete"

    async def person(self) -> Person:
        """Sends `userInfo`."""
        result = await self._peer.request("userInfo", None)
        return Person(email=_object(result).get("allegedUserEmail"))

    async def sign_in_with_key(self, key: str) -> None:
        """Sends `loginApiKey`."""
        await self._peer.request("loginApiKey", {"apiKey": key})

    async def begin(self) -> SigningIn:
        """Sends `loginChatGpt`."""
        result = await self._peer.request("loginChatGpt", None)
        return SigningIn(
            id=text_at(self._peer, "the sign-in", result, "loginId"),
            url=text_at(self._peer, "the sign-in", result, "authUrl"),
        )

    async def begin_device(self) -> SigningIn:
        """Raises NotSpoken: v1 has no words for device codes."""
        raise NotSpoken.of("app_v1", "a sign-in by a device code")

    @property
    def owner(self) -> ThreadTokenOwner:
        """Raises NotSpoken: in v1 the client owns no tokens."""
        raise NotSpoken.of("app_v1", "tokens that the client owns")

    async def cancel(self, signing_in: SigningIn) -> None:
        """Sends `cancelLoginChatGpt`."""
        await self._peer.request("cancelLoginChatGpt", {"loginId": signing_in.id})

    async def sign_out(self) -> None:
        """Sends `logoutChatGpt`, which signs out of an API key as well."""
        await self._peer.request("logoutChatGpt", None)


class ThreadAccount(AppAccount):
    """The sign-in in v2's words."""

    tells: tuple[str, ...] = ("email", "plan")
    change = ("account/updated", "authMode")
    completed = "account/login/completed"

    async def person(self) -> Person:
        """Sends `account/read`."""
        account = member(await self._peer.request("account/read", {}), "account")
        return Person(email=account.get("email"), plan=account.get("planType"))

    async def sign_in_with_key(self, key: str) -> None:
        """Sends `account/login/start` with a key."""
        await self._peer.request("account/login/start", {"type": "apiKey", "apiKey": key})

    async def begin(self) -> SigningIn:
        """Sends `account/login/start` for the browser."""
        result = await self._peer.request("account/login/start", {"type": "chatgpt"})
        return SigningIn(
            id=text_at(self._peer, "the sign-in", result, "loginId"),
            url=text_at(self._peer, "the sign-in", result, "authUrl"),
        )

    async def begin_device(self) -> SigningIn:
        """Sends `account/login/start` for a device code."""
        result = await self._peer.request("account/login/start", {"type": "chatgptDeviceCode"})
        return SigningIn(
            id=text_at(self._peer, "the sign-in", result, "loginId"),
            url=text_at(self._peer, "the sign-in", result, "verificationUrl"),
            user_code=text_at(self._peer, "the sign-in", result, "userCode"),
        )

    @property
    def owner(self) -> ThreadTokenOwner:
        """The client, as the owner of its tokens."""
        return ThreadTokenOwner(self._peer)

    async def cancel(self, signing_in: SigningIn) -> None:
        """Sends `account/login/cancel`."""
        await self._peer.request("account/login/cancel", {"loginId": signing_in.id})

    async def sign_out(self) -> None:
        """Sends `account/logout`."""
        await self._peer.request("account/logout", None)
