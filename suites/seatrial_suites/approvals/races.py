"""Approvals: two at once, an interruption and a disconnection while one is pending."""

from __future__ import annotations

import asyncio

from seatrial.conformance import Trial, check
from seatrial.dialects import EventKind
from seatrial.peer import timeout_factor
from seatrial.responders import RESPONDERS
from seatrial_suites.approvals.pending import pending
from seatrial_suites.on_stdio import only_on_stdio

__all__ = ["disconnect_while_pending", "interrupt_while_pending", "two_conversations"]

EXIT_SECONDS = 10.0
"""For a server to exit once its client has gone; it has nothing to wait for."""


@check("approvals.two-conversations")
async def two_conversations(trial: Trial) -> None:
    """Two pending at once, answered in the other order: each answer goes where it belongs."""
    async with trial.agent() as agent:
        first = await pending(agent, trial, "first")
        second = await pending(agent, trial, "second")
        await second.play(RESPONDERS["accept"])
        await second.ran(
            "that was accepted while another one was pending",
            expected=1,
            cause="does an open request hold up other conversations, or take their answers?",
        )
        await first.begun(
            "after another conversation's was accepted",
            cause="did the answer go to the wrong conversation?",
        )
        await first.play(RESPONDERS["decline"])
        await first.ran(
            "that was declined after another one was accepted",
            expected=0,
            cause="did the other conversation's answer count here?",
        )


@check("approvals.interrupt-while-pending")
async def interrupt_while_pending(trial: Trial) -> None:
    """Interrupting a turn settles its pending approval; accepting later runs nothing."""
    async with trial.agent() as agent:
        scene = await pending(agent, trial, "stopped", goes_on=False)
        held = scene.answer(RESPONDERS["late"])
        await scene.turn.interrupt()
        end = await scene.turn.end()
        await agent.fence()
        trial.saw.equal(
            "how the interrupted turn ended",
            expected="interrupted",
            arrived=end.status,
            cause="is a turn that waits for its client deaf to it?",
        )
        if EventKind.APPROVAL_RESOLVED in agent.steps:
            resolved = [
                event.subject
                for event in scene.turn.events()
                if event.kind is EventKind.APPROVAL_RESOLVED
            ]
            trial.saw.equal(
                "the requests that were reported as settled",
                expected=[scene.approval.request_id],
                arrived=resolved,
                cause="how is the client to know that it need not answer any more?",
            )
        held.go_on()
        await scene.ran(
            "that was accepted after the interruption",
            expected=0,
            cause="is the interrupted request still there to be answered?",
        )


@check("approvals.disconnect-while-pending")
async def disconnect_while_pending(trial: Trial) -> None:
    """The client goes away while an approval is pending: nothing runs, and the server exits."""
    only_on_stdio(trial, "the server does not end with its client")
    async with trial.agent() as agent:
        scene = await pending(agent, trial, "left", goes_on=False)
        scene.answer(RESPONDERS["disconnect"])
        exited = trial.process.exited
        await asyncio.wait((exited,), timeout=EXIT_SECONDS * timeout_factor())
        trial.saw.that(
            "whether the server exited after its client had gone",
            exited.done(),
            expected=f"its exit within {EXIT_SECONDS:g} s",
            arrived="still running",
            cause="does it wait for an answer that nobody can give any more?",
        )
        trial.saw.equal(
            "runs of the command after the client had gone",
            expected=0,
            arrived=await scene.trace.runs(trial),
            cause="is the end of the input taken for an answer?",
        )
