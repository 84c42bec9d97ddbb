"""Whom a token is for, as the claims of its JWT say it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from seatrial_provider.jsontypes import JsonObject

AUTH_CLAIM = "https://api.openai.com/auth"
"""The claim that holds what servers read besides the e-mail address (Codex 0.42.0 to 0.163.0)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One user in one workspace.

    Attributes:
        email: The address that is shown; None leaves the claim out.
        plan: The plan, such as `plus`, `pro` or `business`; None leaves the claim out.
        user_id: The user.
        account_id: The workspace.
    """

    email: str | None = "user@example.com"
    plan: str | None = "pro"
    user_id: str = "user-123"
    account_id: str = "account-123"

    def claims(self) -> JsonObject:
        """Returns the claims that name the account."""
        named: JsonObject = {
            "chatgpt_user_id": self.user_id,
            "user_id": self.user_id,
            "chatgpt_account_id": self.account_id,
        }
        if self.plan is not None:
            named["chatgpt_plan_type"] = self.plan
        claims: JsonObject = {"sub": self.user_id, AUTH_CLAIM: named}
        if self.email is not None:
            claims["email"] = self.email
            claims["email_verified"] = True
        return claims
