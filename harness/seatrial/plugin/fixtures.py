"""The fixtures: a server under test, a trial in which a test meets it, a program, a model."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import pytest

from seatrial.plugin.chosen import chosen_server
from seatrial.plugin.leaks import task_leaks

if TYPE_CHECKING:
    from seatrial.conformance import Trial
    from seatrial.process import Ending, SyncProcess
    from seatrial.servers import ServerUnderTest
    from seatrial_provider import SyncProvider

__all__ = ["Spawn", "mock_provider", "seatrial_loop", "seatrial_server", "seatrial_spawn", "trial"]


class Spawn(Protocol):
    """Starts a program, as the fixture `seatrial_spawn` offers it."""

    def __call__(
        self,
        *argv: str | Path,
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
        ending: Ending | None = None,
    ) -> SyncProcess:
        """Starts it.

        Args:
            *argv: The program and its arguments.
            cwd: Its folder; the test's `tmp_path` without it.
            env: Its whole environment; without it, the allowed part of ours, which leads to no
                other machine, and the mark by which `seatrial sweep` knows it.
            ending: How it is ended with the test; at once, by SIGKILL, without it.

        Raises:
            CannotStart: It could not be executed; nothing is left behind.
        """
        ...


@pytest.fixture(scope="session")
def seatrial_server(request: pytest.FixtureRequest) -> ServerUnderTest:
    """The server under test, as the options name it, its release found out by asking it.

    Raises:
        SeatrialError: It is not here, does not start, or speaks another dialect.
    """
    from seatrial.conformance import preflight

    server = chosen_server(request.config)
    info = asyncio.run(preflight(server, next(iter(server.dialects))))
    return server.at(info.release)


@pytest.fixture
def seatrial_loop(request: pytest.FixtureRequest) -> Iterator[asyncio.Runner]:
    """An event loop for one test and its fixtures."""
    with asyncio.Runner() as runner:
        yield runner
        task_leaks(request.node, runner)


@pytest.fixture
def seatrial_spawn(tmp_path: Path) -> Iterator[Spawn]:
    """Starts any programs; at the end of the test none is left, nor anything that came of them.

    All that each writes is in `tmp_path`, in two files named for the program and numbered.
    """
    from seatrial.leaks import RUN
    from seatrial.process import HARD, Command, environment, spawn_sync

    numbers = itertools.count(1)
    with ExitStack() as stack:

        def start(
            *argv: str | Path,
            cwd: Path | None = None,
            env: Mapping[str, str] | None = None,
            ending: Ending | None = None,
        ) -> SyncProcess:
            words = tuple(map(str, argv))
            command = Command(
                argv=words,
                env=environment({}, run=str(RUN)) if env is None else env,
                cwd=cwd or tmp_path,
            )
            name = f"{Path(*words[:1]).name}-{next(numbers)}"
            process = spawn_sync(
                command,
                stderr_file=tmp_path / f"{name}.stderr",
                stdout_file=tmp_path / f"{name}.stdout",
                ending=ending or HARD,
            )
            return stack.enter_context(process)

        yield start


@pytest.fixture
def mock_provider(request: pytest.FixtureRequest) -> Iterator[SyncProvider]:
    """A mock model provider for one test, which serves in a thread of its own.

    The marker `mock_provider` gives it options, such as `@pytest.mark.mock_provider(seed=3)`. At
    the end its script must have been played as it was written; otherwise the test fails.
    """
    from seatrial.leaks import Kind, ledger
    from seatrial_provider import Provider, SyncProvider

    marker = request.node.get_closest_marker("mock_provider")
    with SyncProvider(Provider(**(marker.kwargs if marker else {}))) as provider:
        entry = ledger.open(Kind.PROVIDER, provider.base_url)
        yield provider
        problems = provider.verify()
    entry.settle()
    if problems:
        pytest.fail("\n".join(map(str, problems)), pytrace=False)


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
    dialect = wanted.get("dialect", next(iter(server.dialects)))
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
