"""The agent as an MCP server: the handshake, and that every request is answered, once.

Source: Model Context Protocol 2025-06-18, lifecycle, ping and cancellation.
"""

from __future__ import annotations

import asyncio
from typing import Any

from seatrial.conformance import Trial, check
from seatrial.dialects import Agent
from seatrial.jsonrpc import ErrorResponse, Response
from seatrial.peer import TimedOut
from seatrial_suites.elicitation.scenes import HANGS, IN_TIME, call

__all__ = [
    "answers_all",
    "cancelled",
    "capabilities",
    "known_revision",
    "other_revision",
    "ping",
    "undeclared",
]

KNOWN = ("2024-11-05", "2025-03-26", "2025-06-18")
"""The revisions that an MCP server of 2025-06-18 may well speak."""

UNKNOWN = "1999-01-01"

NO_SUCH: dict[str, tuple[str, dict[str, Any]]] = {
    "a method that no revision has": ("seatrial/no-such-method", {}),
    "a call without the name of a tool": ("tools/call", {"arguments": {}}),
}
"""Requests that nobody can do anything about but refuse."""

UNDECLARED: dict[str, tuple[str, dict[str, Any]]] = {
    method: (method, {})
    for method in ("resources/list", "resources/templates/list", "prompts/list")
}
"""Requests that a server of tools cannot do anything about but refuse."""


def _hello(revision: str) -> dict[str, Any]:
    """Returns the parameters of `initialize`."""
    client = {"name": "seatrial", "version": "1"}
    return {"protocolVersion": revision, "capabilities": {}, "clientInfo": client}


async def _initialize(agent: Agent, revision: str) -> dict[str, Any]:
    """Sends `initialize` and returns the result."""
    result: dict[str, Any] = await agent.peer.request("initialize", _hello(revision))
    return result


@check("mcp.lifecycle.revision")
async def known_revision(trial: Trial) -> None:
    """A revision that the server speaks is the one that it answers."""
    spoken = []
    for revision in KNOWN:
        async with trial.stranger() as agent:
            spoken.append((await _initialize(agent, revision)).get("protocolVersion"))
    trial.saw.equal(
        "the newest revision that the server was asked for",
        expected=KNOWN[-1],
        arrived=spoken[-1],
        cause="does it speak an older revision only?",
    )
    trial.saw.that(
        "the revisions that the server answered",
        all(one in KNOWN for one in spoken),
        expected=f"some of {', '.join(KNOWN)}",
        arrived=spoken,
        cause="is the answer no revision of the protocol?",
    )


@check("mcp.lifecycle.unknown-revision")
async def other_revision(trial: Trial) -> None:
    """A revision that nobody speaks is answered with one that the server does speak."""
    async with trial.stranger() as agent:
        arrived = (await _initialize(agent, UNKNOWN)).get("protocolVersion")
        trial.saw.that(
            f"the answer to the revision {UNKNOWN}, which there never was",
            arrived != UNKNOWN and isinstance(arrived, str),
            expected="a revision that the server speaks",
            arrived=arrived,
            cause="is whatever the client says given back?",
        )


@check("mcp.lifecycle.capabilities")
async def capabilities(trial: Trial) -> None:
    """The handshake declares tools and names the server; a second one is refused."""
    async with trial.stranger() as agent:
        result = await _initialize(agent, KNOWN[-1])
        declared = result.get("capabilities")
        trial.saw.that(
            "the capabilities that the server declares",
            isinstance(declared, dict) and isinstance(declared.get("tools"), dict),
            expected="tools among them",
            arrived=declared,
            cause="would a client of the protocol ask for its tools?",
        )
        info = result.get("serverInfo")
        trial.saw.that(
            "what the server calls itself",
            isinstance(info, dict) and all(info.get(name) for name in ("name", "version")),
            expected="a name and a version",
            arrived=info,
        )
        agent.peer.notify("notifications/initialized")
        again = await agent.peer.call("initialize", _hello(KNOWN[-1]))
        trial.saw.that(
            "the answer to a second initialize",
            isinstance(again, ErrorResponse),
            expected="an error",
            arrived=getattr(again, "result", again),
            cause="does a second handshake change the first one's session?",
        )


@check("mcp.lifecycle.ping")
async def ping(trial: Trial) -> None:
    """A ping is answered with an empty result, also while a call is waiting for the user."""
    async with trial.agent() as agent:
        answers = [await agent.peer.call("ping")]
        waiting = await call(agent, trial, "trace")
        answers.append(await agent.peer.call("ping"))
        trial.saw.equal(
            "the answers to a ping: before a call, and while one waits",
            expected=[{}, {}],
            arrived=[getattr(one, "result", one) for one in answers],
        )
        await waiting.turn.interrupt()
        await waiting.turn.end()


@check("mcp.lifecycle.answers-all")
async def answers_all(trial: Trial) -> None:
    """Every request that nobody could do anything about is answered with an error."""
    await _refused(trial, NO_SUCH)


@check("mcp.lifecycle.undeclared")
async def undeclared(trial: Trial) -> None:
    """Every request for what the server did not declare is answered with an error."""
    await _refused(trial, UNDECLARED)


async def _refused(trial: Trial, requests: dict[str, tuple[str, dict[str, Any]]]) -> None:
    """Sends requests, all at once, and looks how each is answered."""
    async with trial.agent() as agent:
        sent = {
            what: asyncio.create_task(agent.peer.call(method, params, timeout=IN_TIME))
            for what, (method, params) in requests.items()
        }
        await asyncio.wait(sent.values())
        for what, task in sent.items():
            trial.saw.equal(
                f"the answer to {what}",
                expected="an error",
                arrived=_answer(task),
                cause="is a request passed over that the server does not know?",
            )


def _answer(task: asyncio.Task[Response | ErrorResponse]) -> str:
    error = task.exception()
    if isinstance(error, TimedOut):
        return HANGS
    if error is not None:
        raise error
    found = task.result()
    refused = isinstance(found, ErrorResponse) or bool(dict(found.result or {}).get("isError"))
    return "an error" if refused else f"{found!r:.100}"


@check("mcp.lifecycle.cancelled")
async def cancelled(trial: Trial) -> None:
    """A call that is cancelled comes to an end, runs nothing more, and is not answered any more."""
    async with trial.agent() as agent:
        asked = await call(agent, trial, "trace")
        await asked.turn.interrupt()
        await asked.turn.end()
        again = await call(agent, trial, "another")  # another conversation later
        await agent.fence()
        answers = [
            entry
            for entry in agent.peer.journal.from_server()
            if isinstance(entry.message, Response | ErrorResponse)
            and entry.raw["id"] == asked.turn.call
        ]
        trial.saw.equal(
            "answers to the cancelled call",
            expected=0,
            arrived=len(answers),
            cause="is a call answered that nobody waits for any more?",
        )
        trial.saw.equal(
            "runs of the command that was pending",
            expected=0,
            arrived=await asked.trace.runs(trial),
            cause="is a cancelled call taken for an accepted one?",
        )
        await again.turn.interrupt()
        await again.turn.end()
