"""The issuer of tokens, asked over HTTP."""

from __future__ import annotations

import http.client
import json
import os
from urllib.parse import urlsplit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

VARIABLE = "SEATRIAL_REFERENCE_ISSUER"
PORT_VARIABLE = "SEATRIAL_REFERENCE_CALLBACK_PORT"
CLIENT_ID = "seatrial-reference"
_PATIENCE = 30.0


class IssuerError(Exception):
    """The issuer refused, or could not be asked.

    Args:
        message: What came.
        code: The error's code, if it gave one.
        status: The HTTP status; 0 where it gave none.
    """

    def __init__(self, message: str, *, code: str = "", status: int = 0) -> None:
        super().__init__(message)
        self.code = code
        self.status = status


def address() -> str:
    """Give the issuer's address.

    Raises:
        IssuerError: None is set.
    """
    issuer = os.environ.get(VARIABLE, "").rstrip("/")
    if not issuer:
        raise IssuerError(f"no issuer to sign in with: set {VARIABLE} to its address")
    return issuer


def callback_port() -> int:
    """Give the port that browsers come back to if it is free; 0 for any.

    Raises:
        IssuerError: It is no port.
    """
    port = os.environ.get(PORT_VARIABLE, "0")
    if not (port.isascii() and port.isdecimal() and int(port) < 65536):
        raise IssuerError(f"expected {PORT_VARIABLE} to be a port, but it is {port!r}; set another")
    return int(port)


def ask(path: str, body: dict[str, str]) -> dict[str, Any]:
    """Send a request and give the object of its answer.

    Raises:
        IssuerError: It could not be asked, refused, or answered with something else.
    """
    parts = urlsplit(address())
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=_PATIENCE)
    try:
        connection.request("POST", path, json.dumps(body), {"Content-Type": "application/json"})
        response = connection.getresponse()
        said = json.loads(response.read())
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise IssuerError(f"no answer from the issuer: {error!r}") from error
    finally:
        connection.close()
    if response.status == http.HTTPStatus.OK and isinstance(said, dict):
        return said
    problem = said.get("error") if isinstance(said, dict) else None
    code = problem.get("code") if isinstance(problem, dict) else problem
    raise IssuerError(
        f"the issuer answered {response.status}", code=str(code or ""), status=response.status
    )
