"""The look before the judgement: does the server start, and does it speak the dialect?"""

from __future__ import annotations

from seatrial.conformance.trial import open_trial
from seatrial.dialects import ServerInfo
from seatrial.errors import SeatrialError
from seatrial.peer import TimedOut
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
            return await running.agent.handshake(timeout=timeout)
    except TimedOut as error:
        raise _cannot(server, error, "it never answered the first message") from None
    except SeatrialError as error:
        raise _cannot(server, error, error.what) from None


def _cannot(server: ServerUnderTest, error: SeatrialError, what: str) -> CannotJudge:
    return CannotJudge(
        f"cannot judge {server.name}: {what}",
        expected=error.expected,
        arrived=error.arrived,
        cause=error.cause,
        remedy=error.remedy,
        evidence=error.evidence,
    )
