"""One sign-in for the whole process: every running conversation goes by it, and by no other."""

from __future__ import annotations

from collections.abc import Sequence

from seatrial.conformance import Trial, check
from seatrial.dialects import Conversation
from seatrial_suites.auth.scenes import KEY, asked_by, bearer, conversation, keep_secret

__all__ = ["manager"]

OTHER = "sk-another-81c6e3f0d2459a"


@check("auth.manager")
async def manager(trial: Trial) -> None:
    """Signing in and out reaches every running conversation; another process switches none."""
    keep_secret(trial, KEY, OTHER)
    trial.configure("auth")
    async with trial.agent() as agent:
        talks = [await conversation(agent, trial) for _ in range(2)]
        trial.saw.equal(
            "the bearers of two conversations before anybody signs in",
            expected=["none", "none"],
            arrived=await _bearers(trial, talks),
            cause="is a bearer taken from somewhere else?",
        )
        await agent.account.sign_in_with_key(KEY)
        trial.saw.equal(
            "the bearers of two running conversations once somebody signed in",
            expected=["the key", "the key"],
            arrived=await _bearers(trial, talks),
            cause="does each conversation keep the sign-in of the time that it began?",
        )
        async with trial.agent() as elsewhere:
            await elsewhere.account.sign_in_with_key(OTHER)
        trial.saw.equal(
            "the bearers once another process has signed in on the same home",
            expected=["the key", "the key"],
            arrived=await _bearers(trial, talks),
            cause="is the file read anew, so that the account is switched behind the user's back?",
        )
        await agent.account.sign_out()
        trial.saw.equal(
            "the bearers of two running conversations once somebody signed out",
            expected=["none", "none"],
            arrived=await _bearers(trial, talks),
            cause="does each conversation keep the sign-in of the time that it began?",
        )


_NAMES = {None: "none", KEY: "the key", OTHER: "the key of the other process"}


async def _bearers(trial: Trial, talks: Sequence[Conversation]) -> list[str]:
    """Plays a turn in each conversation; returns what the requests carried."""
    carried = [bearer((await asked_by(trial, talk))[0]) for talk in talks]
    return [_NAMES.get(one, "another") for one in carried]
