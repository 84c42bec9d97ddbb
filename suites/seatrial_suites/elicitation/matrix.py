"""The matrix: every way to answer an elicitation, alone and beside one that is accepted."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from seatrial.conformance import Check, Level, Trial, check
from seatrial.dialects import Agent
from seatrial.peer import PeerGone, timeout_factor
from seatrial.responders import RESPONDERS, Answered, Effect, Responder
from seatrial_suites.elicitation.bounds import ANSWERED, IN_TIME
from seatrial_suites.elicitation.calls import Call, call
from seatrial_suites.on_stdio import only_on_stdio

__all__ = ["CHECKS"]

ALONE, BESIDE = "alone", "beside one that is accepted"

LEFT_OUT = {
    "mcp": {"amend"},
    "mcp_tools": {"amend", "accept-for-session", "result-spoilt"},
}
"""What an answer to an elicitation cannot say; content that does not fit its form has a check of
its own."""

ADVISED: dict[str, set[str]] = {"mcp": set(), "mcp_tools": {"wrong shape", "disconnect"}}
"""The kinds of answers after which the end is advised alone: the protocol does not say what becomes
of a call whose client sent what is no answer, nor that a server without a client must exit."""

EXPECTED: dict[Effect, dict[str, Any]] = {
    Effect.CONSENT: {"call": ANSWERED},
    Effect.REFUSAL: {"call": ANSWERED},
    Effect.STOP: {"call": ANSWERED},
    Effect.PENDING: {"call": "over"},
    Effect.GONE: {"server": "exited"},
}
"""What has to come of a call, by what its elicitation was answered with, besides what the answer
amounts to. One that stays pending is over when the client cancels the call."""

CAUSES = {
    Effect.CONSENT: "was the acceptance lost, or taken twice?",
    Effect.REFUSAL: "is something that is no acceptance taken for one, or for no answer at all?",
    Effect.STOP: "does a call that is stopped get no answer, or run all the same?",
    Effect.PENDING: "does the call go on without an answer, or not end when it is cancelled?",
    Effect.GONE: "does the server live on, or take a client's going for consent?",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One cell of the matrix.

    Attributes:
        responder: How the elicitation is answered.
        company: Whether another one is pending beside it.
    """

    responder: Responder
    company: str

    @property
    def name(self) -> str:
        """Its name, as the model and the file system are given it."""
        return f"{self.responder.name}-{'one' if self.company == BESIDE else 'alone'}"


@dataclass(slots=True, kw_only=True)
class Played:
    """A cell whose answer is on its way.

    Attributes:
        cell: The cell.
        call: The call that asked.
        answered: What was done about it.
        other: The call that asked beside it.
    """

    cell: Cell
    call: Call
    answered: Answered
    other: Call | None


async def _play(cell: Cell, agent: Agent, trial: Trial) -> Played:
    """Has a call ask, and answers it; another one, pending as well, is accepted after it."""
    asked = await call(agent, trial, cell.name)
    other = None
    if cell.company == BESIDE:
        other = await call(agent, trial, f"{cell.responder.name}-two", second=True)
    answered = cell.responder.answer(agent.peer, asked.entry)
    if other is not None and cell.responder.effect is not Effect.GONE:
        RESPONDERS["accept"].answer(agent.peer, other.entry)
    return Played(cell=cell, call=asked, answered=answered, other=other)


async def _over(played: Played, agent: Agent, trial: Trial) -> dict[str, Any]:
    """Cancels a call that waits for its answer, lets the answer go, and returns what came of it."""
    await agent.fence()
    await played.call.cancel()
    played.answered.go_on()
    await agent.fence()
    return {"call": "over", **await played.call.effect(trial)}


async def _gone(played: Played, agent: Agent, trial: Trial) -> dict[str, Any]:
    """Waits for the server to follow its client, and returns what came of it."""
    exited = asyncio.shield(trial.process.exited)
    try:
        await asyncio.wait_for(exited, IN_TIME * timeout_factor())
    except TimeoutError:
        state = f"alive after {IN_TIME:g} s"
    else:
        state = "exited"
        with suppress(PeerGone):  # whatever it said before its end is read then
            await agent.peer.wait_for("the server's last words", lambda entry: None)
    return {"server": state, **await played.call.effect(trial)}


async def _look(played: Played, agent: Agent, trial: Trial) -> None:
    """Records what came of a cell."""
    effect = played.cell.responder.effect
    match effect:
        case Effect.PENDING:
            arrived = await _over(played, agent, trial)
        case Effect.GONE:
            arrived = await _gone(played, agent, trial)
        case _:
            arrived = await played.call.outcome(trial)
    consent = played.call.effect_of(consent=effect is Effect.CONSENT)
    _record(f"{played.cell.responder.name}, {played.cell.company}", played, consent, arrived, trial)
    if played.other is None:
        return
    if effect is not Effect.GONE:
        await played.other.ended()
    beside = played.other.effect_of(consent=effect is not Effect.GONE)
    if beside:
        trial.saw.equal(
            f"the one beside it ({played.cell.responder.name})",
            expected=beside,
            arrived=await played.other.effect(trial),
            cause="is an answer taken for the answer to another request?",
        )


def _record(
    about: str, played: Played, effect: dict[str, Any], arrived: dict[str, Any], trial: Trial
) -> None:
    """Records what came of a cell; apart from its effect, where its end is advised alone."""
    responder = played.cell.responder
    end, cause = EXPECTED[responder.effect], CAUSES[responder.effect]
    if responder.kind not in ADVISED[trial.dialect]:
        trial.saw.equal(about, expected={**end, **effect}, arrived=arrived, cause=cause)
        return
    trial.saw.equal(
        f"{about}: how it ended",
        expected=end,
        arrived={name: arrived[name] for name in end},
        cause=cause,
        level=Level.SHOULD,
    )
    if effect:  # there is none to be seen where nothing tells consent from refusal
        told = {name: arrived[name] for name in effect}
        trial.saw.equal(about, expected=effect, arrived=told, cause=cause)


def _kind(responder: Responder) -> str:
    """Returns the row of the matrix that a responder belongs to; cancelling has its own."""
    return "cancel" if responder.effect is Effect.STOP else responder.kind


async def _matrix(trial: Trial, kind: str) -> None:
    """Plays every cell of a kind, one after another, and looks at all of them then."""
    asking = trial.server.profile.asking
    together = trial.dialect != "mcp_tools" or asking is None or asking.together
    cells = [
        Cell(responder=responder, company=company)
        for responder in RESPONDERS.values()
        if _kind(responder) == kind and responder.name not in LEFT_OUT[trial.dialect]
        for company in (ALONE, BESIDE)
        if together or company == ALONE
    ]
    if any(cell.responder.effect is Effect.GONE for cell in cells):
        only_on_stdio(trial, "the server does not end with its client")
        for cell in cells:
            async with trial.agent() as agent:
                await _look(await _play(cell, agent, trial), agent, trial)
        return
    async with trial.agent() as agent:
        played = [await _play(cell, agent, trial) for cell in cells]
        await asyncio.gather(*(_look(one, agent, trial) for one in played))


def _check(kind: str) -> Check:
    async def judged(trial: Trial) -> None:
        await _matrix(trial, kind)

    return check(f"elicitation.matrix.{kind.replace(' ', '-')}")(judged)


CHECKS = tuple(_check(kind) for kind in dict.fromkeys(map(_kind, RESPONDERS.values())))
"""A check for each kind of answer that the registry of responders has."""
