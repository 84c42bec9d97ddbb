"""Signing in by a device code: a code to type elsewhere, and asking until that was done.

Source: RFC 8628; the paths and members are those that Codex 0.154.0 to 0.169.0 ask with.
"""

from __future__ import annotations

import threading

from seatrial_reference.account import issuer
from seatrial_reference.account.exchanging import exchanged
from seatrial_reference.account.signing_in import SigningIn

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from seatrial_reference.account.signing_in import Done

_PENDING = (403, 404)
_SHORTEST = 0.02  # seconds between two questions, where the issuer names no interval
_ASKED = ("device_auth_id", "user_code")


class DeviceSignIn(SigningIn):
    """One sign-in by a device code.

    Args:
        done: Called once, when it has succeeded, failed or was given up.

    Raises:
        IssuerError: There is no issuer to sign in with, or it gives no such codes.
    """

    def __init__(self, done: Done) -> None:
        super().__init__(done)
        self._closed = threading.Event()
        begun = self.begun()
        self._asked = {name: str(begun.get(name, "")) for name in _ASKED}
        self._interval = max(_seconds(begun.get("interval")), _SHORTEST)

    def begun(self) -> dict[str, Any]:
        """Ask for a code.

        Raises:
            IssuerError: The issuer refused, or could not be asked.
        """
        return issuer.ask("/api/accounts/deviceauth/usercode", {"client_id": issuer.CLIENT_ID})

    def shown(self) -> dict[str, str]:
        """Give where the user types the code, and the code."""
        url = f"{issuer.address()}/codex/device"
        return {"verificationUrl": url, "userCode": self._asked["user_code"]}

    def go(self) -> None:
        """Begin to ask what became of it."""
        threading.Thread(target=self._ask, daemon=True).start()

    def close(self) -> None:
        """Ask no more."""
        self._closed.set()

    def _ask(self) -> None:
        while not self._closed.wait(self._interval):
            try:
                answer = self.answer()
                if answer is not None:
                    self.finish(self._granted(answer), None)
            except issuer.IssuerError as error:
                self.finish(None, self.refused(error))

    def answer(self) -> dict[str, Any] | None:
        """Ask the issuer once; give what it granted, or None while the user has not answered.

        Raises:
            IssuerError: The user declined, the code has expired, or the issuer cannot be asked.
        """
        try:
            return issuer.ask("/api/accounts/deviceauth/token", self._asked)
        except issuer.IssuerError as error:
            if error.status in _PENDING:
                return None
            raise

    def refused(self, error: issuer.IssuerError) -> str:
        """Give the sentence about why nobody was signed in."""
        return f"the sign-in by device code failed: {error.code or error}"

    def _granted(self, answer: dict[str, Any]) -> Any:
        return exchanged(
            str(answer.get("authorization_code", "")),
            redirect=f"{issuer.address()}/deviceauth/callback",
            verifier=str(answer.get("code_verifier", "")),
        )


def _seconds(interval: Any) -> float:
    try:
        return float(interval)
    except (TypeError, ValueError):
        return 0.0
