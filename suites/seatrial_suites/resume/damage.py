"""Damaged and large rollouts: nothing of it ends the server, or takes another conversation."""

from __future__ import annotations

from pathlib import Path

from seatrial.conformance import Trial, check
from seatrial.dialects import Opened, Said, Saved
from seatrial.rollouts import DAMAGES, Exchange, Ran
from seatrial_provider import reply, say
from seatrial_suites.resume.scenes import (
    SAID,
    calls_and_outputs,
    fixture,
    heard,
    refusal,
    sent,
    start,
)

__all__ = ["damaged", "damaged_home", "large"]

TURNS, COMMANDS = 2_000, 4
"""Of the large conversation: each turn is two messages, each command a call and its output."""
BOUND = 60.0
"""Seconds that it may take to resume it, and to send the model all of it."""


def _spoiled(trial: Trial) -> dict[str, Saved]:
    """Writes one rollout for each way in which it can be damaged."""
    saved = {name: fixture(trial, name, age=age) for age, name in enumerate(DAMAGES, 1)}
    for name, one in saved.items():
        path = Path(one.path)
        path.write_bytes(DAMAGES[name].spoil(path.read_bytes()))
    return saved


@check("resume.damaged")
async def damaged(trial: Trial) -> None:
    """Each damaged rollout is refused or read around; a sound one beside them is untouched."""
    spoiled, sound = _spoiled(trial), fixture(trial, "sound")
    async with trial.agent() as agent:
        for name, one in spoiled.items():
            answer = await refusal(agent.history.resume(one))
            await agent.fence()
            _judge(trial, name, answer)
        opened = await refusal(agent.history.resume(sound))
        page = await agent.history.list(limit=50)
    trial.saw.equal(
        "what the client is told of the sound rollout beside them",
        expected=SAID,
        arrived=opened.said if isinstance(opened, Opened) else opened,
        cause="does one damaged rollout stand in the way of the others?",
    )
    trial.saw.that(
        "the sound conversation in the list",
        sound.id in [row.id for row in page.saved],
        expected=sound.id,
        arrived=[row.id for row in page.saved],
        cause="does one damaged rollout spoil the list?",
    )


def _judge(trial: Trial, name: str, answer: str | Opened) -> None:
    """Looks at what came of one: an error that says something, or all that can be read."""
    damage = DAMAGES[name]
    if isinstance(answer, str):
        held, arrived = bool(answer.strip()), f"refused: {answer!r}"
    else:
        # of a cut rollout the last message may be what was cut off
        least = SAID[:-1] if damage.readable else []
        held, arrived = answer.said[: len(least)] == least, f"opened: {answer.said}"
    trial.saw.that(
        f"what comes of a rollout when {damage.what}",
        held,
        expected="an error that says something, or a conversation with all that can be read",
        arrived=arrived,
        cause="is the rest of the history dropped without a word?",
    )


@check("resume.damaged-home")
async def damaged_home(trial: Trial) -> None:
    """A server starts, and works, on a home with damaged rollouts."""
    _spoiled(trial)
    trial.model(reply(say("at your service")))
    async with trial.agent() as agent:
        end = await (await (await start(agent, trial)).send("hello")).end()
        await agent.fence()
    trial.saw.equal("how a turn ends there", expected="completed", arrived=end.status)


@check("resume.large")
async def large(trial: Trial) -> None:
    """A conversation of twenty thousand items is there as a whole, in bounded time."""
    ran = (Ran(command="true", output="as ever\n"),) * COMMANDS
    exchanges = tuple(
        Exchange(user=f"question {number}", agent=f"answer {number}", ran=ran)
        for number in range(TURNS)
    )
    saved = fixture(trial, "large", exchanges=exchanges)
    everything = [
        Said(role, text)
        for turn in exchanges
        for role, text in (("user", turn.user), ("agent", turn.agent))
    ]
    trial.model(reply(say("the last answer")))
    async with trial.agent() as agent:
        opened = await agent.history.resume(saved, timeout=BOUND)
        await (await opened.conversation.send("the last question")).end(timeout=BOUND)
        await agent.fence()
    now = sent(trial)
    for subject, said in (
        ("what the client is told of it", opened.said),
        ("what the model is told of it", heard(now)[:-1]),
    ):
        trial.saw.that(
            subject,
            said == everything,
            expected=f"{len(everything)} messages in order",
            arrived=f"{len(said)} messages, from {said[:1]} to {said[-1:]}",
            cause="is a long history cut to a limit?",
        )
    calls, outputs = calls_and_outputs(now)
    trial.saw.equal(
        "how many calls, and outputs of calls, the model is told of",
        expected=(TURNS * COMMANDS,) * 2,
        arrived=(len(calls), len(outputs)),
        cause="are calls dropped where there are many?",
    )
