"""An approval that is pending when its conversation is resumed."""

from __future__ import annotations

import asyncio

from seatrial.conformance import Trial, check
from seatrial.dialects import Approval, Decision, Saved, Turn
from seatrial.peer import timeout_factor
from seatrial_provider import reply, say
from seatrial_suites.approvals.scenes import Trace, asking

__all__ = ["pending_approval"]

AGAIN_SECONDS = 5.0
"""How long the second request is waited for."""


@check("resume.pending-approval")
async def pending_approval(trial: Trial) -> None:
    """It is asked again, about the same command; one answer settles it, and it runs once."""
    trace = Trace(workspace=trial.workspace)
    trial.model(reply(trace.wanted(trial)), reply(say("done")))
    async with trial.agent() as agent:
        conversation = await asking(agent, trial)
        turn = await conversation.send("run it")
        first = await turn.approval()
        path = str(conversation.settings.get("path") or "")
        await agent.history.resume(Saved(id=conversation.id, path=path))
        again = await _asked_again(turn)
        trial.saw.equal(
            "the commands that were asked for, before and after resuming",
            expected=[first.command] * 2,
            arrived=[one.command for one in turn.approvals()],
            cause="is a client that joins again never told that an answer is waited for?",
        )
        turn.answer(again or first, Decision.ACCEPT)
        end = await turn.end()
        await agent.fence()
        trial.saw.equal("how the turn ended", expected="completed", arrived=end.status)
        trial.saw.equal("how often the command ran", expected=1, arrived=await trace.runs(trial))


async def _asked_again(turn: Turn) -> Approval | None:
    """Returns the second request; None if it does not come within a bound.

    0.163.0 sends it a moment after the answer to the resuming, so a fence says nothing of it.
    """
    try:
        async with asyncio.timeout(AGAIN_SECONDS * timeout_factor()):
            return await turn.approval()
    except TimeoutError:
        return None
