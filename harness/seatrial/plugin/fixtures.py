"""The fixtures: the server under test, and a trial in which a test meets it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from seatrial.plugin.leaks import task_leaks

if TYPE_CHECKING:
    from seatrial.conformance import Trial
    from seatrial.servers import ServerUnderTest

__all__ = ["seatrial_loop", "seatrial_server", "trial"]


@pytest.fixture(scope="session")
def seatrial_server(request: pytest.FixtureRequest) -> ServerUnderTest:
    """The server under test, as the options name it, its release found out by asking it.

    Raises:
        SeatrialError: It is not here, does not start, or speaks another dialect.
    """
    from seatrial.conformance import preflight
    from seatrial.servers import resolve

    option = request.config.getoption
    server = resolve(
        option("--seatrial-server"),
        command=option("--seatrial-command"),
        profile=option("--seatrial-profile"),
    )
    info = asyncio.run(preflight(server, server.profile.dialects[0]))
    return server.at(info.release)


@pytest.fixture
def seatrial_loop(request: pytest.FixtureRequest) -> Iterator[asyncio.Runner]:
    """An event loop for one test and its fixtures."""
    with asyncio.Runner() as runner:
        yield runner
        task_leaks(request.node, runner)


@pytest.fixture
def trial(request: pytest.FixtureRequest, seatrial_loop: asyncio.Runner) -> Iterator[Trial]:
    """A fresh home, a fresh mock provider, and a server to be started between them.

    At the end the script must have been played as it was written, and every observation made
    through `trial.saw` must have held; otherwise the test fails.
    """
    from seatrial.conformance import open_trial
    from seatrial.journal import tail
    from seatrial.servers import resolve

    marker = request.node.get_closest_marker("seatrial")
    wanted = marker.kwargs if marker else {}
    if "server" in wanted:
        server = resolve(wanted["server"])
    else:
        server = request.getfixturevalue("seatrial_server")
    dialect = wanted.get("dialect", server.profile.dialects[0])
    opened = open_trial(server, dialect)
    made = seatrial_loop.run(opened.__aenter__())
    try:
        yield made
    finally:
        problems = [str(problem) for problem in made.provider.verify()]
        problems += [
            f"{seen.subject}: expected {seen.expected}, arrived {seen.arrived}"
            for seen in made.saw.observations
            if not seen.held
        ]
        last = tail(made.journal.entries, count=40)
        seatrial_loop.run(opened.__aexit__(None, None, None))
        request.node.add_report_section("teardown", "seatrial transcript", last)
    if problems:
        pytest.fail("\n".join(problems), pytrace=False)
