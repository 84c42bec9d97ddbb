"""Resuming: the same rollout, the history for the client and for the model, and the settings."""

from __future__ import annotations

from pathlib import Path

from seatrial.conformance import Trial, check
from seatrial.dialects import Overrides, Policy, Said, Sandbox
from seatrial.rollouts import Exchange, read, sessions
from seatrial_provider import reply, say
from seatrial_suites.resume.scenes import (
    EXCHANGES,
    FIRST,
    SAID,
    calls_and_outputs,
    claimed,
    fixture,
    generation,
    heard,
    plain,
    sent,
    talk,
)

__all__ = [
    "history_to_client",
    "history_to_model",
    "overrides",
    "same_rollout",
    "settings",
    "shapes",
]

THIRD = "the third message"
TALK = tuple(Exchange(user=turn.user, agent=turn.agent) for turn in EXCHANGES)
"""The same conversation without commands."""


@check("resume.same-rollout")
async def same_rollout(trial: Trial) -> None:
    """It is written on where it was read from, and it is in the list once."""
    before = await talk(trial)
    path = Path(before.saved.path)
    trial.model(reply(say("the third answer")))
    async with trial.agent() as agent:
        opened = await agent.history.resume(before.saved)
        await (await opened.conversation.send(THIRD)).end()
        await agent.fence()
        page = await agent.history.list(limit=10)
    trial.saw.equal(
        "the rollouts in the home",
        expected=[path],
        arrived=sessions(trial.home.home),
        cause="is a new rollout made for each time that a conversation is resumed?",
    )
    after = path.read_bytes()
    trial.saw.that(
        "what was in the rollout before",
        after.startswith(before.rollout),
        expected="the same bytes at its beginning, and more behind them",
        arrived=f"{len(before.rollout)} bytes before, {len(after)} after",
        cause="is the rollout written anew instead of being written on?",
    )
    trial.saw.that(
        "the new message in the rollout",
        THIRD in read(path).said("user"),
        expected=f"a message of the user's: {THIRD!r}",
        arrived=read(path).said("user"),
        cause="is a resumed conversation not recorded any more?",
    )
    trial.saw.equal(
        "the conversations in the list",
        expected=[before.saved.id],
        arrived=[row.id for row in page.saved],
        cause="does the list show a conversation once for each time that it was resumed?",
    )


@check("resume.history-to-client")
async def history_to_client(trial: Trial) -> None:
    """The client hears everything that was said, and nothing that nobody said."""
    before = await talk(trial)
    async with trial.agent() as agent:
        page = await agent.history.list(limit=10)
        opened = await agent.history.resume(before.saved)
    trial.saw.equal(
        "what the client is told of the conversation",
        expected=SAID,
        arrived=opened.said,
        cause="is a turn left out, told twice, or are instructions taken for something said?",
    )
    trial.saw.equal(
        "the previews in the list",
        expected=[FIRST],
        arrived=[row.preview for row in page.saved],
        cause="are instructions or the surroundings taken for the first message?",
    )


@check("resume.history-to-model")
async def history_to_model(trial: Trial) -> None:
    """What the model was sent before is sent again, unchanged, and the rest comes after it."""
    before = await talk(trial)
    trial.model(reply(say("the third answer")))
    async with trial.agent() as agent:
        opened = await agent.history.resume(before.saved)
        end = await (await opened.conversation.send(THIRD)).end()
        await agent.fence()
    trial.saw.equal("how the turn ended", expected="completed", arrived=end.status)
    seen, now = plain(before.last), sent(trial)
    trial.saw.equal(
        "how the request after resuming begins",
        expected=seen,
        arrived=now[: len(seen)],
        cause="is something of the history lost, changed or in another order?",
    )
    trial.saw.equal(
        "what was said after that",
        expected=[SAID[-1], Said("user", THIRD)],
        arrived=heard(now[len(seen) :]),
        cause="is the last answer lost, or the history sent twice?",
    )
    calls, outputs = calls_and_outputs(now)
    trial.saw.equal(
        "the outputs, against the calls",
        expected=calls,
        arrived=outputs,
        cause="does a call lose its output when it is read back?",
    )


