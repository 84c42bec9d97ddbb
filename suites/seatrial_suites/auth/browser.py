"""Signing in by the browser: what the user is shown, and what comes back with it."""

from __future__ import annotations

from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

from seatrial.conformance import Trial, check
from seatrial.dialects import Method
from seatrial_provider import ScriptError
from seatrial_provider.signin import Account, Endpoint, SignIn
from seatrial_suites.auth.scenes import method, signing_in, succeeds

__all__ = ["agreed", "cancelled", "configure", "signed_in", "wrong_state"]

LOOPBACK = {"127.0.0.1", "localhost", "::1"}


def configure(trial: Trial, service: SignIn) -> None:
    """Has the server sign in at a service, by the browser."""
    trial.configure("auth")
    trial.configure("auth.issuer", issuer=service.url)
    trial.configure("auth.refresh", issuer=service.url, backend=service.backend_url)


def _with(address: str, **others: str) -> str:
    """Returns an address with other values in its query."""
    parts = urlsplit(address)
    given = {name: values[0] for name, values in parse_qs(parts.query).items()}
    return urlunsplit(parts._replace(query=urlencode(given | others)))


def agreed(trial: Trial, service: SignIn, url: str) -> str:
    """Agrees to an authorisation; returns where the browser is sent to then."""
    try:
        return service.authorize(url)
    except ScriptError as error:
        raise trial.untestable(
            "nobody could agree to this sign-in",
            expected="an authorisation URL that a service would take",
            arrived=url,
            cause=f"{error.cause} Does auth.chatgpt.login fail as well?",
        ) from error


@check("auth.chatgpt.login")
async def signed_in(trial: Trial) -> None:
    """The address is sound, the callback signs in, and the code is exchanged once."""
    async with signing_in(trial, Account(plan="plus")) as service:
        configure(trial, service)
        async with trial.agent() as agent:
            begun = await agent.account.begin()
            given = {name: one[0] for name, one in parse_qs(urlsplit(begun.url).query).items()}
            sound = trial.saw.that(
                "what proves that the callback is of this sign-in (state)",
                len(given.get("state", "")) >= 16,
                expected="a state that nobody guesses",
                arrived=f"{len(given.get('state', ''))} characters",
                cause="is it left out, or the same each time?",
            )
            sound &= trial.saw.equal(
                "what proves that the code is used by who asked (PKCE)",
                expected=("S256", 43),
                arrived=(
                    given.get("code_challenge_method"),
                    len(given.get("code_challenge", "")),
                ),
                cause="is the verifier itself sent, or nothing?",
            )
            sound &= trial.saw.that(
                "where the browser is sent back to",
                urlsplit(given.get("redirect_uri", "")).hostname in LOOPBACK,
                expected="an address of this machine",
                arrived=given.get("redirect_uri", "none"),
                cause="would the code go elsewhere?",
            )
            if not sound:
                return  # no service would take it
            await service.visit(agreed(trial, service, begun.url))
            cause = "was the code exchanged with another verifier or redirect address?"
            if not await succeeds(trial, agent, begun, cause=cause):
                return
            trial.saw.equal(
                "how somebody is signed in afterwards",
                expected=Method.CHATGPT,
                arrived=await method(agent),
                cause="are the tokens stored and used?",
            )


@check("auth.chatgpt.wrong-state")
async def wrong_state(trial: Trial) -> None:
    """A callback with another state signs nobody in."""
    async with signing_in(trial) as service:
        configure(trial, service)
        async with trial.agent() as agent:
            begun = await agent.account.begin()
            status = await service.visit(
                _with(agreed(trial, service, begun.url), state="the-state-of-somebody-else")
            )
            trial.saw.that(
                "what the browser is told",
                status >= 400,
                expected="an error (a status from 400 on)",
                arrived=str(status),
                cause="is the state looked at?",
            )
            await agent.fence()
            trial.saw.equal(
                "how somebody is signed in afterwards",
                expected=Method.NONE,
                arrived=await method(agent),
                cause="is the code exchanged before the state is looked at?",
            )
            trial.saw.equal(
                "how often a code was exchanged",
                expected=0,
                arrived=len(service.asked(Endpoint.TOKEN)),
                cause="is the code exchanged before the state is looked at?",
            )


@check("auth.chatgpt.cancel")
async def cancelled(trial: Trial) -> None:
    """A sign-in that was given up ends without success, and its callback does nothing."""
    async with signing_in(trial) as service:
        configure(trial, service)
        async with trial.agent() as agent:
            begun = await agent.account.begin()
            await agent.account.cancel(begun)
            trial.saw.equal(
                "whether the sign-in is said to have succeeded",
                expected=False,
                arrived=await agent.account.finished(begun),
                cause="is giving up taken for success?",
            )
            await service.visit(agreed(trial, service, begun.url))
            await agent.fence()
            trial.saw.equal(
                "how somebody is signed in after the callback",
                expected=Method.NONE,
                arrived=await method(agent),
                cause="does the listener go on after it was given up?",
            )
