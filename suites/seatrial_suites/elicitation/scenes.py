"""Calls of an agent that have to ask for approval of a command, and how a call ended."""

from __future__ import annotations

from typing import Any

from seatrial.conformance import Trial
from seatrial.dialects import Agent, Approval
from seatrial.dialects.mcp import ToolTurn
from seatrial.journal import Entry
from seatrial.peer import TimedOut
from seatrial_provider import reply, say, when_user_text
from seatrial_suites.approvals.scenes import Trace, asking
from seatrial_suites.elicitation.bounds import ANSWERED, HANGS, IN_TIME

__all__ = ["ApprovalCall", "begin", "call", "ended"]


class ApprovalCall:
    """A call of the agent's tool, whose command has to be asked for.

    Args:
        turn: The call.
        trace: The command.

    Attributes:
        turn: The call.
        trace: The command.
    """

    def __init__(self, turn: ToolTurn, trace: Trace) -> None:
        self.turn = turn
        self.trace = trace
        self._approval: Approval | None = None

    @property
    def approval(self) -> Approval:
        """The approval, once it was asked for."""
        assert self._approval is not None
        return self._approval

    @property
    def entry(self) -> Entry:
        """The elicitation, once it was asked for."""
        return self.approval.entry

    async def asked(self) -> Entry:
        """Returns the elicitation, once it has come.

        Raises:
            TurnOver: The call ended without having asked.
        """
        self._approval = await self.turn.approval()
        return self._approval.entry

    async def ended(self) -> str:
        """Returns how the call ended: answered, or not in time."""
        return await ended(self.turn)

    async def effect(self, trial: Trial) -> dict[str, Any]:
        """Returns how often the command ran so far."""
        return {"runs": await self.trace.runs(trial)}

    def effect_of(self, *, consent: bool) -> dict[str, Any]:
        """Returns how often the command has to run after consent, or after everything else."""
        return {"runs": int(consent)}

    async def outcome(self, trial: Trial) -> dict[str, Any]:
        """Returns how the call ended and how often the command ran, once it has ended."""
        return {"call": await self.ended(), **await self.effect(trial)}

    async def cancel(self) -> None:
        """Cancels the call, and returns when its turn is over."""
        await self.turn.interrupt()
        await self.turn.end()

    def answers(self) -> int:
        """Returns how many answers the call has had so far."""
        return self.turn.answers()


async def begin(agent: Agent, trial: Trial, name: str) -> ApprovalCall:
    """Calls the agent's tool with a command that it has to ask for.

    Args:
        agent: The server.
        trial: The trial.
        name: Tells the call from others of the trial.
    """
    trace = Trace(workspace=trial.workspace, name=name)
    trial.model(
        reply(trace.wanted(trial), when=when_user_text(name)),
        reply(say("done"), when=when_user_text(name), permanent=True),  # if it goes on at all
    )
    turn = await (await asking(agent, trial)).send(name)
    assert isinstance(turn, ToolTurn)
    return ApprovalCall(turn, trace)


async def call(agent: Agent, trial: Trial, name: str) -> ApprovalCall:
    """Calls the agent's tool as `begin` does, and waits for the asking.

    Raises:
        TurnOver: The call ended without having asked.
    """
    begun = await begin(agent, trial, name)
    await begun.asked()
    return begun


async def ended(turn: ToolTurn) -> str:
    """Returns how a call ended: answered, or not in time."""
    try:
        await turn.answered(timeout=IN_TIME)
    except TimedOut:
        return HANGS
    return ANSWERED
