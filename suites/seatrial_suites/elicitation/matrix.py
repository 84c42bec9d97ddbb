"""The matrix: every way to answer an elicitation, alone and beside one that is accepted."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

from seatrial.conformance import Check, Trial, check
from seatrial.dialects import Agent
from seatrial.peer import timeout_factor
from seatrial.responders import RESPONDERS, Answered, Effect, Responder
from seatrial_suites.elicitation.scenes import ANSWERED, IN_TIME, Call, call

__all__ = ["CHECKS"]

ALONE, BESIDE = "alone", "beside one that is accepted"

NO_WORDS = {"amend"}
"""What an answer to an elicitation cannot say."""

OVER = {"call": "over", "runs": 0}

EXPECTED: dict[Effect, dict[str, Any]] = {
    Effect.CONSENT: {"call": ANSWERED, "runs": 1},
    Effect.REFUSAL: {"call": ANSWERED, "runs": 0},
    Effect.STOP: {"call": ANSWERED, "runs": 0},
    Effect.PENDING: OVER,
    Effect.GONE: {"server": "exited", "runs": 0},
}
"""What has to come of a call, by what its elicitation was answered with. One that stays pending is
over when the client cancels the call."""

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
    other = (
        await call(agent, trial, f"{cell.responder.name}-two") if cell.company == BESIDE else None
    )
    answered = cell.responder.answer(agent.peer, asked.approval.entry)
    if other is not None and cell.responder.effect is not Effect.GONE:
        RESPONDERS["accept"].answer(agent.peer, other.approval.entry)
    return Played(cell=cell, call=asked, answered=answered, other=other)


async def _over(played: Played, agent: Agent, trial: Trial) -> dict[str, Any]:
    """Cancels a call that waits for its answer, lets the answer go, and returns what came of it."""
    await agent.fence()
    await played.call.turn.interrupt()
    await played.call.turn.end()
    played.answered.go_on()
    await agent.fence()
    return {"call": "over", "runs": await played.call.trace.runs(trial)}


async def _gone(played: Played, trial: Trial) -> dict[str, Any]:
    """Waits for the server to follow its client, and returns what came of it."""
    exited = asyncio.shield(trial.process.exited)
    try:
        await asyncio.wait_for(exited, IN_TIME * timeout_factor())
    except TimeoutError:
        state = f"alive after {IN_TIME:g} s"
    else:
        state = "exited"
    return {"server": state, "runs": await played.call.trace.runs(trial)}


async def _look(played: Played, agent: Agent, trial: Trial) -> None:
    """Records what came of a cell."""
    effect = played.cell.responder.effect
    match effect:
        case Effect.PENDING:
            arrived = await _over(played, agent, trial)
        case Effect.GONE:
            arrived = await _gone(played, trial)
        case _:
            arrived = await played.call.outcome(trial)
    about = f"{played.cell.responder.name}, {played.cell.company}"
    trial.saw.equal(about, expected=EXPECTED[effect], arrived=arrived, cause=CAUSES[effect])
    if played.other is None:
        return
    beside = EXPECTED[Effect.GONE if effect is Effect.GONE else Effect.CONSENT]
    trial.saw.equal(
        f"the one beside it ({played.cell.responder.name})",
        expected={"runs": beside["runs"]},
        arrived={"runs": await _runs_of(played.other, effect, trial)},
        cause="is an answer taken for the answer to another request?",
    )


async def _runs_of(other: Call, effect: Effect, trial: Trial) -> int:
    if effect is Effect.GONE:
        return await other.trace.runs(trial)
    runs: int = (await other.outcome(trial))["runs"]
    return runs


def _kind(responder: Responder) -> str:
    """Returns the row of the matrix that a responder belongs to; cancelling has its own."""
    return "cancel" if responder.effect is Effect.STOP else responder.kind


async def _matrix(trial: Trial, kind: str) -> None:
    """Plays every cell of a kind, one after another, and looks at all of them then."""
    cells = [
        Cell(responder=responder, company=company)
        for responder in RESPONDERS.values()
        if _kind(responder) == kind and responder.name not in NO_WORDS
        for company in (ALONE, BESIDE)
    ]
    if any(cell.responder.effect is Effect.GONE for cell in cells):
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
