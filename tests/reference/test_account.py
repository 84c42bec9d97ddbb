"""What is stored of a sign-in, who hears of it, and how it is renewed."""

from __future__ import annotations

import base64
import json
import stat
from pathlib import Path
from typing import Any

import pytest

from seatrial_reference.account import lent
from seatrial_reference.account.credentials import Credentials, Store, Tokens
from seatrial_reference.account.issuer import (
    PORT_VARIABLE,
    VARIABLE,
    IssuerError,
    address,
    callback_port,
)
from seatrial_reference.account.manager import Manager
from seatrial_reference.activity import Activity, TurnControl
from seatrial_reference.approvals import Approvals, RequestIds
from seatrial_reference.config import Config, Provider, parse
from seatrial_reference.errors import ConfigError, RequestError, TurnFailed
from seatrial_reference.params import Params


def token(claims: object) -> str:
    middle = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    return f"head.{middle}.tail"


CLAIMS = {
    "email": "ada@example.com",
    "https://api.openai.com/auth": {"chatgpt_plan_type": "plus", "chatgpt_account_id": "ws"},
}
TOKENS = Tokens(id_token=token(CLAIMS), access_token="a", refresh_token="r", account_id="ws")
CONTROL = TurnControl("turn", Activity())
BY_KEY = Credentials(api_key="sk-1")
BY_TOKENS = Credentials(tokens=TOKENS)


def provider(**fields: Any) -> Provider:
    given = {"name": "p", "base_url": "http://127.0.0.1:1/v1", "http_headers": {}, **fields}
    return Provider(**given)


def manager(home: Path, **fields: Any) -> Manager:
    chosen = provider(requires_openai_auth=True)
    return Manager(Config(home=str(home), provider="p", providers={"p": chosen}, **fields))


@pytest.mark.parametrize("held", [BY_KEY, BY_TOKENS], ids=["key", "tokens"])
def test_what_is_stored_is_read_again_and_nobody_else_may(
    tmp_path: Path, held: Credentials
) -> None:
    store = Store(str(tmp_path))
    store.save(held)
    assert store.load() == held
    assert stat.S_IMODE(Path(store.path).stat().st_mode) == 0o600
    assert [file.name for file in tmp_path.iterdir()] == ["auth.json"]
    store.remove()
    store.remove()
    assert store.load() is None


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "{}", '{"OPENAI_API_KEY": 3}', '{"tokens": {"id_token": "x"}}', "\xff"]
)
def test_a_file_with_nothing_of_use_signs_nobody_in(tmp_path: Path, text: str) -> None:
    (tmp_path / "auth.json").write_bytes(text.encode("latin-1"))
    assert manager(tmp_path).credentials is None


def test_who_a_token_is_of() -> None:
    assert (TOKENS.email, TOKENS.plan) == ("ada@example.com", "plus")
    assert Tokens(id_token=token(CLAIMS), access_token="a", refresh_token="r").named() == TOKENS


@pytest.mark.parametrize("damaged", ["", "x", "a.b.c", "a.!.c", token(["x"]), token({"email": 3})])
def test_a_damaged_token_is_nobodys(damaged: str) -> None:
    tokens = Tokens(id_token=damaged, access_token="a", refresh_token="r")
    assert (tokens.email, tokens.plan) == (None, None)


def test_a_sign_in_holds_from_now_on_and_after_the_next_start(tmp_path: Path) -> None:
    first = manager(tmp_path)
    first.sign_in(BY_KEY)
    asked = provider(requires_openai_auth=True)
    assert first.headers(asked) == {"Authorization": "Bearer sk-1"}
    assert manager(tmp_path).headers(asked) == {"Authorization": "Bearer sk-1"}
    first.sign_out()
    assert first.headers(asked) == {}
    assert manager(tmp_path).headers(asked) == {}


