"""The one sign-in of this process: every conversation asks it, and hears of changes by it."""

from __future__ import annotations

import threading

from seatrial_reference.account.credentials import Credentials, Store
from seatrial_reference.errors import INVALID_REQUEST, RequestError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from seatrial_reference.account.browser import BrowserSignIn
    from seatrial_reference.account.browser import Done as Ended
    from seatrial_reference.config import Config, Provider

    Done = Callable[[str, str | None], None]

_OTHER = {
    "chatgpt": "API key login is disabled. Use ChatGPT login instead.",
    "api": "ChatGPT login is disabled. Use API key login instead.",
}


class Manager:
    """Who is signed in, as of this process.

    It reads the home once. What another process does there afterwards changes nobody's account
    here; only new tokens of the same account are taken over, when ours are refused.

    Args:
        config: The server's configuration.
    """

    def __init__(self, config: Config) -> None:
        self.store = self.make_store(config.home)
        self.forced = config.forced_login_method
        self.requires = config.requires_sign_in
        self._lock = threading.RLock()
        self._credentials = self.store.load()
        self._pending: BrowserSignIn | None = None

    def make_store(self, home: str) -> Store:
        """Make what keeps the sign-in."""
        return Store(home)

    @property
    def credentials(self) -> Credentials | None:
        """The sign-in; None where nobody is signed in, or nobody has to be."""
        return self._credentials if self.requires else None

    def permit(self, method: str) -> None:
        """See that signing in by `api` or `chatgpt` is allowed.

        Raises:
            RequestError: The configuration forces the other way.
        """
        if self.forced is not None and self.forced != method:
            raise RequestError(INVALID_REQUEST, _OTHER[self.forced])

    def sign_in(self, credentials: Credentials) -> None:
        """Store a sign-in; it holds for every conversation from now on."""
        with self._lock:
            self.store.save(credentials)
            self._credentials = credentials

    def sign_out(self) -> None:
        """Forget the sign-in, here and in the home."""
        with self._lock:
            self.store.remove()
            self._credentials = None

    def begin(self, done: Done) -> BrowserSignIn:
        """Begin a sign-in by the browser; one that was begun before is given up.

        Args:
            done: Called once with its id, and with the error if it fails; who succeeds is signed
                in by then.

        Raises:
            RequestError: The configuration forces the other way, or there is no issuer.
        """
        from seatrial_reference.account.issuer import IssuerError

        self.permit("chatgpt")

        def ended(login: str, credentials: Credentials | None, error: str | None) -> None:
            if credentials is not None:
                self.sign_in(credentials)
            done(login, error)

        with self._lock:
            self.cancel()
            try:
                self._pending = self.make_browser_sign_in(ended)
            except IssuerError as error:
                raise RequestError(INVALID_REQUEST, str(error)) from error
            return self._pending

    def make_browser_sign_in(self, done: Ended) -> BrowserSignIn:
        """Make a sign-in by the browser."""
        from seatrial_reference.account.browser import BrowserSignIn

        return BrowserSignIn(done)

    def cancel(self, login: str | None = None) -> bool:
        """Give up the sign-in that waits for its user; tell whether it was that one."""
        with self._lock:
            pending = self._pending
            if pending is None or login not in (None, pending.id):
                return False
            self._pending = None
        pending.cancel()
        return True

    def headers(self, provider: Provider) -> dict[str, str]:
        """Give what a request to a provider carries: its own headers, and the bearer if any.

        Raises:
            TurnFailed: The provider's own variable is not set.
        """
        bearer = self.bearer(provider)
        held = {} if bearer is None else {"Authorization": f"Bearer {bearer}"}
        return {**provider.http_headers, **held}

    def bearer(self, provider: Provider) -> str | None:
        """Give the bearer for a provider: that of its own variable, or of the sign-in.

        Raises:
            TurnFailed: The provider's own variable is not set.
        """
        if provider.env_key is not None:
            return provider.key()
        held = self._credentials
        return held.bearer if provider.requires_openai_auth and held is not None else None

    def token(self, *, asked: bool) -> str | None:
        """Give what a client is told of the bearer: it, where the client asks for it."""
        held = self.credentials
        return held.bearer if held is not None and asked else None

    def person(self) -> tuple[str | None, str | None]:
        """Give the e-mail address and the plan of who is signed in with tokens."""
        held = self.credentials
        tokens = held.tokens if held else None
        return (tokens.email, tokens.plan) if tokens else (None, None)

    def renew(self, provider: Provider, refused: str) -> bool:
        """Get another bearer after one was refused; tell whether there is one now.

        Args:
            provider: Who refused it.
            refused: The header that was refused.

        Raises:
            TurnFailed: New tokens were asked for and not given.
        """
        with self._lock:
            held = self._credentials
            if provider.env_key or held is None or held.tokens is None:
                return False
            if refused != f"Bearer {held.bearer}":
                return True  # another turn has renewed it by now
            self._credentials = self.refreshed(held)
            return True

    def refreshed(self, held: Credentials) -> Credentials:
        """Give a sign-in with new tokens.

        Raises:
            TurnFailed: New tokens were asked for and not given.
        """
        from seatrial_reference.account.refreshing import refreshed

        return refreshed(self.store, held)
