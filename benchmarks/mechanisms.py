"""Ways to run a program and to end it: the standard library's, other packages' and ours.

Each is an async context manager of a command line and a folder: entered when the program has said a
line on its stdout, left when its teardown has returned. A package that is not installed leaves its
way out of the table (`installed`).
"""

from __future__ import annotations

import asyncio
import importlib
import importlib.util
import os
import signal
import subprocess
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from types import SimpleNamespace

from seatrial.process import Command, spawn

__all__ = ["MECHANISMS", "OURS", "Way", "installed", "versions"]

Plain = subprocess.Popen[bytes]
Way = Callable[[Sequence[str], Path], AbstractAsyncContextManager[None]]

OURS = "**seatrial**"
PACKAGES = {"anyio": "anyio", "xprocess": "pytest-xprocess", "mirakuru": "mirakuru"} | {
    "processkit": "processkit-py"
}
GRACE_SECONDS = 0.3
NO_BOUND = 60.0


def popen(argv: Sequence[str]) -> Plain:
    pipe = subprocess.PIPE
    process = subprocess.Popen(argv, stdin=pipe, stdout=pipe, stderr=pipe, start_new_session=True)
    assert process.stdout is not None
    process.stdout.readline()
    return process


def kill(process: Plain) -> None:
    process.kill()
    process.wait()


def kill_and_communicate(process: Plain) -> None:
    process.kill()
    process.communicate()


def terminate(process: Plain) -> None:
    process.terminate()
    with suppress(subprocess.TimeoutExpired):
        process.wait(GRACE_SECONDS)
    process.kill()
    process.wait()


def kill_group(process: Plain) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def with_popen(end: Callable[[Plain], None]) -> Way:
    """Returns the way that starts a program by `Popen` in a session of its own, and ends it so."""

    @asynccontextmanager
    async def way(argv: Sequence[str], _: Path) -> AsyncIterator[None]:
        process = popen(argv)
        yield
        end(process)

    return way


@asynccontextmanager
async def with_asyncio(argv: Sequence[str], _: Path) -> AsyncIterator[None]:
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*argv, stdin=pipe, stdout=pipe, stderr=pipe)
    assert process.stdout is not None
    await process.stdout.readline()
    yield
    with suppress(ProcessLookupError):
        process.kill()
    await process.wait()


@asynccontextmanager
async def with_anyio(argv: Sequence[str], _: Path) -> AsyncIterator[None]:
    anyio = importlib.import_module("anyio")
    process = await anyio.open_process(argv, start_new_session=True)
    await process.stdout.receive()
    yield
    with suppress(ProcessLookupError):
        process.kill()
    await process.aclose()


@asynccontextmanager
async def with_xprocess(argv: Sequence[str], folder: Path) -> AsyncIterator[None]:
    """The tree kill of psutil, as pytest-xprocess does it at the end of its fixtures."""
    xprocess, paths = importlib.import_module("xprocess"), importlib.import_module("py.path")
    starter = type("Starter", (xprocess.ProcessStarter,), {"args": argv, "pattern": "ready"})
    server = xprocess.XProcess(SimpleNamespace(), paths.local(folder).ensure("x", dir=1))
    server.log.debug = lambda *_: None
    server.ensure("server", starter)
    yield
    server.getinfo("server").terminate(timeout=GRACE_SECONDS)


@asynccontextmanager
async def with_mirakuru(argv: Sequence[str], _: Path) -> AsyncIterator[None]:
    executors = importlib.import_module("mirakuru")
    executor = executors.OutputExecutor(argv, banner="ready", timeout=NO_BOUND)
    executor.start()
    yield
    executor.stop(stop_signal=signal.SIGKILL, expected_returncode=-signal.SIGKILL)


def with_processkit(*, until_death: bool) -> Way:
    """Returns the way of processkit's group, whose program is killed with its owner if asked."""

    @asynccontextmanager
    async def way(argv: Sequence[str], _: Path) -> AsyncIterator[None]:
        processkit = importlib.import_module("processkit")
        command = processkit.Command(argv[0], list(argv[1:]))
        command = command.kill_on_parent_death() if until_death else command
        async with processkit.ProcessGroup() as group:
            running = await group.astart(command)
            async for _line in running.stdout_lines():
                break
            yield

    return way


@asynccontextmanager
async def with_ours(argv: Sequence[str], folder: Path) -> AsyncIterator[None]:
    command = Command(argv=tuple(argv), env={"PATH": os.environ["PATH"]}, cwd=folder)
    async with spawn(command, stderr_file=folder / "stderr") as process:
        await process.stdout.line()
        yield


MECHANISMS: dict[str, tuple[str, Way]] = {
    "Popen.kill + wait": ("", with_popen(kill)),
    "Popen.kill + communicate": ("", with_popen(kill_and_communicate)),
    "terminate, 0.3 s, kill": ("", with_popen(terminate)),
    "asyncio kill + wait": ("", with_asyncio),
    "killpg": ("", with_popen(kill_group)),
    "anyio kill + aclose": ("anyio", with_anyio),
    "pytest-xprocess (psutil tree)": ("xprocess", with_xprocess),
    "mirakuru": ("mirakuru", with_mirakuru),
    "processkit": ("processkit", with_processkit(until_death=False)),
    "processkit, kill_on_parent_death": ("processkit", with_processkit(until_death=True)),
    OURS: ("", with_ours),
}
"""Each way, with the module that it needs beyond the standard library and this project."""


def installed() -> list[str]:
    """Returns the ways that can be tried here."""
    return [
        name
        for name, (module, _) in MECHANISMS.items()
        if not module or importlib.util.find_spec(module)
    ]


def versions() -> dict[str, str]:
    """Returns the packages of the others that are installed, with their versions."""
    found = {}
    for package in PACKAGES.values():
        with suppress(PackageNotFoundError):
            found[package] = version(package)
    return found
