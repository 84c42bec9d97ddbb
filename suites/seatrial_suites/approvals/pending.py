"""A command whose approval is pending: how the checks of wrong, late and crossed answers begin."""

from __future__ import annotations

from dataclasses import dataclass

from seatrial.conformance import Trial
from seatrial.dialects import Agent, Approval, AskedAgain, Conversation, Turn, TurnEnd, TurnOver
from seatrial.responders import Answered, Responder
from seatrial_provider import reply, say, when_user_text
from seatrial_suites.approvals.scenes import Outcome, Trace, asking, never_asked

__all__ = ["END_SECONDS", "Pending", "pending", "played"]

END_SECONDS = 10.0
"""For a turn to end once its approval was answered, however wrongly: nothing is left to wait for.
Some releases never end it, and are not given the time of a wait that is expected to end."""


@dataclass(slots=True, kw_only=True)
class Pending:
    """A turn that waits for the answer to an approval.

    Attributes:
        trial: The trial.
        agent: The server under test.
        conversation: The turn's conversation.
        turn: The turn.
        approval: What the server asked, last.
        trace: The command that it asked for.
    """

    trial: Trial
    agent: Agent
    conversation: Conversation
    turn: Turn
    approval: Approval
    trace: Trace

    def answer(self, responder: Responder) -> Answered:
        """Has a responder answer the approval."""
        return responder.answer(self.agent.peer, self.approval.entry)

    async def play(self, responder: Responder) -> TurnEnd:
        """Has a responder answer whatever the server asks, always alike, until the turn ends."""
        self.answer(responder)
        return (await played(self.agent, self.turn, responder)).end

    async def ran(self, when: str, *, expected: int, cause: str) -> None:
        """Looks how often the command ran, once everything that was started of it has ended."""
        await self.agent.fence()
        self.trial.saw.equal(
            f"runs of the command {when}",
            expected=expected,
            arrived=await self.trace.runs(self.trial),
            cause=cause,
        )

    async def begun(self, when: str, *, cause: str) -> None:
        """Looks whether the command has begun to run, though its approval is still pending."""
        await self.agent.fence()
        self.trial.saw.equal(
            f"runs of the command that had begun {when}",
            expected=0,
            arrived=await self.trace.begun(self.trial),
            cause=cause,
        )


async def played(agent: Agent, turn: Turn, responder: Responder) -> Outcome:
    """Has a responder answer whatever the server asks from now on, until the turn ends."""
    asked: list[Approval] = []
    while True:
        try:
            return Outcome(end=await turn.end(timeout=END_SECONDS), asked=asked)
        except AskedAgain:
            asked.append(await turn.approval())
            responder.answer(agent.peer, asked[-1].entry)


async def pending(agent: Agent, trial: Trial, name: str, *, goes_on: bool = True) -> Pending:
    """Starts a conversation whose first turn waits for the answer to an approval.

    Args:
        agent: The server under test.
        trial: The trial.
        name: Tells its command, and what the user says, from those of others.
        goes_on: Whether the model is asked again after the answer.

    Raises:
        Untestable: The server does not ask.
    """
    trace = Trace(workspace=trial.workspace, name=name)
    trial.model(reply(trace.wanted(trial), when=when_user_text(name)))
    if goes_on:
        trial.model(reply(say("done"), when=when_user_text(name)))
    conversation = await asking(agent, trial)
    turn = await conversation.send(name)
    try:
        approval = await turn.approval()
    except TurnOver as over:
        raise never_asked(trial, over.arrived) from None
    return Pending(
        trial=trial,
        agent=agent,
        conversation=conversation,
        turn=turn,
        approval=approval,
        trace=trace,
    )
