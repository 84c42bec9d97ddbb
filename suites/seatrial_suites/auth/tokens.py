"""Signed in with tokens: whose they are, when they are renewed, and where they must not be."""

from __future__ import annotations

from dataclasses import replace

from seatrial.conformance import Trial, check
from seatrial.dialects import Agent, Person
from seatrial.peer import Refused
from seatrial_provider.signin import Account
from seatrial_suites.auth.scenes import damaged, signing_in, store

__all__ = ["user_info"]


@check("auth.user-info")
async def user_info(trial: Trial) -> None:
    """E-mail and plan are those of the stored token; of a damaged one there is neither."""
    trial.configure("auth")
    whose = Account(email="ada@example.com", plan="plus")
    async with signing_in(trial, whose) as service:
        if trial.claims("auth.refresh"):  # later releases ask their backend for it as well
            trial.configure("auth.refresh", issuer=service.url, backend=service.backend_url)
        tokens = service.tokens()
        store(trial, tokens)
        async with trial.agent() as agent:
            person = await agent.account.person()
            for name in agent.account.tells:
                trial.saw.equal(
                    f"the {name} of who is signed in",
                    expected=getattr(whose, name),
                    arrived=getattr(person, name),
                    cause="is it read from another claim, or from another token?",
                )
        store(trial, replace(tokens, id_token=damaged(tokens.id_token)))
        async with trial.agent() as agent:
            person = await _person(agent)
            trial.saw.that(
                "who is signed in by a damaged token",
                person.email is None and person.plan in (None, "unknown"),
                expected="nobody that is named, and no crash",
                arrived=repr(person),
                cause="is a token believed that cannot be read?",
            )


async def _person(agent: Agent) -> Person:
    """Returns who is signed in; nobody where the server says with an error that it cannot tell."""
    try:
        return await agent.account.person()
    except Refused:
        await agent.fence()
        return Person()