def test_a_provider_gets_its_own_key_its_own_headers_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed_in = manager(tmp_path)
    signed_in.sign_in(BY_KEY)
    assert signed_in.headers(provider(http_headers={"x-a": "b"})) == {"x-a": "b"}
    own = provider(env_key="OWN_KEY", requires_openai_auth=True)
    monkeypatch.delenv("OWN_KEY", raising=False)
    with pytest.raises(TurnFailed, match="OWN_KEY"):
        signed_in.headers(own)
    monkeypatch.setenv("OWN_KEY", "own")
    assert signed_in.headers(own) == {"Authorization": "Bearer own"}


def test_the_way_that_is_not_forced_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="API key login is disabled"):
        manager(tmp_path, forced_login_method="chatgpt").permit("api")
    with pytest.raises(RequestError, match="ChatGPT login is disabled"):
        manager(tmp_path, forced_login_method="api").permit("chatgpt")
    manager(tmp_path, forced_login_method="api").permit("api")


def test_tokens_that_another_process_renewed_are_taken_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)  # nobody could be asked
    Store(str(tmp_path)).save(BY_TOKENS)
    ours = manager(tmp_path)
    fresh = BY_TOKENS.with_tokens({"access_token": "b", "refresh_token": "s"})
    Store(str(tmp_path)).save(fresh)
    asked = provider(requires_openai_auth=True)
    assert ours.renew(asked, "Bearer a", CONTROL)
    assert ours.headers(asked) == {"Authorization": "Bearer b"}
    assert ours.renew(asked, "Bearer a", CONTROL)  # an older turn's refusal renews nothing


def test_the_tokens_of_another_account_are_not_taken_over(tmp_path: Path) -> None:
    Store(str(tmp_path)).save(BY_TOKENS)
    ours = manager(tmp_path)
    other = Tokens(id_token="x", access_token="b", refresh_token="s", account_id="other")
    Store(str(tmp_path)).save(Credentials(tokens=other))
    with pytest.raises(TurnFailed, match="another account"):
        ours.renew(provider(requires_openai_auth=True), "Bearer a", CONTROL)


def test_a_key_is_not_renewed(tmp_path: Path) -> None:
    ours = manager(tmp_path)
    ours.sign_in(BY_KEY)
    assert not ours.renew(provider(requires_openai_auth=True), "Bearer sk-1", CONTROL)


