"""Approvals: answers that go wrong: twice, late, to nobody, misshapen, unheard of, or an error."""

from __future__ import annotations

from seatrial.conformance import Trial, check
from seatrial.dialects import Agent
from seatrial.responders import RESPONDERS, Effect, Responder, of_kind
from seatrial_provider import reply, say, when_user_text
from seatrial_suites.approvals.pending import END_SECONDS, pending

__all__ = ["error_reply", "late", "twice", "unknown_decision", "unknown_id", "wrong_shape"]


async def _each(trial: Trial, kind: str, cause: str) -> None:
    """Answers with each responder of a kind, in a conversation of its own, to the turn's end."""
    async with trial.agent() as agent:
        for responder in of_kind(kind):
            await _one(trial, agent, responder, cause)


async def _one(trial: Trial, agent: Agent, responder: Responder, cause: str) -> None:
    scene = await pending(agent, trial, responder.name)
    await scene.play(responder)
    runs = 1 if responder.effect is Effect.CONSENT else 0
    await scene.ran(f"after the answer {responder.name}", expected=runs, cause=cause)


@check("approvals.answer.twice")
async def twice(trial: Trial) -> None:
    """Two answers in a row: the first one holds, and the turn comes to its end."""
    await _each(trial, "twice", "does the second answer count as well, or instead?")


@check("approvals.answer.wrong-shape")
async def wrong_shape(trial: Trial) -> None:
    """A result that has not the shape of an answer is no acceptance, and the turn ends."""
    await _each(trial, "wrong shape", "is every result taken for acceptance?")


@check("approvals.answer.unknown-decision")
async def unknown_decision(trial: Trial) -> None:
    """A decision that no dialect knows is no acceptance, and the turn ends."""
    await _each(trial, "unknown decision", "is every decision but a refusal taken for acceptance?")


@check("approvals.answer.error-reply")
async def error_reply(trial: Trial) -> None:
    """An error in answer to an approval is no acceptance, and the turn ends."""
    await _each(trial, "error", "is an answer looked at beyond its having come?")


@check("approvals.answer.unknown-id")
async def unknown_id(trial: Trial) -> None:
    """An acceptance under an id that was never asked: nothing runs, the pending one stays so."""
    async with trial.agent() as agent:
        scene = await pending(agent, trial, "nobody")
        scene.answer(RESPONDERS["unknown-id"])
        await scene.begun(
            "after another request was accepted, which the server never sent",
            cause="is an answer taken for the pending request's, whatever its id?",
        )
        await scene.play(RESPONDERS["accept"])
        await scene.ran(
            "after its own request was accepted",
            expected=1,
            cause="did the stray answer settle the request?",
        )


@check("approvals.answer.late")
async def late(trial: Trial) -> None:
    """An acceptance after its turn has ended: nothing runs, and the next turn is served."""
    async with trial.agent() as agent:
        refused = await pending(agent, trial, "refused")
        await refused.play(RESPONDERS["decline"])
        refused.answer(RESPONDERS["accept"])
        await refused.ran(
            "after its turn had ended with a refusal, and was accepted then",
            expected=0,
            cause="is an answer still looked for after the turn?",
        )
        stopped = await pending(agent, trial, "stopped", goes_on=False)
        held = stopped.answer(RESPONDERS["late"])
        await stopped.turn.interrupt()
        await stopped.turn.end()
        held.go_on()
        await stopped.ran(
            "after its turn had been interrupted, and was accepted then",
            expected=0,
            cause="is the interrupted request still there to be answered?",
        )
        for word, name, scene in (
            ("first-after", "refused", refused),
            ("second-after", "stopped", stopped),
        ):
            trial.model(reply(say("done"), when=when_user_text(word)))
            end = await (await scene.conversation.send(word)).end(timeout=END_SECONDS)
            trial.saw.equal(
                f"how the next turn of the conversation ended, {name}",
                expected="completed",
                arrived=end.status,
                cause="did the late answer leave something behind?",
            )
