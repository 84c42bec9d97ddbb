"""Two sign-ins by the browser at once, and one whose port somebody else has taken."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Set
from contextlib import AsyncExitStack, asynccontextmanager
from urllib.parse import parse_qs, urlsplit

from seatrial.conformance import Trial, check
from seatrial.dialects import Agent, SigningIn
from seatrial.peer import Refused
from seatrial_provider.signin import Endpoint, SignIn
from seatrial_suites.auth.browser import agreed, configure
from seatrial_suites.auth.scenes import signing_in, succeeds

__all__ = ["at_once", "port_taken"]


@check("auth.chatgpt.at-once")
async def at_once(trial: Trial) -> None:
    """The second sign-in ends the first one, whose callback then signs nobody in."""
    async with signing_in(trial) as service:
        configure(trial, service)
        async with trial.agent() as agent:
            first = await agent.account.begin()
            second = await agent.account.begin()
            trial.saw.equal(
                "whether the first sign-in is said to have succeeded",
                expected=False,
                arrived=await agent.account.finished(first),
                cause="is a client left to wait for a sign-in that nobody can complete?",
            )
            await service.visit(agreed(trial, service, first.url))
            await agent.fence()
            trial.saw.equal(
                "how often a code was exchanged after the callback of the first one",
                expected=0,
                arrived=len(service.asked(Endpoint.TOKEN)),
                cause="does its listener go on, or take the callback for the second one's?",
            )
            if not await _comes_back(trial, service, second):
                return
            cause = "was it ended together with the first one?"
            await succeeds(trial, agent, second, which="the second sign-in", cause=cause)


@check("auth.chatgpt.port-taken")
async def port_taken(trial: Trial) -> None:
    """A sign-in whose port is taken comes back by another one, or is refused with an error."""
    async with signing_in(trial) as service, AsyncExitStack() as stack:
        configure(trial, service)
        taken = {await stack.enter_async_context(_holding(0))}
        trial.configure("auth.callback-port", port=str(*taken))
        for last in (False, True):  # a server that chose its port itself finds it taken next time
            async with trial.agent() as agent:
                begun = await _begun(trial, agent)
                if begun is None or not _leads_elsewhere(trial, begun, taken):
                    return
                if last and await _comes_back(trial, service, begun):
                    trial.saw.equal(
                        "whether the sign-in by another port is said to have succeeded",
                        expected=True,
                        arrived=await agent.account.finished(begun),
                        cause="does it listen there?",
                    )
            taken.add(await stack.enter_async_context(_holding(_port(begun))))


async def _comes_back(trial: Trial, service: SignIn, begun: SigningIn) -> bool:
    """Has the browser go the whole way; returns whether the server was there."""
    status = await service.visit(agreed(trial, service, begun.url))
    return trial.saw.equal(
        "what the browser is told when it comes back",
        expected=200,
        arrived=status,
        cause="does nobody listen where it is sent to?",
    )


async def _begun(trial: Trial, agent: Agent) -> SigningIn | None:
    """Begins a sign-in; None where it is refused, which is judged."""
    try:
        return await agent.account.begin()
    except Refused as error:
        trial.saw.that(
            "the error of a sign-in whose port is taken",
            "port" in error.reply.message.lower(),
            expected="a sentence about the port",
            arrived=error.reply.message,
            cause="is the user left without a reason?",
        )
        return None


def _leads_elsewhere(trial: Trial, begun: SigningIn, taken: Set[int]) -> bool:
    port = _port(begun)
    return trial.saw.that(
        "where the browser is sent back to, when the port is taken",
        port not in taken,
        expected="another port",
        arrived=f"port {port}, which somebody else listens on" if port in taken else f"port {port}",
        cause="would the code go to whoever took the port?",
    )


def _port(begun: SigningIn) -> int:
    """Returns the port that the browser is sent back to."""
    given = parse_qs(urlsplit(begun.url).query).get("redirect_uri", [""])[0]
    return urlsplit(given).port or 0


@asynccontextmanager
async def _holding(port: int) -> AsyncIterator[int]:
    """Listens on a port for the length of a block, unless somebody else does; 0 for any."""
    try:
        holder = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", port)
    except OSError:
        yield port  # taken it is
        return
    try:
        yield int(holder.sockets[0].getsockname()[1])
    finally:
        holder.close()
        await holder.wait_closed()
