"""What the tests of the sign-in service share: a client that speaks to its endpoints."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import aiohttp
import pytest

from seatrial_provider.signin import SignIn

JsonObject = dict[str, Any]

CLIENT = "client-1"
CALLBACK = "http://localhost:1455/auth/callback"
VERIFIER = "a-verifier-that-is-long-enough-for-the-rules-of-PKCE"


def authorization_url(service: SignIn, **others: str | None) -> str:
    """Returns a URL as a client shows it; a parameter that is None is left out."""
    digest = hashlib.sha256(VERIFIER.encode()).digest()
    given = {
        "response_type": "code",
        "client_id": CLIENT,
        "redirect_uri": CALLBACK,
        "state": "state-1",
        "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
        "code_challenge_method": "S256",
        **others,
    }
    asked = urlencode({name: value for name, value in given.items() if value is not None})
    return f"{service.url}/oauth/authorize?{asked}"


def code_in(callback: str) -> str:
    """Returns the code that a callback brings."""
    return parse_qs(urlsplit(callback).query)["code"][0]


@dataclass(frozen=True)
class Client:
    """Speaks to the endpoints of one service."""

    service: SignIn

    async def post(self, path: str, **form: str) -> tuple[int, JsonObject]:
        return await self.send("POST", path, data=form)

    async def get(self, path: str, token: str = "") -> tuple[int, JsonObject]:
        headers = {"authorization": f"Bearer {token}"} if token else {}
        return await self.send("GET", path, headers=headers)

    async def send(self, method: str, path: str, **options: Any) -> tuple[int, JsonObject]:
        url = self.service.url + path
        async with (
            aiohttp.ClientSession() as session,
            session.request(method, url, allow_redirects=False, **options) as answer,
        ):
            said: JsonObject = await answer.json()
            return answer.status, said | {
                "headers": {k.lower(): v for k, v in answer.headers.items()}
            }

    async def exchange(self, code: str, **others: str) -> tuple[int, JsonObject]:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "client_id": CLIENT,
            "redirect_uri": CALLBACK,
            "code_verifier": VERIFIER,
        }
        return await self.post("/oauth/token", **(form | others))

    async def refresh(self, token: str) -> tuple[int, JsonObject]:
        """Asks as Codex does, in JSON."""
        asked = {"grant_type": "refresh_token", "refresh_token": token, "client_id": CLIENT}
        return await self.send("POST", "/oauth/token", json=asked)


@pytest.fixture
def client() -> type[Client]:
    return Client
