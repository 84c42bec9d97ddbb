"""Tests of an agent server with the fixture `trial`: run them with pytest.

`pytest examples/test_own_server.py` runs them on the reference server, and with
`--seatrial-server codex` or `--seatrial-command "my-server app-server"` on another one.
"""

from __future__ import annotations

import pytest

from seatrial.conformance import Trial
from seatrial.dialects import Decision, Policy, Sandbox
from seatrial_provider import Gate, reply, run_command, say


async def test_a_declined_command_does_not_run(trial: Trial) -> None:
    wish = run_command("touch made.txt", escalated=True, justification="May I?")
    trial.model(reply(wish), reply(say("then not")))
    async with trial.agent() as agent:
        thread = await agent.start(
            cwd=trial.workspace, policy=Policy.ON_REQUEST, sandbox=Sandbox.READ_ONLY
        )
        turn = await thread.send("make the file")
        turn.answer(await turn.approval(), Decision.DECLINE)
        assert (await turn.end()).status == "completed"
        await agent.fence()
    assert not (trial.workspace / "made.txt").exists()


async def test_a_turn_is_running_while_the_model_is_held(trial: Trial) -> None:
    gate = Gate("before the end")
    trial.model(reply(say("hello"), gates={"response.completed": gate}))
    async with trial.agent() as agent:
        thread = await agent.start(
            cwd=trial.workspace, policy=Policy.NEVER, sandbox=Sandbox.READ_ONLY
        )
        turn = await thread.send("say hello")
        await gate.reached()
        events = agent.peer.journal.from_server()
        assert not [event for event in events if event.is_notification("turn/completed")]
        gate.release()
        assert (await turn.end()).status == "completed"


@pytest.mark.seatrial(server="reference:ignores-decline")
async def test_a_variant_runs_what_was_declined(trial: Trial) -> None:
    wish = run_command("touch made.txt", escalated=True, justification="May I?")
    trial.model(reply(wish), reply(say("then not")))
    async with trial.agent() as agent:
        thread = await agent.start(
            cwd=trial.workspace, policy=Policy.ON_REQUEST, sandbox=Sandbox.READ_ONLY
        )
        turn = await thread.send("make the file")
        turn.answer(await turn.approval(), Decision.DECLINE)
        await turn.end()
    assert (trial.workspace / "made.txt").exists()
