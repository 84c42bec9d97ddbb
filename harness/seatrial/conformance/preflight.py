"""The look before the judgement: does the server start, and does it speak the dialect?"""

from __future__ import annotations

import difflib

from seatrial.conformance.trial import open_trial
from seatrial.dialects import McpTools, ServerInfo
from seatrial.errors import SeatrialError
from seatrial.peer import TimedOut
from seatrial.profiles import Asking
from seatrial.servers import ServerUnderTest, launch

__all__ = ["CannotJudge", "preflight"]


class CannotJudge(SeatrialError):
    """The server cannot be judged at all: it does not start, or does not speak the dialect."""


async def preflight(
    server: ServerUnderTest, dialect: str, *, timeout: float | None = None
) -> ServerInfo:
    """Starts the server once, shakes hands with it, and ends it.

    Args:
        server: The server under test.
        dialect: The dialect in which it is spoken to.
        timeout: Seconds that it may take to answer; the peer's own bound without it.

    Returns:
        What it said of itself.

    Raises:
        CannotJudge: One clear message, with the last of its stderr.
    """
    awaited = "the first message"
    try:
        async with (
            open_trial(server, dialect) as trial,
            launch(
                server,
                home=trial.home,
                provider_url=trial.provider.base_url,
                dialect=dialect,
                wire=trial.wire,
                journal=trial.journal,
                timeout=timeout,
            ) as running,
        ):
            info = await running.agent.handshake(timeout=timeout)
            if isinstance(running.agent, McpTools) and server.profile.asking is not None:
                awaited = "tools/list"
                await _has_tools(running.agent, server.profile.asking)
            return info
    except TimedOut as error:
        raise _cannot(server, error, f"it never answered {awaited}") from None
    except SeatrialError as error:
        raise _cannot(server, error, error.what) from None


async def _has_tools(agent: McpTools, asking: Asking) -> None:
    """Looks whether the server lists the tools that its profile names.

    Raises:
        CannotJudge: It does not.
    """
    listed = [str(tool.get("name")) for tool in await agent.tools()]
    for wanted in [asking.tool, *([asking.quiet.tool] if asking.quiet else [])]:
        if wanted not in listed:
            near = difflib.get_close_matches(wanted, listed, n=1)
            raise CannotJudge(
                f"it has no tool {wanted!r}",
                expected=f"one of {', '.join(listed) or 'none at all'}",
                arrived=f"{wanted!r} in the profile's table `asking`",
                cause=f"did you mean {near[0]!r}?" if near else "is the list of another release?",
                remedy="name a tool that the server lists to a client that can be asked",
            )


def _cannot(server: ServerUnderTest, error: SeatrialError, what: str) -> CannotJudge:
    return CannotJudge(
        f"cannot judge {server.name}: {what}",
        expected=error.expected,
        arrived=error.arrived,
        cause=error.cause,
        remedy=error.remedy,
        evidence=error.evidence,
    )
