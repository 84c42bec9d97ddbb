"""Intents about agents that work for the model: to start one, to tell it something, to wait."""

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass
from typing import Annotated

from annotated_types import MinLen

from seatrial_provider.intents.base import Call
from seatrial_provider.intents.values import Filled, Milliseconds


@dataclass(frozen=True, slots=True)
class SpawnAgent(Call):
    """The model starts an agent, which asks the model on its own from then on.

    Attributes:
        task: What the agent is told to do.
        task_name: The name of the task, where the tool takes one; None takes one that is derived
            from the script.
    """

    task: Filled
    _: KW_ONLY
    task_name: Filled | None = None


@dataclass(frozen=True, slots=True)
class MessageAgent(Call):
    """The model tells an agent something more.

    Attributes:
        to: The id of the call that started the agent (`call_id` of its `spawn_agent`); the
            agent's id is read from what the server under test answered to it.
        message: What the agent is told.
    """

    to: Filled
    message: Filled


@dataclass(frozen=True, slots=True)
class WaitForAgents(Call):
    """The model waits until one of these agents is done.

    Attributes:
        agents: The ids of the calls that started them.
        timeout_ms: How long it waits; None leaves it to the server under test.
    """

    agents: Annotated[Sequence[Filled], MinLen(1)]
    _: KW_ONLY
    timeout_ms: Milliseconds | None = None
