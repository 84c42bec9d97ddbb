"""The agent as an MCP server: the tools that it lists, what they take, and what comes of a call."""

from __future__ import annotations

from typing import Any

from seatrial.conformance import Trial, check
from seatrial.dialects import Policy, Sandbox
from seatrial.dialects.mcp import SESSION_NAMES, ToolTurn
from seatrial.jsonrpc import ErrorResponse, Response
from seatrial_provider import reply, say

__all__ = ["config", "errors", "events", "listed", "structured"]

SAID = "the sea is calm"

CODEX = {"prompt", "cwd", "model", "approval-policy", "sandbox", "config"}
"""Arguments of `codex` that every release has, Codex 0.20.0 to 0.148.0."""

NOBODY = dict.fromkeys(SESSION_NAMES, "00000000-0000-4000-8000-000000000000")

BAD_CALLS: dict[str, dict[str, Any]] = {
    "a tool that there is not": {"name": "no-such-tool", "arguments": {}},
    "codex without arguments": {"name": "codex"},
    "codex without a prompt": {"name": "codex", "arguments": {}},
    "a prompt that is a number": {"name": "codex", "arguments": {"prompt": 1}},
    "a sandbox that there is not": {
        "name": "codex",
        "arguments": {"prompt": "go", "sandbox": "no-such-mode"},
    },
    "codex-reply without arguments": {"name": "codex-reply"},
    "codex-reply to a session that there is not": {
        "name": "codex-reply",
        "arguments": {"prompt": "go", **NOBODY},
    },
}
"""Calls that no server can follow."""


@check("mcp.tools.listed")
async def listed(trial: Trial) -> None:
    """The tools `codex` and `codex-reply` are listed, each with the arguments that it takes."""
    async with trial.agent() as agent:
        result = await agent.peer.request("tools/list", {})
    tools = {one["name"]: one.get("inputSchema", {}) for one in result["tools"]}
    trial.saw.equal("the tools", expected=["codex", "codex-reply"], arrived=sorted(tools))
    for name, wanted in (("codex", CODEX), ("codex-reply", {"prompt"})):
        schema = tools.get(name, {})
        properties = schema.get("properties", {})
        trial.saw.that(
            f"the arguments of {name}",
            schema.get("type") == "object" and wanted <= properties.keys(),
            expected=f"an object with at least {', '.join(sorted(wanted))}",
            arrived=sorted(properties),
            cause="could a client know what to call it with?",
        )
        trial.saw.that(
            f"what {name} cannot do without",
            "prompt" in schema.get("required", ()),
            expected="the prompt",
            arrived=schema.get("required"),
        )
    trial.saw.that(
        "how codex-reply is told of the session",
        any(name in tools.get("codex-reply", {}).get("properties", {}) for name in SESSION_NAMES),
        expected=f"one of {', '.join(SESSION_NAMES)}",
        arrived=sorted(tools.get("codex-reply", {}).get("properties", {})),
    )


@check("mcp.tools.errors")
async def errors(trial: Trial) -> None:
    """A call that cannot be followed is answered with an error that says why; nothing is asked."""
    async with trial.agent() as agent:
        for what, params in BAD_CALLS.items():
            answer = await agent.peer.call("tools/call", params)
            trial.saw.that(
                f"the answer to {what}",
                bool(_complaint(answer)),
                expected="an error, or a result with isError, and a text",
                arrived=getattr(answer, "result", answer),
                cause="does the client learn that its call came to nothing?",
            )
        trial.saw.equal(
            "how often the model was asked",
            expected=0,
            arrived=len(trial.provider.requests),
            cause="is a conversation begun though the call was no good?",
        )


def _complaint(answer: Response | ErrorResponse) -> str:
    """Returns the text of an error; empty where the answer is none."""
    if isinstance(answer, ErrorResponse):
        return answer.message
    result = answer.result if isinstance(answer.result, dict) else {}
    texts = [str(part.get("text", "")) for part in result.get("content", ())]
    return " ".join(texts) if result.get("isError") is True else ""


async def _talk(trial: Trial) -> tuple[ToolTurn, dict[str, Any]]:
    """Has one whole call, in which the model only says something; returns it and its result."""
    trial.model(reply(say(SAID)))
    async with trial.agent() as agent:
        conversation = await agent.start(
            cwd=trial.workspace, policy=Policy.NEVER, sandbox=Sandbox.READ_ONLY
        )
        turn = await conversation.send("look at the sea")
        assert isinstance(turn, ToolTurn)
        answer = await turn.answered()
        await agent.fence()
    result = answer.result if isinstance(answer, Response) else {}
    return turn, result if isinstance(result, dict) else {}


@check("mcp.tools.events")
async def events(trial: Trial) -> None:
    """What the agent does is told as it happens, about this call, and its last words come back."""
    turn, result = await _talk(trial)
    entries = [one.raw for one in trial.journal.entries if isinstance(one.raw, dict)]
    told = [one["params"] for one in entries if one.get("method") == "codex/event"]
    trial.saw.equal(
        "the calls that the events are about",
        expected=[turn.call],
        arrived=list({one.get("_meta", {}).get("requestId"): 0 for one in told}),
        cause="can a client match an event with its call?",
    )
    kinds = [one.get("msg", {}).get("type") for one in told]
    wanted = ["session_configured", "task_started", "agent_message", "task_complete"]
    trial.saw.equal(
        "the events of a whole call, in order",
        expected=wanted,
        arrived=[kind for kind in kinds if kind in wanted],
        cause="is one left out, sent twice, or sent too late?",
    )
    trial.saw.equal(
        "the text of the result",
        expected=[SAID],
        arrived=[part.get("text") for part in result.get("content", ())],
        cause="are the agent's last words lost on the way into the result?",
    )


@check("mcp.tools.structured")
async def structured(trial: Trial) -> None:
    """The result holds the session and the agent's last words as structured content."""
    turn, result = await _talk(trial)
    trial.saw.equal(
        "the structured content",
        expected={"threadId": turn.session, "content": SAID},
        arrived=result.get("structuredContent"),
        cause="could a program go on with the session?",
    )


@check("mcp.tools.config")
async def config(trial: Trial) -> None:
    """What a call gives under `config` takes the place of what is configured."""
    trial.model(reply(say(SAID)))
    arguments = {
        "prompt": "go",
        "cwd": str(trial.workspace),
        "config": {"model": "another-model"},
    }
    async with trial.agent() as agent:
        await agent.peer.call("tools/call", {"name": "codex", "arguments": arguments})
        asked = [request.body_json().get("model") for request in trial.provider.requests]
        trial.saw.equal(
            "the model that was asked",
            expected=["another-model"],
            arrived=asked,
            cause="is `config` passed over?",
        )
