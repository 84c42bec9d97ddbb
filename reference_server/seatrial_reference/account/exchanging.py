"""The last step of every sign-in with tokens: a code is exchanged for them.

Source: RFC 6749 (4.1.3), RFC 7636 (4.5).
"""

from __future__ import annotations

from seatrial_reference.account import issuer
from seatrial_reference.account.credentials import Credentials, Tokens


def exchanged(code: str, *, redirect: str, verifier: str) -> Credentials:
    """Give the sign-in that a code is good for.

    Raises:
        IssuerError: The issuer refused, could not be asked, or gave too little.
    """
    answer = issuer.ask(
        "/oauth/token",
        {
            "grant_type": "authorization_code",
            "code": code,
            "client_id": issuer.CLIENT_ID,
            "redirect_uri": redirect,
            "code_verifier": verifier,
        },
    )
    try:
        tokens = Tokens(
            id_token=str(answer["id_token"]),
            access_token=str(answer["access_token"]),
            refresh_token=str(answer["refresh_token"]),
        )
    except KeyError as error:
        raise issuer.IssuerError(f"the issuer gave no {error}") from error
    return Credentials(tokens=tokens.named())
