"""Calls of the tool that a profile names: a server that is no agent asks its client's user."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Any

from seatrial.conformance import Trial
from seatrial.dialects import McpTools
from seatrial.dialects.tool_call import ToolCall
from seatrial.journal import Entry
from seatrial.jsonrpc import ErrorResponse, Response
from seatrial.peer import TimedOut
from seatrial.profiles import Asking
from seatrial_suites.elicitation.bounds import ANSWERED, HANGS, IN_TIME

__all__ = ["AskingCall", "asking_of", "begin", "failed", "in_time", "text_of"]


class AskingCall:
    """A call of the tool that asks.

    Args:
        agent: The server.
        sent: The call as it was sent.
        accepted: The expression that tells consent, if the profile has one.

    Attributes:
        sent: The call as it was sent.
    """

    def __init__(self, agent: McpTools, sent: ToolCall, accepted: str | None) -> None:
        self.sent = sent
        self._agent = agent
        self._accepted = accepted
        self._entry: Entry | None = None

    @property
    def entry(self) -> Entry:
        """The elicitation, once it was asked for."""
        assert self._entry is not None
        return self._entry

    async def asked(self) -> Entry:
        """Returns the elicitation, once it has come.

        Raises:
            TurnOver: The call was answered without having asked.
        """
        self._entry = await self._agent.question(self.sent)
        return self._entry

    async def ended(self) -> str:
        """Returns how the call ended: answered once, more often, or not in time."""
        if await in_time(self._agent, self.sent) is None:
            return HANGS
        return ANSWERED if self.answers() == 1 else f"answered {self.answers()} times"

    async def effect(self, trial: Trial) -> dict[str, Any]:
        """Returns whether consent was taken, where the profile says how to tell."""
        del trial
        return self._told(any(self._consents(one) for one in self.sent.answers()))

    def effect_of(self, *, consent: bool) -> dict[str, Any]:
        """Returns what the server has to make of consent, or of everything else."""
        return self._told(consent)

    async def outcome(self, trial: Trial) -> dict[str, Any]:
        """Returns how the call ended, and whether consent was taken."""
        return {"call": await self.ended(), **await self.effect(trial)}

    async def cancel(self) -> None:
        """Cancels the call; the server has read that when this returns."""
        self.sent.cancel()
        await self._agent.fence()
        self._agent.peer.withdraw(lambda entry: entry is self._entry)

    def answers(self) -> int:
        """Returns how many answers the call has had so far."""
        return len(self.sent.answers())

    def _told(self, consent: bool) -> dict[str, Any]:
        return {} if self._accepted is None else {"accepted": consent}

    def _consents(self, answer: Response | ErrorResponse) -> bool:
        return bool(re.search(self._accepted or "", text_of(answer))) and not failed(answer)


def asking_of(trial: Trial) -> Asking:
    """Returns what the profile says of the tool that asks."""
    asking = trial.server.profile.asking
    assert asking is not None  # a profile with this dialect has it
    return asking


def begin(agent: McpTools, trial: Trial, *, second: bool = False) -> AskingCall:
    """Calls the tool that asks, and does not wait for the asking."""
    asking = asking_of(trial)
    beside = asking.arguments if asking.beside is None else asking.beside
    sent = agent.call(asking.tool, beside if second else asking.arguments)
    return AskingCall(agent, sent, asking.accepted)


async def in_time(agent: McpTools, sent: ToolCall) -> Response | ErrorResponse | None:
    """Returns the answer to a call; None if the bound is over, and the server answers others.

    A machine that stalls holds up the answer to a ping as well, so it is not taken for a hang.
    """
    with suppress(TimedOut):
        await sent.answered(timeout=IN_TIME)
    await agent.fence()
    return next(iter(sent.answers()), None)


def text_of(answer: Response | ErrorResponse) -> str:
    """Returns the text of the answer to a call, the message where it is an error."""
    if isinstance(answer, ErrorResponse):
        return answer.message
    result = answer.result if isinstance(answer.result, dict) else {}
    parts = result.get("content")
    return "\n".join(
        str(part.get("text", ""))
        for part in (parts if isinstance(parts, list) else ())
        if isinstance(part, dict)
    )


def failed(answer: Response | ErrorResponse) -> bool:
    """Whether the answer to a call says that it came to nothing."""
    if isinstance(answer, ErrorResponse):
        return True
    return isinstance(answer.result, dict) and answer.result.get("isError") is True
