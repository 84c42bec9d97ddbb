"""Branching: a fork of a conversation, whole or up to a turn, and rolling turns back."""

from __future__ import annotations

from pathlib import Path

from seatrial.conformance import Trial, check
from seatrial.dialects import Said
from seatrial_provider import reply, say
from seatrial_suites.resume.scenes import SAID, heard, plain, sent, talk

__all__ = ["fork", "fork_at", "rollback"]

OTHERWISE = "the message that goes another way"


@check("resume.fork")
async def fork(trial: Trial) -> None:
    """A new conversation with all of the history; the original stays as it was."""
    before = await talk(trial)
    trial.model(reply(say("another answer")))
    async with trial.agent() as agent:
        forked = await agent.history.fork(before.saved)
        await (await forked.conversation.send(OTHERWISE)).end()
        await agent.fence()
        page = await agent.history.list(limit=10)
    name = forked.conversation.id
    trial.saw.that(
        "the id of the fork",
        bool(name) and name != before.saved.id,
        expected=f"another one than {before.saved.id}",
        arrived=name,
        cause="is the original opened instead of a fork of it?",
    )
    trial.saw.equal("what the client is told of the fork", expected=SAID, arrived=forked.said)
    seen, now = plain(before.last), sent(trial)
    trial.saw.equal(
        "how the first request of the fork begins",
        expected=seen,
        arrived=now[: len(seen)],
        cause="does the fork lack something of the history?",
    )
    trial.saw.equal(
        "the original's rollout",
        expected=before.rollout,
        arrived=Path(before.saved.path).read_bytes(),
        cause="is the fork written into the original?",
    )
    trial.saw.equal(
        "the conversations in the list",
        expected=sorted([before.saved.id, name]),
        arrived=sorted(row.id for row in page.saved),
    )


@check("resume.fork-at")
async def fork_at(trial: Trial) -> None:
    """A fork that ends at a turn has the history up to there, for client and model alike."""
    before = await talk(trial)
    trial.model(reply(say("another answer")))
    async with trial.agent() as agent:
        turns = (await agent.history.resume(before.saved)).turns
        forked = await agent.history.fork(before.saved, last_turn=turns[0].id)
        await (await forked.conversation.send(OTHERWISE)).end()
        await agent.fence()
    trial.saw.equal(
        "what the client is told of the fork",
        expected=SAID[:2],
        arrived=forked.said,
        cause="is the point passed over, or taken for another turn?",
    )
    trial.saw.equal(
        "what was said in the first request of the fork",
        expected=[*SAID[:2], Said("user", OTHERWISE)],
        arrived=heard(sent(trial)),
        cause="does the model still hear what came after the point?",
    )


@check("resume.rollback")
async def rollback(trial: Trial) -> None:
    """The last turn is gone: for the client, for the model, and when it is resumed again."""
    before = await talk(trial)
    trial.model(reply(say("another answer")))
    async with trial.agent() as agent:
        await agent.history.resume(before.saved)
        left = await agent.history.roll_back(before.saved, 1)
        opened = await agent.history.resume(before.saved)
        await (await opened.conversation.send(OTHERWISE)).end()
        await agent.fence()
    trial.saw.equal(
        "what the client is told after rolling back",
        expected=SAID[:2],
        arrived=[said for turn in left for said in turn.said],
        cause="is another number of turns dropped?",
    )
    trial.saw.equal(
        "what was said in the next request",
        expected=[*SAID[:2], Said("user", OTHERWISE)],
        arrived=heard(sent(trial)),
        cause="does the model still hear what was rolled back?",
    )
    async with trial.agent() as agent:
        again = await agent.history.resume(before.saved)
    trial.saw.equal(
        "what the client is told when it is resumed later",
        expected=[*SAID[:2], Said("user", OTHERWISE), Said("agent", "another answer")],
        arrived=again.said,
        cause="is the rolling back not recorded?",
    )
