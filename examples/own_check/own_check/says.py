"""The check of a turn in which the model only says something."""

from __future__ import annotations

from seatrial.conformance import Trial, check
from seatrial.dialects import Policy, Sandbox
from seatrial_provider import reply, say

__all__ = ["completes"]


@check("own.turns.completes")
async def completes(trial: Trial) -> None:
    """A turn in which the model only says something completes after one request."""
    trial.model(reply(say("hello")))
    async with trial.agent() as agent:
        conversation = await agent.start(
            cwd=trial.workspace, policy=Policy.NEVER, sandbox=Sandbox.READ_ONLY
        )
        turn = await conversation.send("say hello")
        end = await turn.end()
        await agent.fence()
        trial.saw.equal("how the turn ended", expected="completed", arrived=end.status)
        trial.saw.equal(
            "how often the model was asked",
            expected=1,
            arrived=len(trial.provider.requests),
            cause="does the turn go on after the model has answered?",
        )
