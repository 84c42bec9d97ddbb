"""New tokens for old ones: once, though several processes may share the home."""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager

from seatrial_reference.account.issuer import CLIENT_ID, IssuerError, ask
from seatrial_reference.errors import TurnFailed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial_reference.account.credentials import Credentials, Store

_REFUSED = {
    "refresh_token_expired": "has expired",
    "refresh_token_reused": "was already used",
    "refresh_token_invalidated": "was revoked",
}


def refreshed(store: Store, held: Credentials) -> Credentials:
    """Give the sign-in with new tokens.

    A refresh token is good for one use, so the file is locked for the time of the request; if
    another process was first, its tokens are taken over, if they are of the same account.

    Raises:
        TurnFailed: The issuer refused, or could not be asked.
    """
    assert held.tokens is not None
    with _locked(store.path):
        stored = store.load()
        if stored is not None and stored.tokens is not None and stored.tokens != held.tokens:
            if stored.tokens.account_id == held.tokens.account_id:
                return stored
            raise TurnFailed(
                "the sign-in of this home was changed to another account; sign in again",
                info="unauthorized",
            )
        fresh = held.with_tokens(asked(held.tokens.refresh_token))
        store.save(fresh)
        return fresh


def asked(token: str) -> dict[str, object]:
    """Give the issuer's answer to a refresh token.

    Raises:
        TurnFailed: It refused, or could not be asked.
    """
    try:
        return ask(
            "/oauth/token",
            {"client_id": CLIENT_ID, "grant_type": "refresh_token", "refresh_token": token},
        )
    except IssuerError as error:
        why = _REFUSED.get(error.code, f"could not be used ({error.code or error})")
        raise TurnFailed(
            f"the refresh token {why}; sign out and sign in again", info="unauthorized"
        ) from error


@contextmanager
def _locked(path: str) -> Iterator[None]:
    fd = os.open(f"{path}.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX)
        yield
    finally:
        os.close(fd)
