"""Crashes: a server that is stopped in the middle of a turn, and another one after it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from seatrial.conformance import Stop, Trial, check
from seatrial.dialects import Agent, Conversation, Said, Sandbox, Saved
from seatrial.rollouts import read, sessions
from seatrial_provider import Gate, reply, run_command, say, when_user_text
from seatrial_suites.approvals.scenes import Trace, asking
from seatrial_suites.resume.pipes import Pipe
from seatrial_suites.resume.scenes import heard, sent, start

__all__ = ["approval", "command", "durable", "stream"]

BEFORE = [Said("user", "before the crash"), Said("agent", "a whole answer")]
CUT = "in the middle of which it stops"
AFTER = "after the crash"


@dataclass(frozen=True, slots=True, kw_only=True)
class Crashed:
    """A conversation whose server was stopped in its second turn.

    Attributes:
        saved: Its id and its rollout.
        how: By what means it was stopped.
        seen: What the model had been sent last.
    """

    saved: Saved
    how: Stop
    seen: list[tuple[object, ...]]


Begin = Callable[[Agent], Awaitable[Conversation]]
"""Starts a conversation."""

Reach = Callable[[Conversation, Stop], Awaitable[None]]
"""Brings the second turn to the point at which the server is stopped by this means."""


async def _stop_and_go_on(trial: Trial, begin: Begin, reach: Reach) -> None:
    """Stops a server by each means, each time in the middle of a conversation.

    The next server resumes that conversation, and has the next one.
    """
    crashed: Crashed | None = None
    for how in (*Stop, None):
        async with trial.agent() as agent:
            if crashed is not None:
                await _judge(trial, agent, crashed)
            if how is None:
                return
            trial.model(reply(say(BEFORE[1].text)))
            conversation = await begin(agent)
            await (await conversation.send(BEFORE[0].text)).end()
            await agent.fence()
            await reach(conversation, how)
            path = str(conversation.settings.get("path") or "")
            saved = Saved(id=conversation.id, path=path)
            await trial.stop(how)
        crashed = Crashed(saved=saved, how=how, seen=sent(trial))


async def _judge(trial: Trial, agent: Agent, crashed: Crashed) -> None:
    """Resumes it, has one more turn, and looks at all three records."""
    how = crashed.how
    trial.model(reply(say("still there"), when=when_user_text(AFTER)))
    opened = await agent.history.resume(crashed.saved)
    end = await (await opened.conversation.send(AFTER)).end()
    await agent.fence()
    known = [*BEFORE, Said("user", CUT)]
    trial.saw.equal(
        f"what the client is told after {how}",
        expected=known,
        arrived=opened.said[: len(known)],
        cause="is a line lost that was on its way to the disk?",
    )
    if agent.history.tells_status:
        trial.saw.equal(
            f"the status of the turn that {how} cut off",
            expected="interrupted",
            arrived=opened.turns[-1].status if opened.turns else "",
            cause="is a turn told as running, or as completed, that nobody goes on with?",
        )
    trial.saw.equal(f"how the turn after {how} ended", expected="completed", arrived=end.status)
    now = sent(trial)
    trial.saw.equal(
        f"how the request after {how} begins",
        expected=crashed.seen,
        arrived=now[: len(crashed.seen)],
        cause="does the model lose something that it had been told?",
    )
    trial.saw.equal(
        f"the last thing that was said in the request after {how}",
        expected=[Said("user", AFTER)],
        arrived=heard(now)[-1:],
    )
    rollout = read(Path(crashed.saved.path))
    trial.saw.equal(
        f"the lines of the rollout that cannot be read after {how}",
        expected={},
        arrived=rollout.unreadable,
        cause="is the next line written behind half a line?",
    )


@check("resume.crash-in-answer")
async def stream(trial: Trial) -> None:
    """Stopped while the model answers."""
    gates: list[Gate] = []

    async def reach(conversation: Conversation, how: Stop) -> None:
        gates.append(Gate(f"half of an answer, before {how}"))
        trial.model(reply(say("half of it"), gates={"response.completed": gates[-1]}))
        await conversation.send(CUT)
        await gates[-1].reached()

    await _stop_and_go_on(trial, lambda agent: start(agent, trial), reach)
    for gate in gates:
        gate.release()


@check("resume.crash-in-approval")
async def approval(trial: Trial) -> None:
    """Stopped while an approval is pending; the command never runs."""
    trace = Trace(workspace=trial.workspace)

    async def reach(conversation: Conversation, how: Stop) -> None:
        del how
        trial.model(reply(trace.wanted(trial)))
        await (await conversation.send(CUT)).approval()

    await _stop_and_go_on(trial, lambda agent: asking(agent, trial), reach)
    trial.saw.equal(
        "how often the command ran that nobody approved",
        expected=0,
        arrived=trace.lines(),
        cause="is a pending approval taken for granted when the conversation is resumed?",
    )


@check("resume.crash-in-command")
async def command(trial: Trial) -> None:
    """Stopped while a command runs; it is not run again."""
    with ExitStack() as stack:
        pipes: list[Pipe] = []

        async def reach(conversation: Conversation, how: Stop) -> None:
            pipe = stack.enter_context(Pipe(trial.workspace / how.name.lower()))
            pipes.append(pipe)
            trial.model(reply(run_command(pipe.command)))
            await conversation.send(CUT)
            await pipe.begun()

        await _stop_and_go_on(trial, lambda agent: start(agent, trial, Sandbox.FULL_ACCESS), reach)
        trial.saw.equal(
            "how often each command ran that was cut off",
            expected=[1] * len(Stop),
            arrived=[pipe.runs() for pipe in pipes],
            cause="is a command run again when its conversation is resumed?",
        )


@check("resume.durable")
async def durable(trial: Trial) -> None:
    """What was said before a kill is on disk in whole lines, and the home is usable."""
    gate = Gate("half of an answer")
    trial.model(reply(say(BEFORE[1].text)), reply(say("half"), gates={"response.completed": gate}))
    async with trial.agent() as agent:
        conversation = await start(agent, trial)
        await (await conversation.send(BEFORE[0].text)).end()
        await agent.fence()
        await conversation.send(CUT)
        await gate.reached()
        await trial.stop(Stop.SIGKILL)
    gate.release()
    rollouts = [read(path) for path in sessions(trial.home.home)]
    trial.saw.equal("how many rollouts there are", expected=1, arrived=len(rollouts))
    said = {role: [t for r in rollouts for t in r.said(role)] for role in ("user", "assistant")}
    trial.saw.equal(
        "what the rollout holds of what was said",
        expected=[BEFORE[0].text, CUT, BEFORE[1].text],
        arrived=[
            text
            for text in (*said["user"], *said["assistant"])
            if text in (BEFORE[0].text, CUT, BEFORE[1].text)
        ],
        cause="was it acknowledged before it was written?",
    )
    trial.saw.equal(
        "its lines that cannot be read",
        expected={},
        arrived={n: line for r in rollouts for n, line in r.unreadable.items()},
        cause="is a line written in pieces?",
    )
    trial.model(reply(say("at your service")))
    async with trial.agent() as agent:
        end = await (await (await start(agent, trial)).send("hello")).end()
        await agent.fence()
    trial.saw.equal(
        "how a turn ends with another server on the same home",
        expected="completed",
        arrived=end.status,
        cause="does something that the killed server left stand in the way?",
    )
