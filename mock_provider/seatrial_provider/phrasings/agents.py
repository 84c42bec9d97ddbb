"""How the tools for agents name an agent that was started."""

import re

from seatrial_provider.phrasings.offer import CannotSayError, Offer

_AGENT = re.compile(r'"(?:agent_id|task_name)":\s*"([^"]+)"')
"""Source: the output of `spawn_agent` of Codex 0.98.0 to 0.163.0."""


def agent_of(offer: Offer, call_id: str) -> str:
    """Returns the id of the agent that a call started.

    Args:
        offer: The tool that needs it.
        call_id: The id of the call.

    Raises:
        CannotSayError: The conversation has no output of the call, or it names no agent.
    """
    found = _AGENT.search(offer.output_of(call_id))
    if found is None:
        raise CannotSayError(f"the output of the call {call_id!r} names no agent")
    return found[1]
