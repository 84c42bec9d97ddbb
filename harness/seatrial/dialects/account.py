"""The port's words for signing in: who is signed in, by what, and how that changes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from seatrial.dialects.client_tokens import TokenOwner

__all__ = ["Account", "Method", "Person", "SigningIn", "Status"]


class Method(StrEnum):
    """How somebody is signed in."""

    NONE = "not signed in"
    API_KEY = "API key"
    CHATGPT = "ChatGPT"


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """What the server says of the sign-in.

    Attributes:
        method: How somebody is signed in.
        token: The key or token; None where it was not asked for, or is not told.
        required: Whether the model provider is one that a user signs in for.
    """

    method: Method
    token: str | None
    required: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who is signed in, as far as the dialect says: None where it does not."""

    email: str | None = None
    plan: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningIn:
    """A sign-in that somebody has yet to agree to.

    Attributes:
        id: Its id.
        url: What the user opens: the authorisation URL, or where a device's code is typed.
        user_code: The code to type there; empty for a sign-in by the browser.
    """

    id: str
    url: str
    user_code: str = ""


class Account(Protocol):
    """The sign-in of a server.

    A request that the server refuses raises `Refused`, with its error.

    Attributes:
        tells: What of a person the dialect has words for: `email`, `plan`.
    """

    tells: tuple[str, ...]

    async def status(self, *, token: bool = False) -> Status:
        """Returns how somebody is signed in; with the token, if it is asked for."""
        ...

    async def person(self) -> Person:
        """Returns who is signed in."""
        ...

    async def sign_in_with_key(self, key: str) -> None:
        """Signs in with an API key."""
        ...

    async def begin(self) -> SigningIn:
        """Begins a sign-in by the browser."""
        ...

    async def begin_device(self) -> SigningIn:
        """Begins a sign-in by a device code."""
        ...

    async def cancel(self, signing_in: SigningIn) -> None:
        """Gives up a sign-in that was begun."""
        ...

    async def finished(self, signing_in: SigningIn) -> bool:
        """Returns whether a sign-in succeeded, once the server has said so."""
        ...

    async def sign_out(self) -> None:
        """Signs out, however it was signed in."""
        ...

    @property
    def owner(self) -> TokenOwner:
        """The client, as the owner of the tokens of its sign-in."""
        ...

    async def changed(self) -> Method:
        """Returns the first state that the server notifies of, once it has."""
        ...

    def changes(self) -> list[Method]:
        """Returns what the server has notified of so far: each new state, in order."""
        ...
