"""Any MCP server with tools: what it lists, what it refuses, and the shape of its results.

Source: Model Context Protocol 2025-06-18, tools, and transports, stdio.
"""

from __future__ import annotations

from seatrial.conformance import Trial, check
from seatrial.dialects import McpTools
from seatrial.jsonrpc import Malformed, Response
from seatrial.responders import RESPONDERS
from seatrial_suites.elicitation.calls import call
from seatrial_suites.elicitation.tool_calls import AskingCall, asking_of, in_time
from seatrial_suites.mcp.lifecycle import refused
from seatrial_suites.mcp.results import problems
from seatrial_suites.on_stdio import only_on_stdio

__all__ = ["results", "stdout", "tools", "unknown"]


@check("mcp.tools.schema")
async def tools(trial: Trial) -> None:
    """Each tool has a name of its own, and a schema of an object for its arguments."""
    async with trial.agent() as agent:
        assert isinstance(agent, McpTools)
        found = await agent.tools()
    names = [str(one.get("name")) for one in found]
    trial.saw.that(
        "the names of the tools",
        len(names) == len(set(names)) and asking_of(trial).tool in names,
        expected=f"a name for each, {asking_of(trial).tool} among them",
        arrived=names,
        cause="could a client tell two tools apart, and is the one of the profile there?",
    )
    shapeless = [
        name
        for name, one in zip(names, found, strict=True)
        if not isinstance(schema := one.get("inputSchema"), dict) or schema.get("type") != "object"
    ]
    trial.saw.equal(
        "tools whose arguments are not described as an object",
        expected=[],
        arrived=shapeless,
        cause="could a client know what to call it with?",
    )


@check("mcp.tools.unknown")
async def unknown(trial: Trial) -> None:
    """A call of a tool that there is not, or with what are no arguments, is refused."""
    asking = asking_of(trial)
    async with trial.agent() as agent:
        await refused(
            trial,
            agent,
            {
                "a tool that there is not": ("tools/call", {"name": "seatrial-no-such-tool"}),
                "arguments that are no object": (
                    "tools/call",
                    {"name": asking.tool, "arguments": "none"},
                ),
            },
        )


@check("mcp.tools.result")
async def results(trial: Trial) -> None:
    """Whatever comes of a call, its result has the shape of one."""
    asking = asking_of(trial)
    async with trial.agent() as agent:
        assert isinstance(agent, McpTools)
        sent = [agent.call("seatrial-no-such-tool", {})]
        for name in ("accept", "decline", "cancel", "error"):
            asked = await call(agent, trial, name)
            assert isinstance(asked, AskingCall)
            RESPONDERS[name].answer(agent.peer, asked.entry)
            sent.append(asked.sent)
        if asking.quiet is not None:
            sent.append(agent.call(asking.quiet.tool, asking.quiet.arguments))
        answers = [await in_time(agent, one) for one in sent]
    trial.saw.equal(
        "calls that were not answered",
        expected=0,
        arrived=answers.count(None),
        cause="is there nothing to be said of an error?",
    )
    trial.saw.equal(
        "what is wrong with the results",
        expected=[],
        arrived=[
            problem
            for answer in answers
            if isinstance(answer, Response)
            for problem in problems(answer.result)
        ],
        cause="could a client show what came of a call?",
    )


@check("mcp.lifecycle.stdout")
async def stdout(trial: Trial) -> None:
    """Nothing but messages is written to stdout, whatever the server is asked for."""
    only_on_stdio(trial, "the server's stdout is for whatever it likes to say")
    async with trial.agent() as agent:
        assert isinstance(agent, McpTools)
        await agent.tools()
        asked = await call(agent, trial, "accept")
        RESPONDERS["accept"].answer(agent.peer, asked.entry)
        await asked.ended()
        await agent.fence()
        trial.saw.equal(
            "lines on stdout that are no messages",
            expected=[],
            arrived=[
                one.message.line.decode("utf-8", "replace")
                for one in agent.peer.journal.from_server()
                if isinstance(one.message, Malformed)
            ],
            cause="is a banner or a log written to stdout instead of stderr?",
        )
