"""Signing in by the browser, by a device, and what becomes of the tokens."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import aiohttp
import jwt
import pytest
from tests.provider.signin.conftest import Client, authorization_url, code_in

from seatrial_provider import Provider, ScriptError, reply, say
from seatrial_provider.signin import Account, DeviceState, SignIn
from seatrial_provider.signin.account import AUTH_CLAIM

if TYPE_CHECKING:
    from tests.provider.conftest import Run
    from tests.provider.signin.conftest import JsonObject


def claims(token: str) -> JsonObject:
    read: JsonObject = jwt.decode(token, options={"verify_signature": False})
    return read


def test_a_browser_signs_in(run: Run) -> None:
    async def main() -> None:
        account = Account(email="ada@example.com", plan="plus", account_id="ws-1")
        async with SignIn(account, lifetime=60) as service:
            client = Client(service)
            status, answer = await client.send(
                "GET", authorization_url(service)[len(service.url) :]
            )
            assert status == 302
            callback = answer["headers"]["location"]
            assert callback.startswith("http://localhost:1455/auth/callback?code=")
            assert callback.endswith("&state=state-1")
            status, tokens = await client.exchange(code_in(callback))
            assert status == 200
            said = claims(tokens["id_token"])
            assert (said["email"], said["iss"]) == ("ada@example.com", service.url)
            assert said[AUTH_CLAIM]["chatgpt_plan_type"] == "plus"
            assert said[AUTH_CLAIM]["chatgpt_account_id"] == "ws-1"
            assert said["exp"] - said["iat"] == 60
            assert service.accepts(tokens["access_token"])
            assert service.verify() == []

    run(main())


def test_the_test_is_the_browser_where_the_issuer_is_fixed(run: Run) -> None:
    async def main() -> None:
        async with SignIn() as service:
            shown = authorization_url(service).replace(service.url, "https://auth.example.com")
            status, tokens = await Client(service).exchange(code_in(service.authorize(shown)))
            assert (status, tokens["token_type"]) == (200, "Bearer")

    run(main())


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("state", None),
        ("code_challenge", None),
        ("code_challenge", ""),
        ("redirect_uri", None),
        ("client_id", None),
        ("response_type", "token"),
        ("code_challenge_method", "plain"),
    ],
)
def test_an_authorization_that_is_not_sound_is_refused(
    run: Run, name: str, value: str | None
) -> None:
    async def main() -> None:
        async with SignIn() as service:
            url = authorization_url(service, **{name: value})
            status, answer = await Client(service).send("GET", url[len(service.url) :])
            assert (status, answer["error"]["code"]) == (400, "invalid_request")
            with pytest.raises(ScriptError, match=name):
                service.authorize(url)

    run(main())


@pytest.mark.parametrize(
    "other",
    [
        {"code_verifier": "another"},
        {"client_id": "another"},
        {"redirect_uri": "http://localhost:1/auth/callback"},
        {"code": "code-99"},
    ],
    ids=lambda other: next(iter(other)),
)
def test_a_code_is_good_only_for_who_asked_for_it(run: Run, other: dict[str, str]) -> None:
    async def main() -> None:
        async with SignIn() as service:
            code = code_in(service.authorize(authorization_url(service)))
            status, answer = await Client(service).exchange(**({"code": code} | other))
            assert (status, answer["error"]["code"]) == (400, "invalid_grant")

    run(main())


def test_a_code_is_good_once(run: Run) -> None:
    async def main() -> None:
        async with SignIn() as service:
            code = code_in(service.authorize(authorization_url(service)))
            assert (await Client(service).exchange(code))[0] == 200
            assert (await Client(service).exchange(code))[0] == 400

    run(main())


def test_a_refresh_token_is_good_once_and_its_reuse_ends_the_sign_in(run: Run) -> None:
    async def main() -> None:
        async with SignIn() as service:
            client = Client(service)
            first = service.tokens()
            status, second = await client.refresh(first.refresh_token)
            assert status == 200
            assert not service.accepts(first.access_token)
            assert service.accepts(second["access_token"])
            status, answer = await client.refresh(first.refresh_token)
            assert (status, answer["error"]["code"]) == (401, "refresh_token_reused")
            assert not service.accepts(second["access_token"])
            status, answer = await client.refresh(second["refresh_token"])
            assert (status, answer["error"]["code"]) == (401, "refresh_token_invalidated")

    run(main())


def test_other_sign_ins_go_on_when_one_is_ended(run: Run) -> None:
    async def main() -> None:
        async with SignIn() as service:
            one, other = service.tokens(), service.tokens()
            status, _ = await Client(service).post("/oauth/revoke", token=one.refresh_token)
            assert status == 200
            assert not service.accepts(one.access_token)
            assert service.accepts(other.access_token)
            service.end(other)
            assert (await Client(service).refresh(other.refresh_token))[0] == 401

    run(main())


def test_a_token_is_exchanged_for_a_key(run: Run) -> None:
    async def main() -> None:
        async with SignIn() as service:
            grant = "urn:ietf:params:oauth:grant-type:token-exchange"
            ours = service.tokens().id_token
            client = Client(service)
            status, answer = await client.post("/oauth/token", grant_type=grant, subject_token=ours)
            assert status == 200
            assert answer["access_token"].startswith("sk-")
            forged = jwt.encode({"sub": "x"}, "k" * 32, algorithm="HS256")
            status, _ = await client.post("/oauth/token", grant_type=grant, subject_token=forged)
            assert status == 401

    run(main())


@pytest.mark.parametrize(
    ("state", "status", "code"),
    [
        (DeviceState.PENDING, 403, "authorization_pending"),
        (DeviceState.DENIED, 400, "access_denied"),
        (DeviceState.EXPIRED, 400, "expired_token"),
    ],
)
def test_a_device_that_was_not_approved(
    run: Run, state: DeviceState, status: int, code: str
) -> None:
    async def main() -> None:
        async with SignIn() as service:
            client = Client(service)
            device = await begun(client)
            service.answer_device(device["user_code"], state)
            came, answer = await asked(client, device)
            assert (came, answer["error"]["code"]) == (status, code)

    run(main())


def test_a_device_that_was_approved_gets_its_tokens(run: Run) -> None:
    async def main() -> None:
        async with SignIn() as service:
            client = Client(service)
            device = await begun(client)
            service.answer_device(device["user_code"], DeviceState.APPROVED)
            _, granted = await asked(client, device)
            status, tokens = await client.exchange(
                granted["authorization_code"],
                code_verifier=granted["code_verifier"],
                redirect_uri=f"{service.url}/deviceauth/callback",
            )
            assert status == 200
            assert service.accepts(tokens["access_token"])
            with pytest.raises(ScriptError, match="SEA-"):
                service.answer_device("NO-SUCH", DeviceState.APPROVED)

    run(main())


async def begun(client: Client) -> JsonObject:
    status, device = await client.send(
        "POST", "/api/accounts/deviceauth/usercode", json={"client_id": "client-1"}
    )
    assert status == 200
    return device


async def asked(client: Client, device: JsonObject) -> tuple[int, JsonObject]:
    named = {name: device[name] for name in ("device_auth_id", "user_code")}
    return await client.send("POST", "/api/accounts/deviceauth/token", json=named)


def test_what_is_the_accounts_is_told_to_a_good_token_only(run: Run) -> None:
    async def main() -> None:
        async with SignIn(Account(plan="business")) as service:
            client = Client(service)
            good, bad = service.tokens(), service.tokens()
            service.end(bad)
            for path, member in (
                ("/v1/user-auth-credential/whoami", "chatgpt_plan_type"),
                ("/backend-api/wham/usage", "plan_type"),
            ):
                assert (await client.get(path, good.access_token))[1][member] == "business"
                assert (await client.get(path, bad.access_token))[0] == 401
                assert (await client.get(path))[0] == 401
            _, checked = await client.get("/backend-api/wham/accounts/check", good.access_token)
            assert checked["accounts"][0]["id"] == "account-123"

    run(main())


def test_a_provider_takes_only_bearers_that_are_good(run: Run) -> None:
    async def main() -> None:
        async with SignIn() as service, Provider() as provider:
            turned_away = service.guard(provider)
            good, bad = service.tokens(), service.tokens()
            service.end(bad)
            provider.script(reply(say("done")))
            for token, status in ((bad.access_token, 401), ("", 401), (good.access_token, 200)):
                async with (
                    aiohttp.ClientSession(headers={"authorization": f"Bearer {token}"}) as session,
                    session.post(
                        f"{provider.base_url}/responses",
                        json={"model": "m", "input": "hi", "store": False},
                    ) as answer,
                ):
                    assert answer.status == status
            assert len(turned_away) == 2
            assert len(provider.requests) == 1
            assert provider.verify() == []

    run(main())


def test_a_bearer_goes_stale_with_the_first_request_to_the_model(run: Run) -> None:
    async def main() -> None:
        async with SignIn() as service, Provider() as provider:
            tokens, other = service.tokens(), service.tokens()
            turned_away = service.guard(provider, stale=tokens)
            assert service.accepts(tokens.access_token)
            headers = {"authorization": f"Bearer {tokens.access_token}"}
            async with (
                aiohttp.ClientSession(headers=headers) as session,
                session.post(f"{provider.base_url}/responses", json={"model": "m"}) as answer,
            ):
                assert answer.status == 401
            assert len(turned_away) == 1
            assert not service.accepts(tokens.access_token)
            assert service.accepts(other.access_token)
            check = "/backend-api/wham/accounts/check"
            assert (await Client(service).get(check, tokens.access_token))[0] == 200
            service.end(tokens)
            assert (await Client(service).get(check, tokens.access_token))[0] == 401

    run(main())


def test_requests_may_be_turned_away_together(run: Run) -> None:
    async def main() -> None:
        async with SignIn() as service, Provider() as provider, aiohttp.ClientSession() as session:
            turned_away = service.guard(provider, together=2)
            url = f"{provider.base_url}/responses"

            async def ask() -> int:
                async with session.post(url, json={"model": "m"}) as answer:
                    return answer.status

            first = asyncio.create_task(ask())
            async with asyncio.timeout(20):
                while not turned_away:
                    await Client(service).get("/", "any")
            assert not first.done()  # it has arrived, and is held
            assert await ask() == 401
            assert await first == 401
            assert await ask() == 401
            assert len(turned_away) == 3

    run(main())


def test_everything_that_is_handed_out_is_known_as_a_secret(run: Run) -> None:
    async def main() -> None:
        async with SignIn() as service:
            client = Client(service)
            assert service.secrets == set()
            code = code_in(service.authorize(authorization_url(service)))
            _, tokens = await client.exchange(code)
            _, fresh = await client.refresh(tokens["refresh_token"])
            device = await begun(client)
            assert service.user_codes == [device["user_code"]]
            service.answer_device(device["user_code"], DeviceState.APPROVED)
            _, granted = await asked(client, device)
            _, key = await client.post(
                "/oauth/token",
                grant_type="urn:ietf:params:oauth:grant-type:token-exchange",
                subject_token=fresh["id_token"],
            )
            before = service.tokens()
            handed_out = {
                code,
                key["access_token"],
                granted["authorization_code"],
                granted["code_verifier"],
                device["device_auth_id"],
                *(tokens[name] for name in ("id_token", "access_token", "refresh_token")),
                *(fresh[name] for name in ("id_token", "access_token", "refresh_token")),
                *(before.id_token, before.access_token, before.refresh_token),
            }
            assert service.secrets == handed_out

    run(main())


def test_a_bearer_that_went_stale_is_renewed(run: Run) -> None:
    async def main() -> None:
        async with SignIn() as service:
            tokens = service.tokens()
            service.expire()
            assert not service.accepts(tokens.access_token)
            status, fresh = await Client(service).refresh(tokens.refresh_token)
            assert status == 200
            assert service.accepts(fresh["access_token"])

    run(main())


def test_the_browser_opens_what_answers_and_what_does_not(run: Run) -> None:
    async def main() -> None:
        async with SignIn() as service:
            led = authorization_url(service, redirect_uri=f"{service.url}/nothing")
            assert await service.visit(led) == 404
            away = authorization_url(service, redirect_uri="https://elsewhere.example.com/")
            assert await service.visit(away) == 302
            assert await service.visit(f"{service.url}/nothing") == 404
            gone = service.url
        assert await service.visit(f"{gone}/oauth/authorize") == 0

    run(main())
