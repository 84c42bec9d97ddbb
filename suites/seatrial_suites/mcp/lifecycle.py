"""Any MCP server, an agent or not: the handshake, and that every request is answered, once.

Source: Model Context Protocol 2025-06-18, lifecycle, ping and cancellation.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from seatrial.conformance import Level, NotApplicable, Trial, check
from seatrial.dialects import Agent
from seatrial.jsonrpc import ErrorResponse, Response
from seatrial.peer import TimedOut
from seatrial_suites.elicitation.bounds import HANGS, IN_TIME
from seatrial_suites.elicitation.calls import call

__all__ = [
    "answers_all",
    "cancelled",
    "capabilities",
    "known_revision",
    "once",
    "other_revision",
    "ping",
    "refused",
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

UNDECLARED = {
    "resources/list": "resources",
    "resources/templates/list": "resources",
    "prompts/list": "prompts",
}
"""Requests that a server of tools may refuse, and what it would have to declare otherwise."""


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
    """The handshake declares tools and names the server."""
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
            isinstance(info, dict)
            and all(isinstance(info.get(name), str) for name in ("name", "version")),
            expected="a name and a version, as texts",
            arrived=info,
        )


@check("mcp.lifecycle.once")
async def once(trial: Trial) -> None:
    """A second handshake on the same connection is refused."""
    async with trial.agent() as agent:
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
        await waiting.cancel()


@check("mcp.lifecycle.answers-all")
async def answers_all(trial: Trial) -> None:
    """Every request that nobody could do anything about is answered with an error."""
    async with trial.agent() as agent:
        await refused(trial, agent, NO_SUCH)


@check("mcp.lifecycle.undeclared")
async def undeclared(trial: Trial) -> None:
    """Every request for what the server did not declare is answered with an error."""
    async with trial.stranger() as agent:
        shaken = (await agent.handshake()).raw
        declared = shaken.get("capabilities")
        unknown: dict[str, tuple[str, dict[str, Any]]] = {
            method: (method, {})
            for method, capability in UNDECLARED.items()
            if not isinstance(declared, dict) or capability not in declared
        }
        if not unknown:
            raise NotApplicable(
                "it declares all that is asked for here",
                expected=f"a server without {' or '.join(sorted(set(UNDECLARED.values())))}",
                arrived=repr(declared),
                cause="does it have both?",
                remedy="nothing is to be done",
            )
        await refused(trial, agent, unknown)


async def refused(
    trial: Trial, agent: Agent, requests: Mapping[str, tuple[str, dict[str, Any]]]
) -> None:
    """Sends requests, all at once, and looks whether each is answered with an error."""
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
        await asked.cancel()
        again = await call(agent, trial, "another")  # another conversation later
        await agent.fence()
        trial.saw.equal(
            "answers to the cancelled call",
            expected=0,
            arrived=asked.answers(),
            cause="is a call answered that nobody waits for any more?",
            level=Level.SHOULD if trial.dialect == "mcp_tools" else Level.MUST,
        )
        nothing = asked.effect_of(consent=False)
        if nothing:
            trial.saw.equal(
                "what was done of what was pending",
                expected=nothing,
                arrived=await asked.effect(trial),
                cause="is a cancelled call taken for an accepted one?",
            )
        await again.cancel()
