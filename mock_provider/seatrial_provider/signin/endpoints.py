"""The endpoints: what each is asked, and what it answers of itself.

Source of the paths and fields: RFC 6749, 7009, 7636 and 8628 where they are standard; what Codex
0.42.0 to 0.163.0 ask where they are not (`/api/accounts/deviceauth/…`, `…/wham/…`, `whoami`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit, urlunsplit

from seatrial_provider.signin.account import AUTH_CLAIM
from seatrial_provider.signin.asked import bearer, fields, query, required
from seatrial_provider.signin.grants import (
    DeviceState,
    GrantError,
    Grants,
    Request,
    challenge_of,
    claims_of,
)
from seatrial_provider.signin.scripted import refusal

if TYPE_CHECKING:
    from seatrial_provider.jsontypes import JsonObject
    from seatrial_provider.recorded import RecordedRequest
    from seatrial_provider.signin.account import Account


class Endpoint(StrEnum):
    """What can be asked; a script names it so."""

    AUTHORIZE = "authorize"
    TOKEN = "token"  # noqa: S105 - the name of an endpoint
    REFRESH = "refresh"
    REVOKE = "revoke"
    DEVICE_CODE = "device code"
    DEVICE_TOKEN = "device token"  # noqa: S105 - the name of an endpoint
    WHOAMI = "whoami"
    ACCOUNT = "account"
    SETTINGS = "settings"
    USAGE = "usage"
    TOOLS = "tools"
    ANALYTICS = "analytics"


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What an endpoint answers.

    Attributes:
        body: The JSON object.
        status: The HTTP status.
        headers: More headers.
    """

    body: JsonObject = field(default_factory=dict)
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class State:
    """What the endpoints share.

    Attributes:
        grants: What was granted.
        account: Who signs in.
        lifetime: Seconds that an access token is good for.
    """

    grants: Grants
    account: Account
    lifetime: float


Handler = Callable[[State, "RecordedRequest"], Said]


def authorized(state: State, given: Mapping[str, str]) -> str:
    """Returns where the browser of a user who agrees is sent to: the callback with a code.

    Args:
        state: What the endpoints share.
        given: The query of the authorisation URL.

    Raises:
        GrantError: It is not what RFC 6749 (4.1.1), RFC 7636 (4.3) and RFC 9700 (2.1.1) ask for:
            `invalid_request`.
    """
    for name, wanted in (("response_type", "code"), ("code_challenge_method", "S256")):
        if required(given, name) != wanted:
            raise GrantError("invalid_request", f"{name} is {given[name]!r} and not {wanted!r}")
    required(given, "state")
    code = state.grants.authorize(
        Request(
            client_id=required(given, "client_id"),
            redirect_uri=required(given, "redirect_uri"),
            challenge=required(given, "code_challenge"),
            account=state.account,
        )
    )
    return callback(given["redirect_uri"], code=code, state=given["state"])


def callback(redirect_uri: str, **answer: str) -> str:
    """Returns a redirect URI with an answer in its query (RFC 6749, 4.1.2)."""
    parts = urlsplit(redirect_uri)
    asked = "&".join(filter(None, (parts.query, urlencode(answer))))
    return urlunsplit(parts._replace(query=asked))


def _authorize(state: State, request: RecordedRequest) -> Said:
    return Said(status=302, headers={"location": authorized(state, query(request))})


def _token(state: State, request: RecordedRequest) -> Said:
    given = fields(request)
    match required(given, "grant_type"):
        case "authorization_code":
            tokens = state.grants.exchange(
                required(given, "code"),
                client_id=required(given, "client_id"),
                redirect_uri=required(given, "redirect_uri"),
                verifier=required(given, "code_verifier"),
            )
            return Said(body=tokens.as_json(state.lifetime))
        case "urn:ietf:params:oauth:grant-type:token-exchange":
            key = state.grants.key(required(given, "subject_token"))
            return Said(body={"access_token": key})
        case other:
            raise GrantError("unsupported_grant_type", f"{other!r} is not granted here")


def _refresh(state: State, request: RecordedRequest) -> Said:
    tokens = state.grants.refresh(required(fields(request), "refresh_token"))
    return Said(body=tokens.as_json(state.lifetime))


def _revoke(state: State, request: RecordedRequest) -> Said:
    state.grants.revoke(required(fields(request), "token"))
    return Said()


def _device_code(state: State, request: RecordedRequest) -> Said:
    client = required(fields(request), "client_id")
    device = state.grants.device(state.account, client_id=client)
    return Said(body={"device_auth_id": device.id, "user_code": device.user_code, "interval": "0"})


