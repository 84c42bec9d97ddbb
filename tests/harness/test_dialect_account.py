"""Signing in, in the words of v1 and v2: what is sent, and what is understood."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from seatrial.dialects import (
    AppV1,
    AppV2,
    ClientTokens,
    Mcp,
    Method,
    Misshapen,
    NotSpoken,
    Person,
    SigningIn,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tests.harness.conftest import Connect, Run

    from seatrial.dialects import Account

URL = "https://auth.example.com/oauth/authorize?state=s"
BOTH = pytest.mark.parametrize("kind", [AppV1, AppV2])


def asked(
    run: Run,
    connect: Connect,
    kind: type[AppV1 | AppV2],
    ask: Callable[[Account], Awaitable[Any]],
    result: Any,
) -> tuple[str, Any, Any]:
    """Returns the method and params that were sent, and what came of the answer."""
    seen: list[Any] = []

    async def main() -> None:
        async with connect() as (peer, server):
            task = asyncio.ensure_future(ask(kind(peer).account))
            message = await server.hears()
            server.says(id=message["id"], result=result)
            seen.extend((message["method"], message.get("params"), await task))

    run(main())
    method, params, came = seen
    return method, params, came


@BOTH
@pytest.mark.parametrize(
    ("told", "method"),
    [
        ({"authMethod": None, "authToken": None, "requiresOpenaiAuth": True}, Method.NONE),
        ({"requiresOpenaiAuth": True}, Method.NONE),
        ({"authMethod": "apikey", "authToken": "k", "requiresOpenaiAuth": True}, Method.API_KEY),
        ({"authMethod": "chatgpt", "authToken": "t", "requiresOpenaiAuth": True}, Method.CHATGPT),
    ],
)
def test_the_status(
    run: Run, connect: Connect, kind: type[AppV1 | AppV2], told: Any, method: Method
) -> None:
    sent, params, status = asked(run, connect, kind, lambda a: a.status(token=True), told)
    assert (sent, params["includeToken"]) == ("getAuthStatus", True)
    assert (status.method, status.token, status.required) == (method, told.get("authToken"), True)


@BOTH
def test_a_way_of_signing_in_that_the_dialect_has_not(
    run: Run, connect: Connect, kind: type[AppV1 | AppV2]
) -> None:
    with pytest.raises(Misshapen, match="method of signing in"):
        asked(run, connect, kind, lambda a: a.status(), {"authMethod": "telepathy"})


@pytest.mark.parametrize(
    ("kind", "sent", "result", "person"),
    [
        (AppV1, "userInfo", {"allegedUserEmail": "a@b.c"}, Person(email="a@b.c")),
        (AppV1, "userInfo", {"allegedUserEmail": None}, Person()),
        (
            AppV2,
            "account/read",
            {"account": {"type": "chatgpt", "email": "a@b.c", "planType": "pro"}},
            Person(email="a@b.c", plan="pro"),
        ),
        (AppV2, "account/read", {"account": None}, Person()),
    ],
)
def test_who_is_signed_in(
    run: Run, connect: Connect, kind: type[AppV1 | AppV2], sent: str, result: Any, person: Person
) -> None:
    method, _, came = asked(run, connect, kind, lambda a: a.person(), result)
    assert (method, came) == (sent, person)


@pytest.mark.parametrize(
    ("kind", "sent", "params"),
    [
        (AppV1, "loginApiKey", {"apiKey": "k"}),
        (AppV2, "account/login/start", {"type": "apiKey", "apiKey": "k"}),
    ],
)
def test_a_key(
    run: Run, connect: Connect, kind: type[AppV1 | AppV2], sent: str, params: Any
) -> None:
    assert asked(run, connect, kind, lambda a: a.sign_in_with_key("k"), {}) == (sent, params, None)


@pytest.mark.parametrize(
    ("kind", "begin", "cancel", "out"),
    [
        (AppV1, "loginChatGpt", "cancelLoginChatGpt", "logoutChatGpt"),
        (AppV2, "account/login/start", "account/login/cancel", "account/logout"),
    ],
)
def test_the_browser_and_signing_out(
    run: Run, connect: Connect, kind: type[AppV1 | AppV2], begin: str, cancel: str, out: str
) -> None:
    result = {"loginId": "l", "authUrl": URL}
    sent, _, begun = asked(run, connect, kind, lambda a: a.begin(), result)
    assert (sent, begun) == (begin, SigningIn(id="l", url=URL))
    sent, params, _ = asked(run, connect, kind, lambda a: a.cancel(begun), {})
    assert (sent, params) == (cancel, {"loginId": "l"})
    assert asked(run, connect, kind, lambda a: a.sign_out(), {})[0] == out


@pytest.mark.parametrize(
    ("kind", "completed", "change", "member"),
    [
        (AppV1, "loginChatGptComplete", "authStatusChange", "authMethod"),
        (AppV2, "account/login/completed", "account/updated", "authMode"),
    ],
)
def test_what_is_notified(
    run: Run,
    connect: Connect,
    kind: type[AppV1 | AppV2],
    completed: str,
    change: str,
    member: str,
) -> None:
    async def main() -> None:
        async with connect() as (peer, server):
            account = kind(peer).account
            server.says(method=completed, params={"loginId": "other", "success": True})
            server.says(method=completed, params={"loginId": "l", "success": False})
            assert not await account.finished(SigningIn(id="l", url=URL))
            assert await account.finished(SigningIn(id="other", url=URL))
            for name in ("apikey", None, "chatgpt"):
                server.says(method=change, params={member: name})
            server.says(method=completed, params={"loginId": "last", "success": True})
            assert await account.finished(SigningIn(id="last", url=URL))
            assert account.changes() == [Method.API_KEY, Method.NONE, Method.CHATGPT]

    run(main())


def test_a_device_code(run: Run, connect: Connect) -> None:
    result = {"loginId": "l", "verificationUrl": URL, "userCode": "ABCD"}
    sent, params, begun = asked(run, connect, AppV2, lambda a: a.begin_device(), result)
    assert (sent, params) == ("account/login/start", {"type": "chatgptDeviceCode"})
    assert begun == SigningIn(id="l", url=URL, user_code="ABCD")
    with pytest.raises(Misshapen, match="userCode"):
        asked(run, connect, AppV2, lambda a: a.begin_device(), {**result, "userCode": None})


def test_tokens_that_the_client_owns(run: Run, connect: Connect) -> None:
    tokens = ClientTokens(access_token="a", id_token="i", workspace="ws")
    sent, params, _ = asked(run, connect, AppV2, lambda a: a.owner.sign_in(tokens), {})
    assert sent == "account/login/start"
    assert params == {
        "type": "chatgptAuthTokens",
        "accessToken": "a",
        "idToken": "i",
        "chatgptAccountId": "ws",
        "chatgptPlanType": None,
    }


def test_a_server_that_asks_for_new_tokens(run: Run, connect: Connect) -> None:
    async def main() -> None:
        async with connect() as (peer, server):
            owner = AppV2(peer).account.owner
            for number, params in enumerate(({"previousAccountId": "ws"}, {}, None)):
                server.says(id=number, method=owner.ask, params=params)
            server.says(method="account/updated", params={"authMode": None})
            assert await AppV2(peer).account.changed() is Method.NONE
            entries = [one for one in peer.journal.from_server() if one.is_request(owner.ask)]
            assert [owner.previous(entry) for entry in entries] == ["ws", None, None]

    run(main())


def test_v1_has_no_words_for_either(run: Run, connect: Connect) -> None:
    async def main() -> None:
        async with connect() as (peer, _):
            account = AppV1(peer).account
            with pytest.raises(NotSpoken, match="device code"):
                await account.begin_device()
            with pytest.raises(NotSpoken, match="client owns"):
                account.owner  # noqa: B018

    run(main())


def test_mcp_has_no_words_for_it(run: Run, connect: Connect) -> None:
    async def main() -> None:
        async with connect() as (peer, _):
            with pytest.raises(NotSpoken, match="signing in"):
                Mcp(peer).account  # noqa: B018

    run(main())
