"""Command approvals: what each answer does."""

from __future__ import annotations

from seatrial.conformance import Trial, check
from seatrial.dialects import Agent, Conversation, Decision, Policy, Sandbox
from seatrial_provider import reply, say, when_user_text
from seatrial_suites.approvals.scenes import REFUSAL, Trace, must_ask, play, told

__all__ = ["accept", "cancel", "decline", "for_session"]


async def _asking(agent: Agent, trial: Trial) -> Conversation:
    """Starts a conversation in which an escalated command has to be asked for."""
    return await agent.start(
        cwd=trial.workspace, policy=Policy.ON_REQUEST, sandbox=Sandbox.READ_ONLY
    )


@check("approvals.command.accept")
async def accept(trial: Trial) -> None:
    """Accepted: it runs once, the model sees its output, and the turn goes on to its end."""
    trace = Trace(workspace=trial.workspace)
    trial.model(reply(trace.wanted()), reply(say("done")))
    async with trial.agent() as agent:
        turn = await (await _asking(agent, trial)).send("run it")
        outcome = await play(turn, Decision.ACCEPT)
        await agent.fence()
        must_ask(trial, outcome)
        requests = trial.provider.requests
        trial.saw.equal(
            "how often the accepted command ran",
            expected=1,
            arrived=trace.runs(),
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
                trace.word in told(requests[1]),
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
    trial.model(reply(trace.wanted()), reply(say("then not")))
    async with trial.agent() as agent:
        turn = await (await _asking(agent, trial)).send("run it")
        outcome = await play(turn, Decision.DECLINE)
        await agent.fence()
        must_ask(trial, outcome)
        requests = trial.provider.requests
        trial.saw.equal(
            "how often the declined command ran",
            expected=0,
            arrived=trace.runs(),
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
                bool(REFUSAL.search(said)) and trace.word not in said,
                expected="that it was not allowed to run",
                arrived=said,
                cause="can the model tell a refusal from a command that ran?",
            )
        trial.saw.equal("how the turn ended", expected="completed", arrived=outcome.end.status)
        trial.saw.equal(
            "the command's status",
            expected=["declined"],
            arrived=[item.status for item in turn.commands()],
        )


@check("approvals.command.cancel")
async def cancel(trial: Trial) -> None:
    """Cancelled: it does not run, and the turn is interrupted there and then."""
    trace = Trace(workspace=trial.workspace)
    trial.model(reply(trace.wanted()))
    async with trial.agent() as agent:
        turn = await (await _asking(agent, trial)).send("run it")
        outcome = await play(turn, Decision.CANCEL)
        await agent.fence()
        must_ask(trial, outcome)
        trial.saw.equal(
            "how often the cancelled command ran",
            expected=0,
            arrived=trace.runs(),
            cause="did it run before the answer, or in spite of it?",
        )
        trial.saw.equal(
            "how the turn ended",
            expected="interrupted",
            arrived=outcome.end.status,
            cause="is a cancellation taken for a refusal of this one command?",
        )
        trial.saw.equal(
            "how often the model was asked",
            expected=1,
            arrived=len(trial.provider.requests),
            cause="does the turn go on after it was cancelled?",
        )


@check("approvals.command.for-session")
async def for_session(trial: Trial) -> None:
    """Accepted for the session: that command is not asked for again, there; all others are."""
    same = Trace(workspace=trial.workspace, name="same")
    other = Trace(workspace=trial.workspace, name="other")
    trial.model(
        reply(same.wanted(), when=when_user_text("first")),
        reply(say("done"), when=when_user_text("first")),
        reply(same.wanted(), when=when_user_text("again")),
        reply(other.wanted(), when=when_user_text("again")),
        reply(say("done"), when=when_user_text("again")),
        reply(same.wanted(), when=when_user_text("elsewhere")),
        reply(say("done"), when=when_user_text("elsewhere")),
    )
    async with trial.agent() as agent:
        conversation = await _asking(agent, trial)
        first = await play(await conversation.send("first"), Decision.ACCEPT_FOR_SESSION)
        must_ask(trial, first)
        again = await play(await conversation.send("again"), Decision.ACCEPT)
        elsewhere = await play(
            await (await _asking(agent, trial)).send("elsewhere"), Decision.ACCEPT
        )
        await agent.fence()
    commands = [approval.command for approval in again.asked]
    trial.saw.equal(
        "requests for the granted command in the same conversation",
        expected=0,
        arrived=sum(same.file.name in command for command in commands),
        cause="is the grant forgotten when the turn ends?",
    )
    trial.saw.that(
        "requests for another command in the same conversation",
        any(other.file.name in command for command in commands),
        expected="at least one",
        arrived=commands,
        cause="does the grant for one command cover every command?",
    )
    trial.saw.that(
        "requests for the granted command in another conversation",
        bool(elsewhere.asked),
        expected="at least one",
        arrived=[approval.command for approval in elsewhere.asked],
        cause="does the grant of one conversation reach into another?",
    )
    trial.saw.equal(
        "runs of the granted command, and of the other one",
        expected=(3, 1),
        arrived=(same.runs(), other.runs()),
        cause="was an accepted or granted command not run?",
    )