def _device_token(state: State, request: RecordedRequest) -> Said:
    given = fields(request)
    device = state.grants.devices.get(required(given, "device_auth_id"))
    if device is None or device.user_code != required(given, "user_code"):
        raise GrantError("invalid_grant", "no such device code", status=400)
    match device.state:
        case DeviceState.PENDING:  # what Codex takes for "not yet"
            raise GrantError("authorization_pending", "the user has not answered", status=403)
        case DeviceState.DENIED:
            raise GrantError("access_denied", "the user has declined")
        case DeviceState.EXPIRED:
            raise GrantError("expired_token", "the code has expired")
        case DeviceState.APPROVED:
            code, verifier = state.grants.for_device(device)
            return Said(
                body={
                    "authorization_code": code,
                    "code_challenge": challenge_of(verifier),
                    "code_verifier": verifier,
                }
            )


def _known(state: State, request: RecordedRequest) -> JsonObject:
    """Returns the claims of the bearer.

    Its sign-in must not be ended; that a model's provider refuses it already is of no account.
    """
    token = bearer(request)
    claims = claims_of(token)
    if not state.grants.lives(token):
        raise GrantError("invalid_token", "its sign-in was ended", status=401)
    return claims


def _whoami(state: State, request: RecordedRequest) -> Said:
    claims = _known(state, request)
    named = claims[AUTH_CLAIM]
    return Said(body={"email": claims.get("email"), **named})


_NOWHERE = "https://127.0.0.1:9"
"""The origin that a workspace is said to be served from: 0.163.0 takes an https address only, and
asks nothing there in a turn."""


def _account(state: State, request: RecordedRequest) -> Said:
    named = _known(state, request)[AUTH_CLAIM]
    account = {
        "id": named["chatgpt_account_id"],
        "account_user_id": named["chatgpt_user_id"],
        "plan_type": named.get("chatgpt_plan_type"),
        "is_default": True,
        "workspace_backend_origin": _NOWHERE,
        "account_routing_override": "NO_CONSTRAINT",
    }
    return Said(body={"accounts": [account], "default_account_id": account["id"]})


def _usage(state: State, request: RecordedRequest) -> Said:
    named = _known(state, request)[AUTH_CLAIM]
    now = int(state.grants.clock())
    windows = {
        name: {
            "used_percent": used,
            "limit_window_seconds": seconds,
            "reset_after_seconds": seconds // 2,
            "reset_at": now + seconds // 2,
        }
        for name, used, seconds in (
            ("primary_window", 42, 5 * 3600),
            ("secondary_window", 7, 7 * 86_400),
        )
    }
    limits = {"allowed": True, "limit_reached": False, **windows}
    return Said(body={"plan_type": named.get("chatgpt_plan_type"), "rate_limit": limits})


def _empty(state: State, request: RecordedRequest) -> Said:
    return Said()


def _no_tools(state: State, request: RecordedRequest) -> Said:
    return Said(status=404, body=refusal("not_found", "no tools are kept here"))


_ROUTES: tuple[tuple[Endpoint, str, str, Handler], ...] = (
    (Endpoint.AUTHORIZE, "GET", r"/oauth/authorize", _authorize),
    (Endpoint.REFRESH, "POST", r"/oauth/token", _refresh),
    (Endpoint.TOKEN, "POST", r"/oauth/token", _token),
    (Endpoint.REVOKE, "POST", r"/oauth/revoke", _revoke),
    (Endpoint.DEVICE_CODE, "POST", r"/api/accounts/deviceauth/usercode", _device_code),
    (Endpoint.DEVICE_TOKEN, "POST", r"/api/accounts/deviceauth/token", _device_token),
    (Endpoint.WHOAMI, "GET", r"/v1/user-auth-credential/whoami", _whoami),
    (Endpoint.ACCOUNT, "GET", r"/backend-api/wham/accounts/check", _account),
    (Endpoint.SETTINGS, "GET", r"/backend-api/wham/settings/user", _empty),
    (Endpoint.USAGE, "GET", r"/backend-api/(wham|api/codex)/usage", _usage),
    (Endpoint.TOOLS, "POST", r"/backend-api/ps/mcp", _no_tools),
    (Endpoint.ANALYTICS, "POST", r"/backend-api/codex/analytics-events/.*", _empty),
)


def endpoint_of(request: RecordedRequest) -> tuple[Endpoint, Handler] | None:
    """Returns the endpoint that a request asks, and what answers it; None if there is none."""
    for endpoint, method, pattern, handler in _ROUTES:
        if method != request.method or not re.fullmatch(pattern, request.path):
            continue
        if endpoint is Endpoint.REFRESH and not _is_refresh(request):
            continue
        return endpoint, handler
    return None


def _is_refresh(request: RecordedRequest) -> bool:
    try:
        return fields(request).get("grant_type") == "refresh_token"
    except GrantError:
        return False
