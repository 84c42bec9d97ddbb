"""The service as a test has it: its address, its tokens, its script, and the user's browser."""

from __future__ import annotations

import asyncio
from http.client import HTTPConnection, HTTPException
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urljoin, urlsplit

from seatrial_provider.answering.answers import json_answer
from seatrial_provider.errors import ScriptError, WaitTimeoutError
from seatrial_provider.gates import Gate
from seatrial_provider.signin.account import Account
from seatrial_provider.signin.answering import LARGEST_BODY, Desk
from seatrial_provider.signin.endpoints import Endpoint, State, authorized
from seatrial_provider.signin.grants import DeviceState, GrantError, Grants, Tokens
from seatrial_provider.signin.scripted import refusal
from seatrial_provider.wire.listening import Listening
from seatrial_provider.wire.server import LOOPBACK, HttpServer

if TYPE_CHECKING:
    from seatrial_provider.problems import Problem
    from seatrial_provider.provider import Provider
    from seatrial_provider.recorded import RecordedRequest
    from seatrial_provider.signin.scripted import Scripted
    from seatrial_provider.wire.plan import Plan


_MOST_REDIRECTS = 5
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_OURS = frozenset({"127.0.0.1", "localhost", "::1"})


class SignIn(Listening):
    """A sign-in service on 127.0.0.1, and the browser of the user who signs in.

        async with SignIn() as service:
            tokens = service.tokens()  # as if somebody had signed in before
            ...  # run the server under test against service.url
            assert service.verify() == []

    Args:
        account: Who signs in.
        lifetime: Seconds that an access token is good for; a negative one is stale already.
        host: The address to listen on.
        port: The port; 0 lets the system choose one.
    """

    what = "sign-in service"

    def __init__(
        self,
        account: Account | None = None,
        *,
        lifetime: float = 3600.0,
        host: str = LOOPBACK,
        port: int = 0,
    ) -> None:
        self._grants = Grants(issuer=lambda: self.url, lifetime=lifetime)
        self._state = State(grants=self._grants, account=account or Account(), lifetime=lifetime)
        self._desk = Desk(self._state)
        super().__init__(HttpServer(self._desk, host=host, port=port, limit=LARGEST_BODY), host)

    @property
    def url(self) -> str:
        """The issuer, without a slash at its end.

        Raises:
            ProviderStateError: The service was not started.
        """
        return self.origin

    @property
    def backend_url(self) -> str:
        """Where the account's own endpoints are; Codex has it as `chatgpt_base_url`."""
        return f"{self.url}/backend-api"

    @property
    def account(self) -> Account:
        """Who signs in from now on."""
        return self._state.account

    @account.setter
    def account(self, account: Account) -> None:
        self._state.account = account

    @property
    def requests(self) -> list[tuple[Endpoint | None, RecordedRequest]]:
        """What was asked so far, in order, each with its endpoint; None where there is none."""
        return list(self._desk.requests)

    def asked(self, endpoint: Endpoint) -> list[RecordedRequest]:
        """Returns the requests to an endpoint so far, in order."""
        return [request for asked, request in self._desk.requests if asked is endpoint]

    async def wait_for(
        self, endpoint: Endpoint, count: int = 1, *, timeout: float = 10.0
    ) -> list[RecordedRequest]:
        """Waits until an endpoint was asked so often, and returns the requests.

        Args:
            endpoint: The endpoint.
            count: How often.
            timeout: The bound in seconds.

        Raises:
            WaitTimeoutError: It was not asked as often within the bound.
        """
        changed = self._desk.changed
        if await changed.until(lambda: len(self.asked(endpoint)) >= count, timeout=timeout):
            return self.asked(endpoint)
        raise WaitTimeoutError(
            f"the endpoint {endpoint.value!r} was not asked {count} times within {timeout:g} s",
            expected=f"{count} requests",
            arrived=f"{len(self.asked(endpoint))} of them among {len(self.requests)}",
            cause="Does the server under test use another address, or tokens that it keeps?",
            remedy="Look at `requests`, and at how the service's address reaches the server.",
        )

    def script(self, endpoint: Endpoint, *answers: Scripted) -> None:
        """Has an endpoint answer otherwise, in order; afterwards it answers as ever.

        Args:
            endpoint: The endpoint.
            *answers: What it answers, each once.
        """
        self._desk.scripted[endpoint].extend(answers)

    def always(self, endpoint: Endpoint, answer: Scripted) -> None:
        """Has an endpoint answer otherwise for good, whenever nothing else is scripted."""
        self._desk.always[endpoint] = answer

    def tokens(self, account: Account | None = None) -> Tokens:
        """Returns tokens as of a sign-in that was made before, of this account or of another."""
        return self._grants.issue(account or self.account)

    @property
    def secrets(self) -> set[str]:
        """Everything that was handed out so far and that nobody else should see.

        Tokens, codes and what proves them: for whoever takes secrets out of reports.
        """
        return set(self._grants.secrets)

    def accepts(self, access_token: str) -> bool:
        """Whether an access token is good: neither refreshed away nor ended."""
        return access_token in self._grants.accepted

    def guard(
        self, provider: Provider, *, stale: Tokens | None = None, together: int = 1
    ) -> list[RecordedRequest]:
        """Has a provider turn away every request whose bearer is not good, with status 401.

        What is turned away is in no journal and uses no reply up.

        Args:
            provider: The provider.
            stale: Tokens whose bearer goes stale with the first request, and not before: nothing
                else that a server asks for can find out earlier.
            together: How many requests are turned away at the same moment: the first ones wait
                until there are that many.

        Returns:
            The requests that were turned away; it grows as they come.
        """
        turned_away: list[RecordedRequest] = []
        gate = Gate(f"{together} requests to be turned away together")

        def answer(request: RecordedRequest) -> Plan | None:
            scheme, _, token = (request.header("authorization") or "").partition(" ")
            if stale is not None:
                self._grants.accepted.discard(stale.access_token)
            if scheme == "Bearer" and self.accepts(token):
                return None
            turned_away.append(request)
            if len(turned_away) >= together:
                gate.release()
            body = refusal("invalid_api_key", "the bearer is not good, or not any more")
            return json_answer(
                body, request_id="req_turned_away", status=401, before_headers=gate
            ).plan

        provider.serve_beside(answer)
        return turned_away

    def expire(self) -> None:
        """Has every bearer go stale that was handed out so far; refresh tokens stay good."""
        self._grants.accepted.clear()

    def end(self, tokens: Tokens) -> None:
        """Ends the sign-in that tokens come from, as an administrator would."""
        self._grants.end(tokens.family)

    def authorize(self, authorization_url: str) -> str:
        """Agrees to an authorisation, as the user does in a browser.

        Args:
            authorization_url: What the server shows; whose address it has does not matter.

        Returns:
            The address that the browser is then sent to, code and state in its query.

        Raises:
            ScriptError: The URL is not one that a service would take.
        """
        try:
            return authorized(self._state, dict(parse_qsl(urlsplit(authorization_url).query)))
        except GrantError as error:
            raise ScriptError(
                "the authorisation URL is not one that a service would take",
                expected="response_type, client_id, redirect_uri, state, code_challenge (S256)",
                arrived=authorization_url,
                cause=f"{error.description}: is it built as RFC 6749 and RFC 7636 ask?",
                remedy="Compare its query with the parameters above.",
            ) from error

    async def visit(self, address: str, *, timeout: float = 10.0) -> int:
        """Has the browser open an address, such as the one that `authorize` returns.

        It is led on as a browser is, but to no other machine.

        Args:
            address: An address on this machine.
            timeout: The bound in seconds.

        Returns:
            The last HTTP status; 0 where nobody answers, or on another machine.
        """
        return await asyncio.to_thread(_opened, address, timeout)

    @property
    def user_codes(self) -> list[str]:
        """The codes for users to type that were handed out so far, in order."""
        return [device.user_code for device in self._grants.devices.values()]

    def answer_device(self, user_code: str, state: DeviceState) -> None:
        """Answers a device code as the user does, or lets it expire.

        Args:
            user_code: What the server shows.
            state: What becomes of it.

        Raises:
            ScriptError: No such code was handed out.
        """
        codes = {device.user_code: device for device in self._grants.devices.values()}
        if user_code not in codes:
            raise ScriptError(
                f"there is no device code {user_code!r}",
                expected=", ".join(self.user_codes)
                or "a code that was handed out; none was so far",
                arrived=repr(user_code),
                cause="Is it the code of another service, or misread?",
                remedy="Take the code that the server shows.",
            )
        codes[user_code].state = state

    def verify(self) -> list[Problem]:
        """Returns everything that is wrong: unknown paths, scripts left over, gates closed."""
        return self._desk.verify()


def _opened(address: str, timeout: float) -> int:
    """Opens an address, past any proxy, and follows where it leads to on this machine."""
    status = 0
    for _ in range(_MOST_REDIRECTS):
        parts = urlsplit(address)
        if parts.hostname not in _OURS:
            return status
        connection = HTTPConnection(parts.hostname or "", parts.port, timeout=timeout)
        try:
            connection.request("GET", f"{parts.path or '/'}?{parts.query}")
            answer = connection.getresponse()
            status, leads = answer.status, urljoin(address, answer.headers.get("location", ""))
        except (OSError, HTTPException):
            return status
        finally:
            connection.close()
        if status not in _REDIRECTS:
            return status
        address = leads
    return status