@check("resume.shapes")
async def shapes(trial: Trial) -> None:
    """Every shape of rollouts that the server claims to read comes back whole."""
    own = generation(trial)  # the calls of an older one are of tools that are not offered any more
    saved = {
        name: fixture(trial, name, shape=shape, exchanges=EXCHANGES if shape is own else TALK)
        for name, shape in claimed(trial).items()
    }
    trial.model(*(reply(say("go on")) for _ in saved))
    async with trial.agent() as agent:
        for name, one in saved.items():
            opened = await agent.history.resume(one)
            await (await opened.conversation.send(THIRD)).end()
            trial.saw.equal(
                f"what the client is told of a rollout of {name}",
                expected=SAID,
                arrived=opened.said,
                cause="is the older shape not understood?",
            )
            trial.saw.equal(
                f"what the model is told of a rollout of {name}",
                expected=[*SAID, Said("user", THIRD)],
                arrived=heard(sent(trial)),
                cause="is the older shape not understood?",
            )


@check("resume.settings")
async def settings(trial: Trial) -> None:
    """Starting and resuming say what holds: the same conversation, its model, its rollout."""
    before = await talk(trial)
    async with trial.agent() as agent:
        names = agent.history.reports
        opened = await agent.history.resume(before.saved)
    told = {"when it starts": before.settings, "when it is resumed": opened.conversation.settings}
    for when, reported in told.items():
        trial.saw.equal(
            f"the settings that are reported {when}",
            expected=sorted(names),
            arrived=sorted(name for name in names if name in reported),
            cause="does the answer lack a member?",
        )
    asked = {
        "model": "mock-model",
        "provider": "seatrial",
        "cwd": str(trial.workspace),
        "policy": str(Policy.NEVER),
        "sandbox": str(Sandbox.READ_ONLY),
    }
    trial.saw.equal(
        "the values that are reported when it starts",
        expected={name: value for name, value in asked.items() if name in names},
        arrived={name: before.settings.get(name) for name in asked if name in names},
        cause="is what was asked for not what holds?",
    )
    kept = [name for name in ("model", "provider", "cwd", "path") if name in names]
    trial.saw.equal(
        "the values that are the same when it is resumed",
        expected={name: before.settings.get(name) for name in kept},
        arrived={name: opened.conversation.settings.get(name) for name in kept},
        cause="is it resumed as another conversation, or under other settings?",
    )


@check("resume.overrides")
async def overrides(trial: Trial) -> None:
    """What the client asks for when it resumes is reported, and holds in the next turn."""
    before = await talk(trial)
    elsewhere = trial.workspace / "elsewhere"
    elsewhere.mkdir()
    asked = Overrides(
        model="another-model",
        cwd=elsewhere,
        policy=Policy.ON_REQUEST,
        sandbox=Sandbox.WORKSPACE_WRITE,
    )
    trial.model(reply(say("the third answer")))
    async with trial.agent() as agent:
        names = agent.history.reports
        opened = await agent.history.resume(before.saved, asked)
        await (await opened.conversation.send(THIRD)).end()
        await agent.fence()
    wanted = {
        "model": "another-model",
        "cwd": str(elsewhere),
        "policy": str(Policy.ON_REQUEST),
        "sandbox": str(Sandbox.WORKSPACE_WRITE),
    }
    trial.saw.equal(
        "the settings that are reported",
        expected={name: value for name, value in wanted.items() if name in names},
        arrived={n: opened.conversation.settings.get(n) for n in wanted if n in names},
        cause="do the settings of the saved conversation win over those asked for?",
    )
    request = trial.provider.requests[-1]
    trial.saw.equal(
        "the model that is asked",
        expected="another-model",
        arrived=request.asked().get("model"),
        cause="is the override reported, but not used?",
    )
    news = plain(request)[len(plain(before.last)) :]
    trial.saw.that(
        "what the model is told of the folder",
        any(str(elsewhere) in str(item) for item in news),
        expected=f"a message that names {elsewhere}",
        arrived=news,
        cause="is the model left to believe that it works in the old folder?",
    )
