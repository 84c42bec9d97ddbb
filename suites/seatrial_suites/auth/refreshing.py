"""New tokens for old ones: once, in time, and for two processes that share one home."""

from __future__ import annotations

import json

from seatrial.conformance import Trial, check
from seatrial.dialects import Agent, Turn, TurnEnd
from seatrial_provider import RecordedRequest, reply, say
from seatrial_provider.signin import Endpoint, SignIn, refused
from seatrial_suites.auth.scenes import bearer, conversation, credentials, signing_in, store

__all__ = [
    "refresh",
    "refresh_at_once",
    "refresh_refused",
    "refresh_shared",
    "refresh_shared_at_once",
]


def _signed_in(trial: Trial, service: SignIn, *, together: int = 1) -> list[RecordedRequest]:
    """Has the home hold tokens of the service, which go stale with the first request to the model.

    Args:
        trial: The trial.
        service: The sign-in service.
        together: How many requests are turned away at the same moment.

    Returns:
        The requests that are turned away; it grows as they come.
    """
    trial.configure("auth")
    trial.configure("auth.refresh", issuer=service.url, backend=service.backend_url)
    tokens = service.tokens()
    store(trial, tokens)
    return service.guard(trial.provider, stale=tokens, together=together)


async def _turn(agent: Agent, trial: Trial) -> TurnEnd:
    return await (await (await conversation(agent, trial)).send("hello")).end()


async def _two_turns(trial: Trial, agents: tuple[Agent, Agent]) -> list[Turn]:
    """Begins a turn of each; none of their requests could be taken for a retry of the other's."""
    words = ("the first turn", "the second turn")
    talks = [await conversation(agent, trial) for agent in agents]
    return [await talk.send(text) for talk, text in zip(talks, words, strict=True)]


@check("auth.refresh")
async def refresh(trial: Trial) -> None:
    """A bearer that is refused is renewed once; the turn goes on with the new one."""
    async with signing_in(trial) as service:
        turned_away = _signed_in(trial, service)
        async with trial.agent() as agent:
            trial.model(reply(say("done")))
            end = await _turn(agent, trial)
            if not turned_away:
                raise trial.untestable(
                    "the stale bearer was never sent",
                    expected="a request that is turned away",
                    arrived=f"the end of the turn: {end.status}",
                    cause="does auth.status fail as well?",
                )
            trial.saw.equal(
                "how often new tokens were asked for",
                expected=1,
                arrived=len(service.asked(Endpoint.REFRESH)),
                cause="is the 401 passed on, or answered with a refresh each time?",
            )
            trial.saw.equal("how the turn ended", expected="completed", arrived=end.status)
        taken = [bearer(request) or "" for request in trial.provider.requests]
        trial.saw.that(
            "what is kept of the new tokens",
            bool(taken) and taken[-1] in credentials(trial).read_text("utf-8"),
            expected=f"the new bearer in {credentials(trial).name}",
            arrived="another, or none",
            cause="is the next start left with a refresh token that was used up?",
        )


@check("auth.refresh.at-once")
async def refresh_at_once(trial: Trial) -> None:
    """A bearer that two turns are refused at the same moment is renewed once, and both go on."""
    async with signing_in(trial) as service:
        _signed_in(trial, service, together=2)
        async with trial.agent() as agent:
            trial.model(reply(say("done")), reply(say("done")))
            turns = await _two_turns(trial, (agent, agent))
            trial.saw.equal(
                "how the two turns ended",
                expected=["completed", "completed"],
                arrived=[(await turn.end()).status for turn in turns],
                cause="does each of them use the refresh token up, which is good for one use?",
            )
            trial.saw.equal(
                "how often new tokens were asked for",
                expected=1,
                arrived=len(service.asked(Endpoint.REFRESH)),
                cause="does the second one not look whether the bearer is another by now?",
            )


@check("auth.refresh.refused")
async def refresh_refused(trial: Trial) -> None:
    """A refresh that is refused ends the turn with an error that says so."""
    async with signing_in(trial) as service:
        _signed_in(trial, service)
        async with trial.agent() as agent:
            service.always(Endpoint.REFRESH, refused("refresh_token_expired"))
            end = await _turn(agent, trial)
            await agent.fence()
            trial.saw.equal("how the turn ended", expected="failed", arrived=end.status)
            trial.saw.that(
                "the error of the turn",
                any(word in (end.error or "").lower() for word in ("sign in", "log in", "token")),
                expected="a sentence about the sign-in",
                arrived=end.error or "none",
                cause="is the user left with a bare status?",
            )


@check("auth.refresh.shared")
async def refresh_shared(trial: Trial) -> None:
    """Two processes on one home both go on, though a refresh token is good for one use."""
    async with signing_in(trial) as service:
        _signed_in(trial, service)
        async with trial.agent() as one, trial.agent() as other:
            for agent in (one, other):
                await agent.fence()  # each has read the tokens that are stored now
            trial.model(reply(say("done")), reply(say("done")))
            first = await _turn(one, trial)
            second = await _turn(other, trial)
            trial.saw.equal(
                "how the turn of the process that refreshed ended",
                expected="completed",
                arrived=first.status,
                cause="see auth.refresh",
            )
            trial.saw.equal(
                "how the turn of the other process ended",
                expected="completed",
                arrived=second.status,
                cause="does it not look whether somebody else has refreshed by now?",
            )
            _see_single_use(trial, service, "does each process keep tokens of its own in memory?")


@check("auth.refresh.shared-at-once")
async def refresh_shared_at_once(trial: Trial) -> None:
    """Two processes on one home whose bearer is refused at the same moment both go on."""
    async with signing_in(trial) as service:
        _signed_in(trial, service, together=2)
        async with trial.agent() as one, trial.agent() as other:
            trial.model(reply(say("done")), reply(say("done")))
            turns = await _two_turns(trial, (one, other))
            trial.saw.equal(
                "how the turns of the two processes ended",
                expected=["completed", "completed"],
                arrived=[(await turn.end()).status for turn in turns],
                cause="do both renew at the same time, from one refresh token?",
            )
            cause = "does nothing keep two processes from renewing at once?"
            _see_single_use(trial, service, cause)


def _see_single_use(trial: Trial, service: SignIn, cause: str) -> None:
    """Sees that no refresh token was used a second time."""
    asked = service.asked(Endpoint.REFRESH)
    used = [json.loads(request.body_bytes())["refresh_token"] for request in asked]
    trial.saw.equal(
        "how often a refresh token was used that was used up",
        expected=0,
        arrived=len(used) - len(set(used)),
        cause=cause,
    )
