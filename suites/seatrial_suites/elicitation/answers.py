"""The asking itself: its members, its capability, and the shape of the answer that is taken."""

from __future__ import annotations

from seatrial.conformance import Trial, check
from seatrial.dialects import Approval, Policy, Sandbox
from seatrial.dialects.mcp import Mcp, ToolTurn
from seatrial.dialects.mcp_tools import ELICIT, McpTools
from seatrial_provider import add_file, change_files, reply, say
from seatrial_suites.elicitation.bounds import ANSWERED
from seatrial_suites.elicitation.calls import begin
from seatrial_suites.elicitation.scenes import call, ended

__all__ = ["accepted_by_action", "fields", "no_capability", "patch", "refused_by_action"]


@check("elicitation.exec")
async def fields(trial: Trial) -> None:
    """One elicitation for the command, with a message, a schema, and the members of the call."""
    async with trial.agent() as agent:
        asked = await call(agent, trial, "trace")
        await agent.fence()
        _members(trial, asked.turn, asked.approval, "exec-approval")
        message = asked.approval.entry.raw["params"].get("message")
        trial.saw.that(
            "the message for the user",
            asked.trace.file.name in str(message),
            expected="a text that holds the command",
            arrived=message,
            cause="can the user see what is asked for?",
        )
        agent.peer.respond(asked.approval.entry, {"action": "decline", "decision": "denied"})
        await ended(asked.turn)


@check("elicitation.patch")
async def patch(trial: Trial) -> None:
    """One elicitation for the change of a file, with the change and the members of the call."""
    text = "deep\n"
    trial.model(
        reply(change_files([add_file("sea.txt", text)])), reply(say("done"), permanent=True)
    )
    async with trial.agent() as agent:
        conversation = await agent.start(
            cwd=trial.workspace, policy=Policy.UNTRUSTED, sandbox=Sandbox.READ_ONLY
        )
        turn = await conversation.send("write it down")
        assert isinstance(turn, ToolTurn)
        approval = await turn.approval()
        await agent.fence()
        _members(trial, turn, approval, "patch-approval")
        params = approval.entry.raw["params"]
        trial.saw.that(
            "the change, as the elicitation shows it",
            "sea.txt" in str(params.get("codex_changes"))
            and "deep" in str(params["codex_changes"]),
            expected="the path and what is to be in the file",
            arrived=params.get("codex_changes"),
            cause="can the user see what is asked for?",
        )
        agent.peer.respond(approval.entry, {"action": "accept", "decision": "approved"})
        await ended(turn)
        written = trial.workspace / "sea.txt"
        trial.saw.equal(
            "what is in the file once the change was accepted",
            expected=text,
            arrived=written.read_text() if written.exists() else "there is no file",
            cause="is the acceptance lost?",
        )


def _members(trial: Trial, turn: ToolTurn, approval: Approval, kind: str) -> None:
    """Looks at what every elicitation for an approval has to carry."""
    params = approval.entry.raw["params"]
    trial.saw.equal(
        "how often it was asked for",
        expected=1,
        arrived=len(turn.approvals()),
        cause="is the same thing asked for twice?",
    )
    schema = params.get("requestedSchema")
    trial.saw.that(
        "the requested schema",
        isinstance(schema, dict) and schema.get("type") == "object" and "properties" in schema,
        expected="an object with its properties",
        arrived=schema,
        cause="would a client of the protocol know what to show?",
    )
    trial.saw.equal(
        "what the elicitation says that it is about",
        expected={"codex_elicitation": kind, "codex_mcp_tool_call_id": str(turn.call)},
        arrived={
            name: params.get(name) for name in ("codex_elicitation", "codex_mcp_tool_call_id")
        },
        cause="could a client match it with the call that it made?",
    )


@check("elicitation.result-shape.accept")
async def accepted_by_action(trial: Trial) -> None:
    """The specification's answer `accept` is taken for an acceptance."""
    async with trial.agent() as agent:
        asked = await call(agent, trial, "accept")
        agent.peer.respond(asked.approval.entry, {"action": "accept", "content": {}})
        trial.saw.equal(
            "what came of the specification's `accept`",
            expected={"call": ANSWERED, "runs": 1},
            arrived=await asked.outcome(trial),
            cause="does the server read only an answer of its own making?",
        )


@check("elicitation.result-shape.refuse")
async def refused_by_action(trial: Trial) -> None:
    """The specification's answers `decline` and `cancel` are taken for refusals."""
    async with trial.agent() as agent:
        for action in ("decline", "cancel"):
            asked = await call(agent, trial, action)
            agent.peer.respond(asked.approval.entry, {"action": action})
            trial.saw.equal(
                f"what came of the specification's `{action}`",
                expected={"call": ANSWERED, "runs": 0},
                arrived=await asked.outcome(trial),
                cause="is a refusal taken for consent, or for no answer?",
            )


@check("elicitation.no-capability")
async def no_capability(trial: Trial) -> None:
    """A client that cannot be asked is not asked; nothing runs, and the call ends in time."""
    async with trial.stranger() as agent:
        assert isinstance(agent, Mcp | McpTools)
        agent.capabilities = {}
        await agent.handshake()
        begun = await begin(agent, trial, "unasked")
        trial.saw.equal(
            "how the call ended",
            expected=ANSWERED,
            arrived=await begun.ended(),
            cause="does the server wait for an answer that nobody can give?",
        )
        await agent.fence()
        asked = [one for one in agent.peer.journal.from_server() if one.is_request(ELICIT)]
        trial.saw.equal(
            "elicitations that were sent",
            expected=0,
            arrived=len(asked),
            cause="are the client's capabilities not looked at?",
        )
        nothing = begun.effect_of(consent=False)
        if nothing:
            trial.saw.equal(
                "what was done, though nobody approved",
                expected=nothing,
                arrived=await begun.effect(trial),
                cause="is a client that cannot be asked taken for one that agrees?",
            )
