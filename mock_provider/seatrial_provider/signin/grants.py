"""What was granted and is still good: codes, refresh tokens for one use, device codes."""

from __future__ import annotations

import base64
import hashlib
import time
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import TYPE_CHECKING

import jwt

if TYPE_CHECKING:
    from collections.abc import Callable

    from seatrial_provider.jsontypes import JsonObject
    from seatrial_provider.signin.account import Account

_SIGNING_KEY = "seatrial signs nothing that anybody should trust: a key for tests"
_ALGORITHM = "HS256"


class GrantError(Exception):
    """What was asked for is not granted.

    Args:
        code: The error code: of RFC 6749 (5.2), or, of a refresh, that which Codex reads
            (`refresh_token_expired`, `refresh_token_reused`, `refresh_token_invalidated`).
        description: A sentence for whoever reads the answer.
        status: The HTTP status.
    """

    def __init__(self, code: str, description: str, *, status: int = 400) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.status = status


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """What a sign-in gives.

    Attributes:
        account: Whom they are for.
        id_token: A JWT whose claims name the account.
        access_token: A JWT, the bearer of requests.
        refresh_token: Good for one use; the next one comes with the new tokens.
        family: The sign-in that they come from: all that were refreshed from it share it.
    """

    account: Account
    id_token: str
    access_token: str
    refresh_token: str
    family: int

    def as_json(self, lifetime: float) -> JsonObject:
        """Returns the answer of the token endpoint (RFC 6749, 5.1; OpenID Connect, 3.1.3.3)."""
        return {
            "id_token": self.id_token,
            "access_token": self.access_token,
            "refresh_token": self.refresh_token,
            "token_type": "Bearer",
            "expires_in": int(lifetime),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """An authorisation that was asked for: what a code is bound to (RFC 6749, RFC 7636)."""

    client_id: str
    redirect_uri: str
    challenge: str
    account: Account


class DeviceState(Enum):
    """What the user has done about a device code."""

    PENDING = auto()
    APPROVED = auto()
    DENIED = auto()
    EXPIRED = auto()


@dataclass(slots=True, kw_only=True)
class Device:
    """A device code that was handed out (RFC 8628).

    Attributes:
        id: What the device asks with.
        user_code: What the user types.
        client_id: The client that asked for it.
        account: Who approves it.
        state: What the user has done.
    """

    id: str
    user_code: str
    client_id: str
    account: Account
    state: DeviceState = DeviceState.PENDING


@dataclass(slots=True)
class Grants:
    """Everything that is good, by what it is asked for with.

    Args:
        issuer: Returns the issuer, for the tokens' claims.
        lifetime: Seconds that an access token is good for; a negative one is stale already.
        clock: Seconds since the epoch.

    Attributes:
        accepted: The access tokens that are good as bearers of requests to a model.
        families: By access token, the sign-in that it comes from.
        secrets: Everything that was handed out and that nobody else should see.
    """

    issuer: Callable[[], str]
    lifetime: float
    clock: Callable[[], float] = time.time
    codes: dict[str, Request] = field(default_factory=dict)
    refreshable: dict[str, Tokens] = field(default_factory=dict)
    used: dict[str, int] = field(default_factory=dict)
    ended: set[int] = field(default_factory=set)
    accepted: set[str] = field(default_factory=set)
    families: dict[str, int] = field(default_factory=dict)
    devices: dict[str, Device] = field(default_factory=dict)
    secrets: set[str] = field(default_factory=set)
    _count: int = 0

    def _next(self) -> int:
        self._count += 1
        return self._count

    def issue(self, account: Account, *, family: int | None = None) -> Tokens:
        """Returns new tokens for an account, of a sign-in of their own unless told."""
        number, now = self._next(), self.clock()
        common: JsonObject = {
            "iss": self.issuer(),
            "iat": int(now),
            "exp": int(now + self.lifetime),
            "jti": f"token-{number}",
            **account.claims(),
        }
        made = Tokens(
            account=account,
            id_token=_signed({**common, "aud": ["client"], "typ": "id"}),
            access_token=_signed({**common, "aud": ["api"], "typ": "access"}),
            refresh_token=f"refresh-{number}-{_tail(number)}",
            family=number if family is None else family,
        )
        self.secrets |= {made.id_token, made.access_token, made.refresh_token}
        self.refreshable[made.refresh_token] = made
        self.accepted.add(made.access_token)
        self.families[made.access_token] = made.family
        return made

    def lives(self, access_token: str) -> bool:
        """Whether the sign-in that an access token comes from was not ended."""
        family = self.families.get(access_token)
        return family is not None and family not in self.ended

    def authorize(self, request: Request) -> str:
        """Returns a code for an authorisation; it is good for one use."""
        number = self._next()
        code = f"code-{number}-{_tail(number)}"
        self.codes[code] = request
        self.secrets.add(code)
        return code

    def key(self, subject_token: str) -> str:
        """Returns a key for a token of ours, as the token exchange of RFC 8693 gives one.

        Raises:
            GrantError: The token is none of ours: `invalid_token`.
        """
        key = f"sk-exchanged-for-{claims_of(subject_token)['jti']}"
        self.secrets.add(key)
        return key

    def exchange(self, code: str, *, client_id: str, redirect_uri: str, verifier: str) -> Tokens:
        """Returns the tokens for a code.

        Raises:
            GrantError: The code is unknown or used, or is not this client's: `invalid_grant`.
        """
        request = self.codes.pop(code, None)
        if request is None:
            raise GrantError("invalid_grant", f"the code {code!r} is unknown, or was used before")
        for name, ours, theirs in (
            ("client_id", request.client_id, client_id),
            ("redirect_uri", request.redirect_uri, redirect_uri),
            ("code_verifier", request.challenge, challenge_of(verifier)),
        ):
            if ours != theirs:
                raise GrantError("invalid_grant", f"{name} is not that of the authorisation")
        return self.issue(request.account)

    def refresh(self, token: str) -> Tokens:
        """Returns new tokens for a refresh token, which is used up by it.

        One that comes a second time ends the whole sign-in, as services with rotation do (RFC
        9700, 4.14.2): whoever has the newer ones can no longer use them either.

        Raises:
            GrantError: It was used before, was ended, or is unknown; the status is 401.
        """
        if token in self.used:
            self.end(self.used[token])
            raise GrantError("refresh_token_reused", "it was used before", status=401)
        tokens = self.refreshable.pop(token, None)
        if tokens is None:
            raise GrantError("refresh_token_invalidated", "it is unknown", status=401)
        self.used[token] = tokens.family
        if tokens.family in self.ended:
            raise GrantError("refresh_token_invalidated", "its sign-in was ended", status=401)
        self.accepted.discard(tokens.access_token)
        return self.issue(tokens.account, family=tokens.family)

    def end(self, family: int) -> None:
        """Ends a sign-in: none of its tokens is good any more."""
        self.ended.add(family)
        for tokens in self.refreshable.values():
            if tokens.family == family:
                self.accepted.discard(tokens.access_token)

    def revoke(self, token: str) -> None:
        """Ends the sign-in that a token is of; an unknown one is no error (RFC 7009, 2.2)."""
        for tokens in tuple(self.refreshable.values()):
            if token in (tokens.refresh_token, tokens.access_token):
                self.end(tokens.family)

    def device(self, account: Account, *, client_id: str) -> Device:
        """Returns a new device code."""
        number = self._next()
        made = Device(
            id=f"device-{number}-{_tail(number)}",
            user_code=f"SEA-{number:04d}",
            client_id=client_id,
            account=account,
        )
        self.devices[made.id] = made
        self.secrets.add(made.id)
        return made

    def for_device(self, device: Device) -> tuple[str, str]:
        """Returns the code and the verifier that a device which was approved gets its tokens by."""
        verifier = f"verifier-{_tail(self._next())}{device.id}"
        self.secrets.add(verifier)
        request = Request(
            client_id=device.client_id,
            redirect_uri=f"{self.issuer()}/deviceauth/callback",
            challenge=challenge_of(verifier),
            account=device.account,
        )
        return self.authorize(request), verifier


def challenge_of(verifier: str) -> str:
    """Returns the challenge of a code verifier, by S256 (RFC 7636, 4.2)."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _tail(number: int) -> str:
    """Returns what makes a token findable wherever it leaks: long, and the same in each run."""
    return hashlib.sha256(str(number).encode()).hexdigest()[:24]


def _signed(claims: JsonObject) -> str:
    return jwt.encode(claims, _SIGNING_KEY, algorithm=_ALGORITHM)


def claims_of(token: str) -> JsonObject:
    """Returns the claims of a token that was issued here, without a look at its expiry.

    Raises:
        GrantError: It is none of ours: `invalid_token`, with the status 401.
    """
    try:
        claims: JsonObject = jwt.decode(
            token,
            _SIGNING_KEY,
            algorithms=[_ALGORITHM],
            options={"verify_exp": False, "verify_aud": False},
        )
    except jwt.InvalidTokenError as error:
        raise GrantError("invalid_token", str(error), status=401) from error
    return claims
