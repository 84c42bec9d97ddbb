"""What the tests of the harness share: a bounded loop, a server played by hand, small programs."""

from __future__ import annotations

import asyncio
import json
import os
import select
import signal
import sys
import tempfile
import textwrap
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import psutil
import pytest

from seatrial.peer import Peer
from seatrial.process import Command, environment
from seatrial.process.layers import Layer, Supervised
from seatrial.process.zygote import zygote
from seatrial.profiles import Profile
from seatrial.servers import ServerUnderTest
from seatrial.transport import MemoryTransport, memory_pair

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Coroutine, Iterator, Mapping
    from contextlib import AbstractAsyncContextManager

T = TypeVar("T")

PATIENCE = 30.0
"""Seconds that anything here may take; it is only ever reached by a real hang."""


class Run(Protocol):
    """Runs a coroutine in a loop of its own, bounded, and sees that no task is left over."""

    def __call__(self, main: Coroutine[Any, Any, T]) -> T: ...


class FakeServer:
    """The other end of a memory pair, played by hand."""

    def __init__(self, transport: MemoryTransport) -> None:
        self._transport = transport

    async def hears(self, method: str | None = None) -> dict[str, Any]:
        """Returns the next message that came, which has to be of that method."""
        line = await asyncio.wait_for(self._transport.receive(), PATIENCE)
        assert line is not None, "the client has closed"
        message: dict[str, Any] = json.loads(line)
        assert method is None or message.get("method") == method
        return message

    async def hears_line(self) -> bytes | None:
        """Returns the next line as it came."""
        return await asyncio.wait_for(self._transport.receive(), PATIENCE)

    def says(self, **message: Any) -> None:
        """Sends a message."""
        self.says_line(json.dumps(message).encode())

    def says_line(self, line: bytes) -> None:
        """Sends any bytes as a line."""
        self._transport.send(line + b"\n")

    def closes(self) -> None:
        """Closes the connection."""
        self._transport.close()


class Connect(Protocol):
    """Opens a peer and a hand-played server, joined in memory."""

    def __call__(self, **options: Any) -> AbstractAsyncContextManager[tuple[Peer, FakeServer]]: ...


class Script(Protocol):
    """Makes a command that runs a Python program of a few lines."""

    def __call__(self, text: str, *arguments: str, **variables: str) -> Command: ...


class Dead(Protocol):
    """Says whether the processes that pidfds stand for have died, waiting if there is a bound."""

    def __call__(self, pidfds: Mapping[str, int], *, timeout: float = 0) -> set[str]: ...


class Pidfd(Protocol):
    """Returns a pidfd of a process that is alive."""

    def __call__(self, pid: int) -> int: ...


class Fake(Protocol):
    """Makes a server under test from a Python program of a few lines, or from an argv."""

    def __call__(self, program: str | tuple[str, ...] = ..., **profile: Any) -> ServerUnderTest: ...


@pytest.fixture(autouse=True)
def homes(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Puts every home below a folder of the test's own, whose path is short enough for sockets."""
    with tempfile.TemporaryDirectory(prefix="homes-") as own:
        folder = Path(own) / "homes"
        monkeypatch.setenv("SEATRIAL_HOMES", str(folder))
        monkeypatch.delenv("SEATRIAL_TIMEOUT_FACTOR", raising=False)
        yield folder


@pytest.fixture(autouse=True)
def no_children_left() -> Iterator[None]:
    """Fails a test that leaves a process behind."""
    me = psutil.Process()
    before = {child.pid for child in me.children(recursive=True)}
    yield
    left = [child for child in me.children(recursive=True) if child.pid not in before]
    assert not left, f"processes were left over: {left}"


@pytest.fixture
def run() -> Run:
    def bounded(main: Coroutine[Any, Any, T]) -> T:
        async def watched() -> T:
            before = asyncio.all_tasks()
            result = await asyncio.wait_for(main, PATIENCE)
            left = asyncio.all_tasks() - before
            assert not left, f"tasks were left over: {left}"
            return result

        return asyncio.run(watched())

    return bounded


@pytest.fixture
def connect() -> Connect:
    @asynccontextmanager
    async def connected(**options: Any) -> AsyncIterator[tuple[Peer, FakeServer]]:
        ours, theirs = memory_pair()
        peer = Peer(ours, **{"timeout": PATIENCE, **options})
        peer.open()
        try:
            yield peer, FakeServer(theirs)
        finally:
            await peer.close()

    return connected


@pytest.fixture
def script(tmp_path: Path) -> Script:
    def make(text: str, *arguments: str, **variables: str) -> Command:
        file = tmp_path / f"program{len(list(tmp_path.glob('program*.py')))}.py"
        file.write_text(textwrap.dedent(text), "utf-8")
        return Command(
            argv=(sys.executable, "-I", "-S", str(file), *arguments),
            env=environment(variables, run="test"),
            cwd=tmp_path,
        )

    return make


@pytest.fixture
def held(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> type[Layer]:
    """Holds every server of a test in the way that its mark says; see `processes.both`."""
    layer: type[Layer] = request.param
    monkeypatch.setattr(sys.modules["seatrial.process.spawn"], "layer", lambda *_: layer)
    if issubclass(layer, Supervised):
        zygote(layer.machine)  # its socket stays open, whichever test is the first
    return layer


@pytest.fixture
def pidfd() -> Iterator[Pidfd]:
    opened: list[int] = []

    def of(pid: int) -> int:
        opened.append(os.pidfd_open(pid))
        return opened[-1]

    yield of
    for fd in opened:
        with suppress(ProcessLookupError):  # a test that failed may not leave it behind
            signal.pidfd_send_signal(fd, signal.SIGKILL)
        os.close(fd)


@pytest.fixture
def dead() -> Dead:
    def among(pidfds: Mapping[str, int], *, timeout: float = 0) -> set[str]:
        found: set[str] = set()
        for name, fd in pidfds.items():
            poll = select.poll()
            poll.register(fd, select.POLLIN)
            if poll.poll(timeout * 1000):
                found.add(name)
        return found

    return among


ANSWERS_INITIALIZE = """\
import json, sys
for line in sys.stdin:
    message = json.loads(line)
    if message.get("method") == "initialize":
        answer = {"id": message["id"], "result": {"userAgent": "fake/1.2.3 (test)"}}
        print(json.dumps(answer), flush=True)
"""


@pytest.fixture
def fake(tmp_path: Path) -> Fake:
    def make(
        program: str | tuple[str, ...] = ANSWERS_INITIALIZE, **profile: Any
    ) -> ServerUnderTest:
        if isinstance(program, str):
            file = tmp_path / "fake_server.py"
            file.write_text(textwrap.dedent(program), "utf-8")
            program = (sys.executable, "-I", "-S", str(file))
        shape = {"name": "fake", "title": "Fake", "dialects": ["app_v2"], **profile}
        return ServerUnderTest(
            name="fake", program=program, profile=Profile.model_validate(shape), fixed=True
        )

    return make
