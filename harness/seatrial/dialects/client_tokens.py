"""Tokens of a sign-in that the client owns: it gives them, and is asked for new ones.

Source of the message shapes: Codex app-server schemas 0.95.0 to 0.169.0. Up to 0.98.0 a client
gives an id token, from 0.107.0 on the names of workspace and plan; it may give both.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from seatrial.dialects.shape import member
from seatrial.journal import Entry
from seatrial.peer import Peer

__all__ = ["ClientTokens", "ThreadTokenOwner", "TokenOwner"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientTokens:
    """What the client has of its sign-in.

    Attributes:
        access_token: A JWT, the bearer of requests.
        id_token: A JWT whose claims name the account.
        workspace: The account that they are for.
        plan: Its plan; None leaves it to the claims.
    """

    access_token: str
    id_token: str
    workspace: str
    plan: str | None = None


class TokenOwner(Protocol):
    """A client that owns the tokens of its sign-in.

    Attributes:
        ask: The method by which the server asks for new ones.
    """

    ask: str

    async def sign_in(self, tokens: ClientTokens) -> None:
        """Signs in with tokens.

        Raises:
            Refused: The server does not take them.
        """
        ...

    def given(self, tokens: ClientTokens) -> dict[str, Any]:
        """Returns the result that gives new tokens to a server that asks for them."""
        ...

    def previous(self, entry: Entry) -> str | None:
        """Returns the workspace that a request for new tokens names, if it names one."""
        ...


class ThreadTokenOwner:
    """A client that owns its tokens, in v2's words."""

    ask = "account/chatgptAuthTokens/refresh"

    def __init__(self, peer: Peer) -> None:
        self._peer = peer

    async def sign_in(self, tokens: ClientTokens) -> None:
        """Sends `account/login/start` with the tokens."""
        params = {"type": "chatgptAuthTokens", **self.given(tokens)}
        await self._peer.request("account/login/start", params)

    def given(self, tokens: ClientTokens) -> dict[str, Any]:
        """Returns the members that releases take, old and new."""
        return {
            "accessToken": tokens.access_token,
            "idToken": tokens.id_token,
            "chatgptAccountId": tokens.workspace,
            "chatgptPlanType": tokens.plan,
        }

    def previous(self, entry: Entry) -> str | None:
        """Returns `previousAccountId`."""
        return member(entry.raw, "params").get("previousAccountId")
