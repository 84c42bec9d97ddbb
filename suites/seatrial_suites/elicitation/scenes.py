"""What the elicitation checks have in common: calls that ask, and how a call ended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from seatrial.conformance import Trial
from seatrial.dialects import Agent, Approval
from seatrial.dialects.mcp import ToolTurn
from seatrial.peer import TimedOut
from seatrial_provider import reply, say, when_user_text
from seatrial_suites.approvals.scenes import Trace, asking

__all__ = ["ANSWERED", "HANGS", "IN_TIME", "Call", "call", "ended"]

IN_TIME = 5.0
"""Seconds in which a call that nothing holds up any more has to be answered: some hundred times
what a server takes. Multiplied by `SEATRIAL_TIMEOUT_FACTOR`."""

ANSWERED, HANGS = "answered", f"no answer within {IN_TIME:g} s"


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A call of the agent's tool that has asked for approval of a command.

    Attributes:
        turn: The call.
        approval: What it asked for.
        trace: The command.
    """

    turn: ToolTurn
    approval: Approval
    trace: Trace

    async def outcome(self, trial: Trial) -> dict[str, Any]:
        """Returns how the call ended and how often the command ran, once it has ended."""
        return {"call": await ended(self.turn), "runs": await self.trace.runs(trial)}


async def call(agent: Agent, trial: Trial, name: str) -> Call:
    """Calls the agent's tool with a command that it has to ask for, and waits for the asking.

    Args:
        agent: The server.
        trial: The trial.
        name: Tells the call from others of the trial.

    Raises:
        TurnOver: The call ended without having asked.
    """
    trace = Trace(workspace=trial.workspace, name=name)
    trial.model(
        reply(trace.wanted(trial), when=when_user_text(name)),
        reply(say("done"), when=when_user_text(name), permanent=True),  # if it goes on at all
    )
    turn = await (await asking(agent, trial)).send(name)
    assert isinstance(turn, ToolTurn)
    return Call(turn=turn, approval=await turn.approval(), trace=trace)


async def ended(turn: ToolTurn) -> str:
    """Returns how a call ended: answered, or not in time."""
    try:
        await turn.answered(timeout=IN_TIME)
    except TimedOut:
        return HANGS
    return ANSWERED
