"""The tool `codex-reply`: it goes on with the session that it names, and with no other."""

from __future__ import annotations

from seatrial.conformance import Trial, check
from seatrial_provider import reply, say
from seatrial_suites.resume.scenes import EXCHANGES, SAID, heard, plain, start

__all__ = ["reply_tool"]

ELSEWHERE = "a message in another session"


@check("resume.reply-tool")
async def reply_tool(trial: Trial) -> None:
    """Two sessions at once: a reply goes on with its own, and hears nothing of the other."""
    first, second = EXCHANGES
    async with trial.agent() as agent:
        here, there = await start(agent, trial), await start(agent, trial)
        statuses = []
        for conversation, text, answer in (
            (here, first.user, first.agent),
            (there, ELSEWHERE, "yes"),
            (here, second.user, second.agent),
        ):
            trial.model(reply(say(answer)))
            turn = await conversation.send(text)
            statuses.append((await turn.end()).status)
        await agent.fence()
    requests = [plain(request) for request in trial.provider.requests] or [[]]
    before, after = requests[0], requests[-1]
    trial.saw.equal("how the calls ended", expected=["completed"] * 3, arrived=statuses)
    trial.saw.equal(
        "what was said in the request of the reply",
        expected=SAID[:3],
        arrived=heard(after),
        cause="does a reply begin anew, or go on with the session of another call?",
    )
    trial.saw.equal(
        "how the request of the reply begins",
        expected=before,
        arrived=after[: len(before)],
        cause="is the history changed between two calls?",
    )
