"""Command approvals with the command assessed by the model first: the risk on the request."""

from __future__ import annotations

import json
from typing import Any

from seatrial.conformance import Trial, check
from seatrial.dialects import Agent, Approval, Policy, Sandbox
from seatrial.responders import RESPONDERS
from seatrial_provider import Gate, Reply, reply, say, when_user_text
from seatrial_provider.faults import HttpError
from seatrial_suites.approvals.pending import played
from seatrial_suites.approvals.scenes import Trace

__all__ = ["risk_assessment", "risk_fallback"]

DESCRIPTION = "It leaves a line in a file of the workspace."
LEVEL = "medium"
ASSESSMENT = json.dumps({"description": DESCRIPTION, "risk_level": LEVEL})


async def _asked(agent: Agent, trial: Trial, word: str, trace: Trace, assessor: Reply) -> Approval:
    """Has a command assessed, in a conversation of the user's that begins with a word."""
    trial.model(reply(trace.wanted_plainly(), when=when_user_text(word)), assessor)
    conversation = await agent.start(
        cwd=trial.workspace, policy=Policy.UNTRUSTED, sandbox=Sandbox.READ_ONLY
    )
    turn = await conversation.send(word)
    approval = await turn.approval()
    for gate in assessor.gates.values():
        gate.release()
    trial.model(reply(say("done"), when=when_user_text(word)))
    RESPONDERS["decline"].answer(agent.peer, approval.entry)
    await played(agent, turn, RESPONDERS["decline"])
    await agent.fence()
    return approval


def _risk(approval: Approval) -> Any:
    """Returns the description and the level on a request; None where it carries no risk."""
    risk = approval.entry.raw["params"].get("risk")
    if not isinstance(risk, dict):
        return risk
    return risk.get("description"), risk.get("riskLevel", risk.get("risk_level"))


@check("approvals.command.risk-assessment")
async def risk_assessment(trial: Trial) -> None:
    """The request carries what the model said of the command, in a conversation of its own."""
    trace = Trace(workspace=trial.workspace, name="risky")
    trial.configure("command-assessment", patience="5000")
    assessor = reply(say(ASSESSMENT), when=when_user_text(trace.file.name))
    async with trial.agent() as agent:
        approval = await _asked(agent, trial, "please", trace, assessor)
        trial.saw.equal(
            "the risk on the request",
            expected=(DESCRIPTION, LEVEL),
            arrived=_risk(approval),
            cause="is the assessment not asked for, or lost on its way?",
        )
        asked = [one for one in trial.provider.requests if trace.file.name in one.last_user_text()]
        trial.saw.equal(
            "whether each assessment was asked for with what the user had said",
            expected=[False],
            arrived=[one.body_contains_text("please") for one in asked],
            cause="may the conversation have a say in its own assessment?",
        )
        trial.saw.equal(
            "whether the conversation was told of its assessment",
            expected=False,
            arrived=trial.provider.requests[-1].body_contains_text(DESCRIPTION),
            cause="is the assessment kept in the conversation's history?",
        )


@check("approvals.command.risk-fallback")
async def risk_fallback(trial: Trial) -> None:
    """An assessment that fails or is late is left out, and the request is sent all the same.

    Whoever is slow is held at a gate until the request has come: what passes until then is the
    server's own timer, 5 s with the releases that have it.
    """
    trial.configure("command-assessment", patience="300")
    held = Gate("the assessment goes on")
    ways: dict[str, Any] = {
        "that is no JSON": {"said": "I cannot tell"},
        "that is refused": {"said": ASSESSMENT, "faults": [HttpError(status=400)]},
        "that is slow": {"said": ASSESSMENT, "gates": {"response.completed": held}},
    }
    async with trial.agent() as agent:
        for number, (way, options) in enumerate(ways.items()):
            trace = Trace(workspace=trial.workspace, name=f"risky-{number}")
            said = say(options.pop("said"))
            assessor = reply(said, when=when_user_text(trace.file.name), **options)
            approval = await _asked(agent, trial, f"please-{number}", trace, assessor)
            trial.saw.equal(
                f"the risk on the request after an assessment {way}",
                expected=None,
                arrived=_risk(approval),
                cause="is something made up where nothing is known?",
            )
