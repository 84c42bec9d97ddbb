"""Command approvals and rules: what a rule lets through, and what an answer adds to them.

The rules are in the language of Codex's execution policy, one `prefix_rule` a line.
"""

from __future__ import annotations

import json

from seatrial.conformance import Level, Trial, check
from seatrial.dialects import Agent, Approval
from seatrial.responders import RESPONDERS, Responder
from seatrial_provider import reply, run_command, say
from seatrial_suites.approvals.pending import played
from seatrial_suites.approvals.scenes import WHY, asking

__all__ = ["allowlist_amendment", "pipeline_fallback"]

DECLINE = RESPONDERS["decline"]
PIPELINES = (
    "touch allowed.txt | mkdir other",
    "mkdir other | touch allowed.txt",
    "touch allowed.txt && mkdir other",
    "mkdir other ; touch allowed.txt",
)
"""Commands of two parts of which a rule allows one, and nothing the other."""


def _rule(decision: str, *prefix: str) -> str:
    return f'prefix_rule(pattern={json.dumps(list(prefix))}, decision="{decision}")\n'


async def _wish(
    agent: Agent, trial: Trial, command: str, responder: Responder = DECLINE
) -> list[Approval]:
    """Has the model wish for a command in a new conversation; returns what was asked of it."""
    trial.model(reply(run_command(command, escalated=True, justification=WHY)), reply(say("done")))
    turn = await (await asking(agent, trial)).send("run it")
    outcome = await played(agent, turn, responder)
    await agent.fence()
    return outcome.asked


def _left(trial: Trial) -> list[str]:
    """Returns the names of what commands left in the workspace, and removes it."""
    found = sorted(trial.workspace.iterdir())
    for path in found:
        path.rmdir() if path.is_dir() else path.unlink()
    return [path.name for path in found]


@check("approvals.command.pipeline-fallback")
async def pipeline_fallback(trial: Trial) -> None:
    """A command of two parts is asked for as a whole though a rule allows one of them."""
    trial.configure("rules.kept", rules=_rule("allow", "touch"))
    async with trial.agent() as agent:
        if await _wish(agent, trial, "touch allowed.txt"):
            raise trial.untestable(
                "the rule is not in force",
                expected="a command that a rule allows to run unasked",
                arrived="a request for its approval",
                cause="does the release read its rules from another place?",
            )
        _left(trial)
        for command in PIPELINES:
            asked = await _wish(agent, trial, command)
            trial.saw.equal(
                f"whether `{command}` was asked for",
                expected=True,
                arrived=bool(asked),
                cause="does one allowed part let the whole command through?",
            )
            trial.saw.equal(
                f"what `{command}` left, declined",
                expected=[],
                arrived=_left(trial),
                cause="did its allowed part run all the same?",
            )


def _offered(asked: list[Approval]) -> object:
    """Returns the amendment that a request offers; None where it offers none."""
    return asked[0].entry.raw["params"].get("proposedExecpolicyAmendment") if asked else None


@check("approvals.command.allowlist-amendment")
async def allowlist_amendment(trial: Trial) -> None:
    """An amendment that was accepted holds, for its prefix, elsewhere, and after a restart."""
    command = "touch kept.txt"
    trial.configure("rules.kept", rules=_rule("prompt", "rmdir"))
    async with trial.agent() as agent:
        first = await _wish(agent, trial, command, RESPONDERS["amend"])
        offered = _offered(first)
        trial.saw.that(
            "the amendment that was offered with the command",
            isinstance(offered, list)
            and bool(offered)
            and offered == command.split()[: len(offered)],
            expected=f"words that {command!r} begins with",
            arrived=offered,
            cause="would it allow something else than what was asked for?",
        )
        trial.saw.equal(
            "what the command left that was accepted with its amendment",
            expected=["kept.txt"],
            arrived=_left(trial),
            cause="was the amendment taken, and the command not run?",
        )
        trial.saw.equal(
            "requests for the amended command in another conversation, and what it left",
            expected=(0, ["kept.txt"]),
            arrived=(len(await _wish(agent, trial, command)), _left(trial)),
            cause="is the amendment forgotten?",
        )
        trial.saw.equal(
            "whether a command with other words was asked for",
            expected=True,
            arrived=bool(await _wish(agent, trial, "mkdir other")),
            cause="does the amendment allow more than its words?",
        )
        trial.saw.equal(
            "the amendment offered where a rule is already about the command",
            expected=None,
            arrived=_offered(await _wish(agent, trial, "rmdir other")),
            cause="would it contradict the rule?",
        )
        trial.saw.equal(
            "the amendment offered with a command of several parts",
            expected=None,
            arrived=_offered(await _wish(agent, trial, "mkdir one && mkdir two")),
            cause="does its user know which part the amendment is about?",
            level=Level.SHOULD,
        )
        _left(trial)
    async with trial.agent() as agent:
        trial.saw.equal(
            "requests for the amended command after a restart of the server",
            expected=0,
            arrived=len(await _wish(agent, trial, command)),
            cause="is the amendment kept in the home?",
        )
