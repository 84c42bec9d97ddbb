"""What cannot be resumed: unknown, archived, mismatched, and running in another server."""

from __future__ import annotations

from pathlib import Path

from seatrial.conformance import Trial, check
from seatrial.dialects import Conversation, Opened, Saved
from seatrial.rollouts import Exchange, read
from seatrial_provider import reply, say
from seatrial_suites.resume.scenes import fixture, refusal, start

__all__ = ["archived", "mismatched", "running_elsewhere", "unknown"]

NOBODY = "01890000-0000-7000-8000-000000000000"
"""The id of a conversation that was never there."""


def _shown(answer: str | Opened) -> str:
    if isinstance(answer, str):
        return answer
    return f"opened {answer.conversation.id}, in which was said {answer.said}"


@check("resume.unknown")
async def unknown(trial: Trial) -> None:
    """It is refused with an error that names what was asked for."""
    path = trial.home.home / "sessions" / f"rollout-2025-06-01T12-00-00-{NOBODY}.jsonl"
    async with trial.agent() as agent:
        answer = await refusal(agent.history.resume(Saved(id=NOBODY, path=str(path))))
        await agent.fence()
    trial.saw.that(
        "the answer to resuming what is not there",
        isinstance(answer, str) and NOBODY in answer,
        expected="an error that names it",
        arrived=_shown(answer),
        cause="is an empty conversation opened, or the error of the file system passed on?",
    )


@check("resume.archived")
async def archived(trial: Trial) -> None:
    """It is refused with an error that says that it is archived."""
    saved = fixture(trial, "put away", archived=True)
    async with trial.agent() as agent:
        answer = await refusal(agent.history.resume(saved))
    trial.saw.that(
        "the answer to resuming what is archived",
        isinstance(answer, str) and "archived" in answer.lower(),
        expected="an error that says that it is archived",
        arrived=_shown(answer),
        cause="can the user tell an archived conversation from one that is lost?",
    )


@check("resume.mismatched")
async def mismatched(trial: Trial) -> None:
    """An id and a path that do not fit are refused, or one of them counts for everything."""
    names = ("one", "other")
    saved = {
        name: fixture(trial, name, exchanges=(Exchange(user=f"about {name}", agent="yes"),))
        for name in names
    }
    async with trial.agent() as agent:
        asked = Saved(id=saved["one"].id, path=saved["other"].path)
        answer = await refusal(agent.history.resume_by(asked))
    whole = isinstance(answer, Opened) and any(
        answer.conversation.id == one.id
        and [said.text for said in answer.said][:1] == [f"about {name}"]
        for name, one in saved.items()
    )
    trial.saw.that(
        "the answer to an id and a path of different conversations",
        isinstance(answer, str) or whole,
        expected="an error, or one of the two conversations: its id with its history",
        arrived=_shown(answer),
        cause="is the history of the one told, and sent, in the name of the other?",
    )


async def _say(trial: Trial, conversation: Conversation, text: str) -> None:
    trial.model(reply(say("yes")))
    await (await conversation.send(text)).end()


@check("resume.running-elsewhere")
async def running_elsewhere(trial: Trial) -> None:
    """Two servers have one conversation: the second is refused, or one whole rollout is left."""
    texts = ("from the first server", "from the second server", "from the first again")
    async with trial.agent() as agent, trial.agent() as second:
        here = await start(agent, trial)
        await _say(trial, here, texts[0])
        await agent.fence()
        saved = Saved(id=here.id, path=str(here.settings.get("path") or ""))
        there = await refusal(second.history.resume(saved))
        if isinstance(there, Opened):
            await _say(trial, there.conversation, texts[1])
            await second.fence()
        await _say(trial, here, texts[2])
        await agent.fence()
    trial.saw.that(
        "the answer of the second server",
        isinstance(there, Opened) or bool(there.strip()),
        expected="the conversation, or an error that says why not",
        arrived=_shown(there),
    )
    rollout = read(Path(saved.path))
    trial.saw.equal(
        "the lines of the rollout that cannot be read",
        expected={},
        arrived=rollout.unreadable,
        cause="do both write into it without regard for each other?",
    )
    said = {text for text in texts if text in rollout.said("user")}
    trial.saw.equal(
        "what the rollout holds of what was said",
        expected=sorted({*texts} - (set() if isinstance(there, Opened) else {texts[1]})),
        arrived=sorted(said),
        cause="does the one write over what the other wrote?",
    )
