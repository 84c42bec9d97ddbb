"""A call that waits for its user, whoever asks: an agent for an approval, or a tool of its own."""

from __future__ import annotations

from typing import Any, Protocol

from seatrial.conformance import Trial
from seatrial.dialects import Agent, McpTools
from seatrial.journal import Entry
from seatrial_suites.elicitation import scenes, tool_calls

__all__ = ["Call", "begin", "call"]


class Call(Protocol):
    """A call of a tool that asks the client's user."""

    @property
    def entry(self) -> Entry:
        """The elicitation, once it was asked for."""
        ...

    async def asked(self) -> Entry:
        """Returns the elicitation, once it has come.

        Raises:
            TurnOver: The call ended without having asked.
        """
        ...

    async def ended(self) -> str:
        """Returns how the call ended: answered, or not in time."""
        ...

    async def effect(self, trial: Trial) -> dict[str, Any]:
        """Returns what the server made of the answer so far, as far as it can be seen."""
        ...

    def effect_of(self, *, consent: bool) -> dict[str, Any]:
        """Returns what the server has to make of consent, or of everything else.

        It is empty where nothing tells the two apart.
        """
        ...

    async def outcome(self, trial: Trial) -> dict[str, Any]:
        """Returns how the call ended and what the server made of the answer, once it has ended."""
        ...

    async def cancel(self) -> None:
        """Cancels the call, and returns when it is over."""
        ...

    def answers(self) -> int:
        """Returns how many answers the call has had so far."""
        ...


async def begin(agent: Agent, trial: Trial, name: str, *, second: bool = False) -> Call:
    """Calls a tool that asks, and does not wait for the asking.

    Args:
        agent: The server.
        trial: The trial.
        name: Tells the call from others of the trial.
        second: Whether another call waits for its user already.
    """
    if isinstance(agent, McpTools):
        return tool_calls.begin(agent, trial, second=second)
    return await scenes.begin(agent, trial, name)


async def call(agent: Agent, trial: Trial, name: str, *, second: bool = False) -> Call:
    """Calls a tool that asks, and waits for the asking; see `begin`.

    Raises:
        TurnOver: The call ended without having asked.
    """
    begun = await begin(agent, trial, name, second=second)
    await begun.asked()
    return begun
