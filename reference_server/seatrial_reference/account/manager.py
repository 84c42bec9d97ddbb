"""The one sign-in of this process: every conversation asks it, and hears of changes by it."""

from __future__ import annotations

import threading

from seatrial_reference.account.credentials import Credentials, Store
from seatrial_reference.errors import INVALID_REQUEST, RequestError, TurnFailed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from seatrial_reference.account.lent import Lender
    from seatrial_reference.account.signing_in import Done as Ended
    from seatrial_reference.account.signing_in import SigningIn
    from seatrial_reference.activity import TurnControl
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
        self.store = self.make_store(config)
        self.forced = config.forced_login_method
        self.forced_workspace = config.forced_workspace
        self.requires = config.requires_sign_in
        self._lock = threading.RLock()
        self._credentials = self.store.load()
        self._pending: SigningIn | None = None
        self._lender: Lender | None = None

    def make_store(self, config: Config) -> Store:
        """Make what keeps the sign-in."""
        if config.credentials_store == "file":
            return Store(config.home)
        from seatrial_reference.account.storing import STORES

        return STORES[config.credentials_store](config.home)

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

    def permit_workspace(self, credentials: Credentials) -> None:
        """See that a sign-in is of the workspace that the configuration forces, if it forces one.

        Raises:
            RequestError: It is of another one.
        """
        workspace = credentials.tokens.account_id if credentials.tokens else None
        if self.forced_workspace not in (None, workspace):
            raise RequestError(
                INVALID_REQUEST,
                f"sign in to the workspace {self.forced_workspace}: "
                f"these tokens are of the workspace {workspace}",
            )

    def sign_in(self, credentials: Credentials) -> None:
        """Store a sign-in; it holds for every conversation from now on."""
        with self._lock:
            self.store.save(credentials)
            self._credentials = credentials

    def borrow(self, credentials: Credentials, lender: Lender) -> None:
        """Take tokens that the client owns, for this process alone; they are stored nowhere.

        A sign-in that waits for its user is given up.

        Raises:
            RequestError: The configuration forces another way, or another workspace.
        """
        self.permit("chatgpt")
        self.permit_workspace(credentials)
        self.cancel()
        with self._lock:
            self._credentials, self._lender = credentials, lender

    def sign_out(self) -> None:
        """Forget the sign-in, here and in the home."""
        with self._lock:
            self.store.remove()
            self._credentials = None

    def begin(self, done: Done, *, device: bool = False) -> SigningIn:
        """Begin a sign-in; one that was begun before is given up.

        Args:
            done: Called once with its id, and with the error if it fails; who succeeds is signed
                in by then.
            device: Whether it is by a device code; else it is by the browser.

        Raises:
            RequestError: The configuration forces the other way, or there is no issuer.
        """
        from seatrial_reference.account.issuer import IssuerError

        self.permit("chatgpt")

        def ended(login: str, credentials: Credentials | None, error: str | None) -> None:
            if credentials is not None:
                error = self._signed_in(credentials) or error
            done(login, error)

        make = self.make_device_sign_in if device else self.make_browser_sign_in
        with self._lock:
            self.cancel()
            try:
                self._pending = make(ended)
            except IssuerError as error:
                raise RequestError(INVALID_REQUEST, str(error)) from error
            return self._pending

    def _signed_in(self, credentials: Credentials) -> str | None:
        """Sign in with what the issuer gave; give the reason why that is not allowed, if so."""
        try:
            self.permit_workspace(credentials)
            self.sign_in(credentials)
        except RequestError as refused:
            return refused.message
        return None

    def make_browser_sign_in(self, done: Ended) -> SigningIn:
        """Make a sign-in by the browser."""
        from seatrial_reference.account.browser import BrowserSignIn

        return BrowserSignIn(done)

    def make_device_sign_in(self, done: Ended) -> SigningIn:
        """Make a sign-in by a device code."""
        from seatrial_reference.account.device import DeviceSignIn

        return DeviceSignIn(done)

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

    def renew(self, provider: Provider, refused: str, control: TurnControl) -> bool:
        """Get another bearer after one was refused; tell whether there is one now.

        Args:
            provider: Who refused it.
            refused: The header that was refused.
            control: The turn that waits for it.

        Raises:
            TurnFailed: New tokens were asked for and not given.
            TurnInterrupted: The turn was interrupted while the client was asked for them.
        """
        with self._lock:
            held = self._credentials
            if provider.env_key or held is None or held.tokens is None:
                return False
            if refused != f"Bearer {held.bearer}":
                return True  # another turn has renewed it by now
            if not held.lent:
                self._credentials = self.refreshed(held)
                return True
        fresh = self.borrowed(held, control)  # the client answers while others go on
        with self._lock:
            if self._credentials is held:
                self._credentials = fresh
        return True

    def borrowed(self, held: Credentials, control: TurnControl) -> Credentials:
        """Give a sign-in with new tokens of the client that owns them.

        Raises:
            TurnFailed: It gave none, or those of a workspace that is not allowed.
            TurnInterrupted: The turn was interrupted first.
        """
        assert self._lender is not None
        assert held.tokens is not None
        fresh = self._lender.ask(held.tokens.account_id, control)
        try:
            self.permit_workspace(fresh)
        except RequestError as error:
            raise TurnFailed(error.message, info="unauthorized") from error
        return fresh

    def refreshed(self, held: Credentials) -> Credentials:
        """Give a sign-in with new tokens.

        Raises:
            TurnFailed: New tokens were asked for and not given.
        """
        from seatrial_reference.account.refreshing import refreshed

        return refreshed(self.store, held)
