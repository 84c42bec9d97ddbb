"""Command approvals: what each answer does."""

from __future__ import annotations

from seatrial.conformance import Trial, check
from seatrial.dialects import Decision, EventKind
from seatrial_provider import reply, say, when_user_text
from seatrial_suites.approvals.scenes import (
    REFUSAL,
    Trace,
    asking,
    interrupted,
    must_ask,
    of_the_session,
    play,
    told,
)

__all__ = ["accept", "cancel", "decline", "for_session"]


@check("approvals.command.accept")
async def accept(trial: Trial) -> None:
    """Accepted: it runs once, the model sees its output, and the turn goes on to its end."""
    trace = Trace(workspace=trial.workspace)
    trial.model(reply(trace.wanted(trial)), reply(say("done")))
    async with trial.agent() as agent:
        turn = await (await asking(agent, trial)).send("run it")
        outcome = await play(turn, Decision.ACCEPT)
        await agent.fence()
        must_ask(trial, outcome)
        requests = trial.provider.requests
        trial.saw.equal(
            "how often the accepted command ran",
            expected=1,
            arrived=await trace.runs(trial),
            cause="was the acceptance lost, or taken twice?",
        )
        if trial.saw.equal(
            "how often the model was asked",
            expected=2,
            arrived=len(requests),
            cause="did the turn end without telling the model?",
        ):
            trial.saw.that(
                "what the model was told of the command",
                trace.heard_in(told(requests[1])),
                expected=f"an output that holds {trace.word!r}",
                arrived=told(requests[1]),
                cause="is the command's output lost on its way to the model?",
            )
        trial.saw.equal("how the turn ended", expected="completed", arrived=outcome.end.status)
        trial.saw.equal(
            "the command's status",
            expected=["completed"],
            arrived=[item.status for item in turn.commands()],
        )


@check("approvals.command.decline")
async def decline(trial: Trial) -> None:
    """Declined: it does not run, the model is told so, and the turn goes on to its end."""
    trace = Trace(workspace=trial.workspace)
    trial.model(reply(trace.wanted(trial)), reply(say("then not")))
    async with trial.agent() as agent:
        turn = await (await asking(agent, trial)).send("run it")
        outcome = await play(turn, Decision.DECLINE)
        await agent.fence()
        must_ask(trial, outcome)
        requests = trial.provider.requests
        trial.saw.equal(
            "how often the declined command ran",
            expected=0,
            arrived=await trace.runs(trial),
            cause="did it run before the answer, or in spite of it?",
        )
        if trial.saw.equal(
            "how often the model was asked",
            expected=2,
            arrived=len(requests),
            cause="did the turn end without telling the model?",
        ):
            said = told(requests[1])
            trial.saw.that(
                "what the model was told of the command",
                bool(REFUSAL.search(said)) and not trace.heard_in(said),
                expected="that it was not allowed to run",
                arrived=said,
                cause="can the model tell a refusal from a command that ran?",
            )
        trial.saw.equal("how the turn ended", expected="completed", arrived=outcome.end.status)
        trial.saw.equal(
            "the command's status",
            expected=["declined"] if EventKind.COMMAND_COMPLETED in agent.declined_steps else [],
            arrived=[item.status for item in turn.commands()],
        )


@check("approvals.command.cancel")
async def cancel(trial: Trial) -> None:
    """Cancelled: it does not run, and the turn is interrupted there and then."""
    trace = Trace(workspace=trial.workspace)
    trial.model(reply(trace.wanted(trial)))
    async with trial.agent() as agent:
        turn = await (await asking(agent, trial)).send("run it")
        outcome = await play(turn, Decision.CANCEL)
        await agent.fence()
        must_ask(trial, outcome)
        trial.saw.equal(
            "how often the cancelled command ran",
            expected=0,
            arrived=await trace.runs(trial),
            cause="did it run before the answer, or in spite of it?",
        )
        interrupted(trial, outcome, thing="command")


@check("approvals.command.for-session")
async def for_session(trial: Trial) -> None:
    """Accepted for the session: that command is not asked for again, there; all others are."""
    same = Trace(workspace=trial.workspace, name="same")
    other = Trace(workspace=trial.workspace, name="other")
    wishes = {"first": same, "again": same, "differ": other, "elsewhere": same}
    for text, trace in wishes.items():
        trial.model(
            reply(trace.wanted(trial), when=when_user_text(text)),
            reply(say("done"), when=when_user_text(text)),
        )
    async with trial.agent() as agent:
        here, there = await asking(agent, trial), await asking(agent, trial)
        first = await play(await here.send("first"), Decision.ACCEPT_FOR_SESSION)
        must_ask(trial, first)
        again = await play(await here.send("again"), Decision.ACCEPT)
        differ = await play(await here.send("differ"), Decision.ACCEPT)
        elsewhere = await play(await there.send("elsewhere"), Decision.ACCEPT)
        await agent.fence()
        of_the_session(trial, thing="command", again=again, other=differ, elsewhere=elsewhere)
        trial.saw.equal(
            "runs of the granted command, and of the other one",
            expected=(3, 1),
            arrived=(await same.runs(trial), await other.runs(trial)),
            cause="was an accepted or granted command not run, or run again?",
        )
