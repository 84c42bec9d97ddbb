"""What is stored of a sign-in, in the home's `auth.json`, which nobody else may read.

Its members are those that Codex 0.42.0 to 0.163.0 write: `OPENAI_API_KEY`, `tokens`,
`last_refresh`.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from dataclasses import dataclass, replace

from seatrial_reference.ids import timestamp

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

NAME = "auth.json"
_PRIVATE = 0o600
_CLAIM = "https://api.openai.com/auth"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """What a ChatGPT sign-in gave."""

    id_token: str
    access_token: str
    refresh_token: str
    account_id: str | None = None
    stated_plan: str | None = None  # by the client that owns the tokens

    def claims(self) -> dict[str, Any]:
        """Give the claims of the id token; none where it is damaged."""
        import base64

        try:
            middle = self.id_token.split(".")[1]
            padded = middle + "=" * (-len(middle) % 4)
            claims = json.loads(base64.urlsafe_b64decode(padded))
        except (ValueError, IndexError):
            return {}
        return claims if isinstance(claims, dict) else {}

    def named(self) -> Tokens:
        """Give the same, with the workspace that the id token names."""
        named = self.claims().get(_CLAIM)
        account = _text(named, "chatgpt_account_id") if isinstance(named, dict) else None
        return replace(self, account_id=account)

    @property
    def email(self) -> str | None:
        """The address of the account, as its token says."""
        return _text(self.claims(), "email")

    @property
    def plan(self) -> str | None:
        """The plan of the account, as the client or its token says."""
        named = self.claims().get(_CLAIM)
        claimed = _text(named, "chatgpt_plan_type") if isinstance(named, dict) else None
        return self.stated_plan or claimed


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """A sign-in: by a key, or with tokens.

    Args:
        api_key: The key.
        tokens: The tokens.
        lent: Whether the client owns the tokens.
    """

    api_key: str | None = None
    tokens: Tokens | None = None
    lent: bool = False

    @property
    def method(self) -> str:
        """How it was signed in, in the words of app_v2."""
        if self.api_key:
            return "apikey"
        return "chatgptAuthTokens" if self.lent else "chatgpt"

    @property
    def bearer(self) -> str:
        """What requests to the provider carry."""
        return self.api_key or (self.tokens.access_token if self.tokens else "")

    def with_tokens(self, answer: dict[str, Any]) -> Credentials:
        """Give the sign-in with the tokens of a token endpoint's answer; those left out stay."""
        old = self.tokens
        assert old is not None
        named = ("id_token", "access_token", "refresh_token")
        fresh = {name: answer[name] for name in named if isinstance(answer.get(name), str)}
        return replace(self, tokens=replace(old, **fresh))


class Store:
    """The file of one home.

    Args:
        home: The server's home.
    """

    def __init__(self, home: str) -> None:
        self.home = home
        self.path = f"{home}/{NAME}"

    def load(self) -> Credentials | None:
        """Read the file; None where there is none, or nothing of use in it."""
        try:
            with open(self.path, encoding="utf-8") as file:  # noqa: PTH123
                table = json.load(file)
        except (OSError, ValueError):
            return None
        if not isinstance(table, dict):
            return None
        key, tokens = _text(table, "OPENAI_API_KEY"), _tokens(table.get("tokens"))
        return Credentials(api_key=key, tokens=tokens) if key or tokens else None

    def save(self, credentials: Credentials) -> None:
        """Write the file whole, so that whoever reads it finds the old one or the new one."""
        table: dict[str, Any] = {"OPENAI_API_KEY": credentials.api_key}
        if credentials.tokens is not None:
            held = credentials.tokens
            table["tokens"] = {
                "id_token": held.id_token,
                "access_token": held.access_token,
                "refresh_token": held.refresh_token,
                "account_id": held.account_id,
            }
            table["last_refresh"] = timestamp()
        beside = f"{self.path}.{os.getpid()}"
        fd = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, self.mode)
        with open(fd, "w", encoding="utf-8") as file:  # noqa: PTH123
            json.dump(table, file, indent=2)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, self.path)  # noqa: PTH105

    @property
    def mode(self) -> int:
        """The permissions of the file."""
        return _PRIVATE

    def remove(self) -> None:
        """Remove the file."""
        with suppress(FileNotFoundError):
            os.unlink(self.path)  # noqa: PTH108


def _tokens(table: Any) -> Tokens | None:
    if not isinstance(table, dict):
        return None
    named = {name: _text(table, name) for name in ("id_token", "access_token", "refresh_token")}
    if not all(named.values()):
        return None
    whole = {name: text or "" for name, text in named.items()}
    return Tokens(**whole, account_id=_text(table, "account_id"))


def _text(table: dict[str, Any], name: str) -> str | None:
    value = table.get(name)
    return value if isinstance(value, str) and value else None
