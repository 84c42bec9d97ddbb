"""How a server plays a turn: what it asks the model in, what it offers, when it asks the user."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from seatrial.dialects import Conversation, Decision, Policy, Sandbox, TurnOver
from seatrial.probe.asking import WIRES, Asker, Way
from seatrial.probe.found import Tried
from seatrial.process import Ending, Means, Step
from seatrial_provider import reply, run_command, say

__all__ = ["Wired", "leaves", "policies", "sandboxes", "wires"]

COMMAND = "echo probe > probe.txt && echo probed"
GRACE = 10.0
"""Seconds that a server is given to leave when its stdin ends; real releases take five."""

LEAVING = Ending(steps=(Step(means=Means.EOF, grace=GRACE),))


@dataclass(frozen=True, slots=True)
class Wired:
    """A wire that the server used, and the tools that it offered on it."""

    name: str
    tools: tuple[str, ...]


async def wires(asker: Asker, way: Way) -> list[Wired]:
    """Returns the wires in which the server asks its provider."""
    answers = await asyncio.gather(*(_wire(asker, way, wire) for wire in WIRES))
    found = {one.name: one for one in answers if one is not None}
    return list(found.values())


async def _wire(asker: Asker, way: Way, wire: str) -> Wired | None:
    """Plays a turn in which the model only says something."""

    async def how() -> Wired:
        async with asker.start(way, wire) as (trial, agent):
            await agent.handshake()
            trial.model(reply(say("hello")))
            conversation = await agent.start(
                cwd=trial.workspace, policy=Policy.NEVER, sandbox=Sandbox.READ_ONLY
            )
            turn = await conversation.send("say hello")
            await turn.end()
            await trial.provider.wait_for_requests(1)
            request = trial.provider.requests[0]
            used = "chat" if request.is_chat else "responses"
            return Wired(used, tuple(sorted({_tool(one) for one in request.tools})))

    return await asker.ask(f"a turn over {wire}", how)


def _tool(tool: dict[str, object]) -> str:
    """Returns a tool's kind and name, such as `function exec_command`."""
    kind, name = str(tool.get("type")), tool.get("name")
    return f"{kind} {name}" if name and name != kind else kind


async def policies(asker: Asker, way: Way) -> list[Tried]:
    """Returns the policies that the server takes, and whether it asked under each."""
    answers = await asyncio.gather(*(_policy(asker, way, policy) for policy in Policy))
    return [one for one in answers if one is not None]


async def _policy(asker: Asker, way: Way, policy: Policy) -> Tried | None:
    """Has the model wish for a command that writes; under `on-request`, outside the sandbox."""

    async def how() -> Tried:
        async with asker.start(way) as (trial, agent):
            await agent.handshake()
            conversation = await agent.start(
                cwd=trial.workspace, policy=policy, sandbox=Sandbox.READ_ONLY
            )
            escalated = policy is Policy.ON_REQUEST
            why = "Seatrial asks whether this may run" if escalated else None
            trial.model(
                reply(run_command(COMMAND, escalated=escalated, justification=why)),
                reply(say("done")),
            )
            return Tried(policy=policy, asked=await _asked(conversation))

    return await asker.ask(f"the policy {policy.value}", how)


async def _asked(conversation: Conversation) -> bool:
    """Plays a turn to its end; returns whether the server asked for approval in it."""
    turn = await conversation.send("run it")
    try:
        while True:
            turn.answer(await turn.approval(), Decision.DECLINE)
    except TurnOver:
        return bool(turn.approvals())


async def sandboxes(asker: Asker, way: Way) -> list[Sandbox]:
    """Returns the sandbox modes in which the server lets a conversation be started."""
    answers = await asyncio.gather(*(_sandbox(asker, way, one) for one in Sandbox))
    return [one for one in answers if one is not None]


async def _sandbox(asker: Asker, way: Way, sandbox: Sandbox) -> Sandbox | None:
    async def how() -> Sandbox:
        async with asker.start(way) as (trial, agent):
            await agent.handshake()
            trial.model(reply(say("hello")))
            conversation = await agent.start(
                cwd=trial.workspace, policy=Policy.NEVER, sandbox=sandbox
            )
            await (await conversation.send("say hello")).end()
            return sandbox

    return await asker.ask(f"the sandbox {sandbox.value}", how)


async def leaves(asker: Asker, way: Way) -> str:
    """Returns what the server does when its stdin ends."""

    async def how() -> str:
        async with asker.start(way) as (trial, agent):
            await agent.handshake()
            ended = await trial.process.end(LEAVING)
        if ended.means is Means.SIGKILL:
            return f"it was still there {GRACE:g} s after the end of stdin"
        return f"it leaves at the end of stdin, {ended.exit or 'nobody saw how'}"

    return await asker.ask("the end of stdin", how) or ""
