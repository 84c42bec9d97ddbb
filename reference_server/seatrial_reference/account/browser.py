"""Signing in by the browser: an address to open, and a listener for where it is sent back to.

Source: RFC 6749 (4.1), RFC 7636, RFC 8252 (7.3): the listener is on loopback, its port free.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.server
import secrets
import threading
from urllib.parse import parse_qs, urlencode, urlsplit

from seatrial_reference.account import issuer
from seatrial_reference.account.exchanging import exchanged
from seatrial_reference.account.signing_in import SigningIn

TYPE_CHECKING = False
if TYPE_CHECKING:
    from seatrial_reference.account.signing_in import Done


class BrowserSignIn(SigningIn):
    """One sign-in by the browser.

    Args:
        done: Called once, when it has succeeded, failed or was given up.

    Attributes:
        url: What the user opens.

    Raises:
        IssuerError: There is no issuer to sign in with.
    """

    path = "/auth/callback"

    def __init__(self, done: Done) -> None:
        super().__init__(done)
        self._issuer = issuer.address()
        self.state = self.make_state()
        self._verifier = secrets.token_urlsafe(48)
        self._server = self.listen(issuer.callback_port())
        self.redirect = f"http://127.0.0.1:{self.port()}{self.path}"
        self.url = f"{self._issuer}/oauth/authorize?{urlencode(self.asked())}"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def listen(self, port: int) -> http.server.HTTPServer:
        """Listen on a port, or, where it is taken, on one that is free."""
        try:
            return _listening(self, port)
        except OSError:
            return _listening(self, 0)

    def port(self) -> int:
        """Give the port that the browser is sent back to."""
        return int(self._server.server_address[1])

    def shown(self) -> dict[str, str]:
        """Give what the user opens."""
        return {"authUrl": self.url}

    def go(self) -> None:
        """Do nothing: who acts next is the browser."""

    def make_state(self) -> str:
        """Make what the callback has to bring back."""
        return secrets.token_urlsafe(24)

    def asked(self) -> dict[str, str]:
        """Give the parameters of the authorisation."""
        digest = hashlib.sha256(self._verifier.encode()).digest()
        return {
            "response_type": "code",
            "client_id": issuer.CLIENT_ID,
            "redirect_uri": self.redirect,
            "scope": "openid profile email offline_access",
            "state": self.state,
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }

    def returned(self, query: str) -> tuple[int, str]:
        """Take what the browser brings back; give the status and the sentence it is shown."""
        given = {name: values[0] for name, values in parse_qs(query).items()}
        if not self.fits(given.get("state", "")):
            return 400, "This is not the sign-in that was begun."
        if "code" not in given:
            self.finish(None, given.get("error", "the callback brings no code"))
            return 400, "The sign-in was refused."
        try:
            credentials = exchanged(given["code"], redirect=self.redirect, verifier=self._verifier)
        except issuer.IssuerError as error:
            self.finish(None, str(error))
            return 502, "The sign-in could not be completed."
        self.finish(credentials, None)
        return 200, "Signed in. This window can be closed."

    def fits(self, state: str) -> bool:
        """Tell whether a callback is of this sign-in."""
        return hmac.compare_digest(state.encode(), self.state.encode())

    def close(self) -> None:
        """Stop to listen."""
        self._server.shutdown()
        self._server.server_close()


def _listening(signing_in: BrowserSignIn, port: int) -> http.server.HTTPServer:
    class Callback(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            found = parts.path == signing_in.path
            status, text = signing_in.returned(parts.query) if found else (404, "Not here.")
            body = text.encode()
            self.send_response(status)
            self.send_header("Content-Type", "text/plain; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Write nothing: the query holds the code."""

    return http.server.ThreadingHTTPServer(("127.0.0.1", port), Callback)
