"""An approval that is pending when its conversation is resumed."""

from __future__ import annotations

from seatrial.conformance import Trial, check
from seatrial.dialects import Decision, Saved
from seatrial_provider import reply, say
from seatrial_suites.approvals.scenes import Trace, asking

__all__ = ["pending_approval"]


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
        await agent.fence()
        asked = turn.approvals()
        trial.saw.equal(
            "the commands that were asked for, before and after resuming",
            expected=[first.command] * 2,
            arrived=[one.command for one in asked],
            cause="is a client that joins again never told that an answer is waited for?",
        )
        if len(asked) == 2:
            first = await turn.approval()
        turn.answer(first, Decision.ACCEPT)
        end = await turn.end()
        await agent.fence()
        trial.saw.equal("how the turn ended", expected="completed", arrived=end.status)
        trial.saw.equal("how often the command ran", expected=1, arrived=await trace.runs(trial))