def test_without_an_issuer_nobody_signs_in_by_the_browser(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    with pytest.raises(IssuerError, match=VARIABLE):
        address()
    with pytest.raises(RequestError, match=VARIABLE):
        manager(tmp_path).begin(lambda login, error: None)


@pytest.mark.parametrize("store", ["file", "auto"])
def test_a_sign_in_is_kept_in_the_file(tmp_path: Path, store: str) -> None:
    ours = manager(tmp_path, credentials_store=store)
    ours.sign_in(BY_KEY)
    assert manager(tmp_path, credentials_store=store).credentials == BY_KEY
    ours.sign_out()
    assert list(tmp_path.iterdir()) == []


def test_an_ephemeral_sign_in_is_that_of_this_process(tmp_path: Path) -> None:
    ours = manager(tmp_path, credentials_store="ephemeral")
    ours.sign_in(BY_KEY)
    assert ours.credentials == BY_KEY
    assert list(tmp_path.iterdir()) == []
    assert manager(tmp_path, credentials_store="ephemeral").credentials is None


def test_without_a_keyring_no_sign_in_is_kept_in_one(tmp_path: Path) -> None:
    ours = manager(tmp_path, credentials_store="keyring")
    with pytest.raises(RequestError, match="no keyring"):
        ours.sign_in(BY_KEY)
    assert ours.credentials is None
    assert list(tmp_path.iterdir()) == []
    ours.sign_out()


def given(**members: Any) -> dict[str, Any]:
    return {"accessToken": token(CLAIMS), "chatgptAccountId": "ws", **members}


@pytest.mark.parametrize(
    ("params", "problem"),
    [
        ({}, "accessToken"),
        (given(accessToken=7), "accessToken"),
        (given(accessToken="x"), "no claims"),
        (given(chatgptAccountId=None), "chatgptAccountId"),
    ],
)
def test_what_is_no_token_of_a_client(params: dict[str, Any], problem: str) -> None:
    with pytest.raises(RequestError, match=problem):
        lent.read(Params(params))


def test_a_plan_that_the_client_states_counts_before_that_of_the_claims() -> None:
    stated = lent.read(Params(given(chatgptPlanType="pro"))).tokens
    claimed = lent.read(Params(given())).tokens
    assert stated is not None
    assert claimed is not None
    assert (stated.plan, claimed.plan) == ("pro", "plus")


class Client:
    """Answers requests for new tokens as it is told; None for not at all."""

    def __init__(self, answer: dict[str, Any] | None) -> None:
        self.approvals = Approvals(RequestIds())
        self.asked: list[dict[str, Any]] = []
        self._answer = answer

    def request(self, request_id: int, method: str, params: dict[str, Any]) -> None:
        self.asked.append(params)
        if self._answer is not None:
            self.approvals.deliver(request_id, self._answer)


def borrowing(home: Path, client: Client, **fields: Any) -> Manager:
    ours = manager(home, **fields)
    ours.borrow(lent.read(Params(given())), lent.Lender(client.approvals, client, 0.01))  # type: ignore[arg-type]
    return ours


def test_a_client_that_owns_its_tokens_is_asked_for_new_ones(tmp_path: Path) -> None:
    fresh = token({**CLAIMS, "jti": "2"})
    client = Client({"result": given(accessToken=fresh)})
    ours, asked = borrowing(tmp_path, client), provider(requires_openai_auth=True)
    assert ours.renew(asked, f"Bearer {token(CLAIMS)}", CONTROL)
    assert ours.headers(asked) == {"Authorization": f"Bearer {fresh}"}
    assert client.asked == [{"reason": "unauthorized", "previousAccountId": "ws"}]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (None, "within 0.01 s"),
        ({"error": {"code": -1, "message": "no"}}, "refused"),
        ({"result": None}, "accessToken"),
        ({"result": 7}, "expected an object"),
        ({"result": given(chatgptAccountId="other")}, "workspace ws"),
    ],
)
def test_a_client_that_gives_no_tokens_of_use_fails_the_turn(
    tmp_path: Path, answer: dict[str, Any] | None, problem: str
) -> None:
    ours = borrowing(tmp_path, Client(answer), forced_workspace="ws")
    before = ours.credentials
    with pytest.raises(TurnFailed, match=problem):
        ours.renew(provider(requires_openai_auth=True), f"Bearer {token(CLAIMS)}", CONTROL)
    assert ours.credentials == before


def test_a_workspace_that_is_not_the_forced_one_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="workspace other"):
        borrowing(tmp_path, Client(None), forced_workspace="other")


def test_a_callback_port_that_is_none_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for wrong in ("", "x", "-1", "70000", "³"):
        monkeypatch.setenv(PORT_VARIABLE, wrong)
        with pytest.raises(IssuerError, match=PORT_VARIABLE):
            callback_port()


@pytest.mark.parametrize(
    ("table", "key"),
    [
        ({"forced_login_method": "telepathy"}, "forced_login_method"),
        ({"forced_chatgpt_workspace_id": 3}, "forced_chatgpt_workspace_id"),
        ({"cli_auth_credentials_store": "attic"}, "cli_auth_credentials_store"),
        ({"client_tokens_timeout_ms": 0}, "client_tokens_timeout_ms"),
        (
            {"model_providers": {"p": {"base_url": "http://h", "requires_openai_auth": "yes"}}},
            "requires_openai_auth",
        ),
        ({"model_providers": {"p": {"base_url": "http://h", "http_headers": 3}}}, "http_headers"),
        (
            {"model_providers": {"p": {"base_url": "http://h", "http_headers": {"a": 3}}}},
            "http_headers.a",
        ),
    ],
)
def test_a_setting_of_the_sign_in_that_is_wrong_is_named(table: dict[str, Any], key: str) -> None:
    with pytest.raises(ConfigError, match=key):
        parse(table, home="/h", path="config.toml")
