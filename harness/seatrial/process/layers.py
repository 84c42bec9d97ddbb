"""The two ways to hold a process tree: a supervisor of its own, or a process group."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar, Protocol, Self

import psutil

from seatrial.process.ending import Exit, ProcessInfo
from seatrial.process.streams import LineReader, Writer

__all__ = ["ExecutionFailed", "Group", "Layer", "Supervised", "death", "layer"]

_SUPERVISOR = str(Path(__file__).with_name("_supervisor.py"))


class ExecutionFailed(Exception):
    """The program could not be executed; `code` is the errno."""

    def __init__(self, code: int) -> None:
        super().__init__(os.strerror(code))
        self.code = code


class Layer(Protocol):
    """A started server, held so that all of it can be ended."""

    name: ClassVar[str]
    pid: int
    stdin: int
    stdout: int
    stderr: int
    exited: asyncio.Future[Exit]
    left: Sequence[ProcessInfo]

    @classmethod
    async def start(cls, argv: Sequence[str], env: Mapping[str, str], cwd: Path) -> Self:
        """Starts it.

        Raises:
            ExecutionFailed: The program could not be executed.
        """
        ...

    def signal(self, number: signal.Signals) -> None:
        """Sends a signal to the server's process group."""
        ...

    async def tree(self) -> Sequence[ProcessInfo]:
        """Returns the server and its descendants that are alive right now."""
        ...

    async def end(self) -> Sequence[ProcessInfo]:
        """Kills the tree until none is left; returns what could not be killed."""
        ...


class _Pipes:
    """The three pipes of a child: our ends, and theirs."""

    def __init__(self) -> None:
        self.stdin_theirs, self.stdin = os.pipe()
        self.stdout, self.stdout_theirs = os.pipe()
        self.stderr, self.stderr_theirs = os.pipe()

    def close_theirs(self) -> None:
        for fd in (self.stdin_theirs, self.stdout_theirs, self.stderr_theirs):
            os.close(fd)

    def close_ours(self) -> None:
        for fd in (self.stdin, self.stdout, self.stderr):
            os.close(fd)


def _popen(pipes: _Pipes, argv: Sequence[str], **options: Any) -> subprocess.Popen[bytes]:
    """Starts a program on the pipes; on failure all of them are closed."""
    try:
        return subprocess.Popen(
            argv,
            stdin=pipes.stdin_theirs,
            stdout=pipes.stdout_theirs,
            stderr=pipes.stderr_theirs,
            **options,
        )
    except OSError as error:
        pipes.close_ours()
        raise ExecutionFailed(error.errno or 0) from error
    finally:
        pipes.close_theirs()


class Supervised:
    """Linux: a supervisor process that is the tree's subreaper and outlives us."""

    name: ClassVar[str] = "supervisor (subreaper, one a server)"

    def __init__(self, pipes: _Pipes, process: subprocess.Popen[bytes], control: int) -> None:
        self.stdin, self.stdout, self.stderr = pipes.stdin, pipes.stdout, pipes.stderr
        self.left: Sequence[ProcessInfo] = ()
        self.pid = 0
        self._survivors: Sequence[ProcessInfo] = ()
        self._trees: list[asyncio.Future[Sequence[ProcessInfo]]] = []
        self._process = process
        self._events = LineReader(os.dup(control))
        self._control = Writer(control)
        loop = asyncio.get_running_loop()
        self.exited: asyncio.Future[Exit] = loop.create_future()
        self._listening: asyncio.Task[None] | None = None

    @classmethod
    async def start(cls, argv: Sequence[str], env: Mapping[str, str], cwd: Path) -> Self:
        """Starts the supervisor, which starts the server."""
        ours, theirs = socket.socketpair()
        pipes = _Pipes()
        with theirs:
            head = (sys.executable, "-I", "-S", _SUPERVISOR, str(theirs.fileno()), str(os.getpid()))
            try:
                process = _popen(
                    pipes,
                    (*head, "--", *argv),
                    env=env,
                    cwd=cwd,
                    pass_fds=(theirs.fileno(),),
                    start_new_session=True,
                )
            except ExecutionFailed:
                ours.close()
                raise
        self = cls(pipes, process, ours.detach())
        try:
            first = json.loads(await self._events.line() or b'{"failed": 0}')
        except asyncio.CancelledError:
            try:
                await self._reap()  # it sees the end of its control, ends what it started, leaves
            finally:
                pipes.close_ours()
            raise
        if "failed" in first:
            await self._reap()
            pipes.close_ours()
            raise ExecutionFailed(first["failed"])
        self.pid = first["started"]
        self._listening = asyncio.create_task(self._listen(), name=f"supervisor of {self.pid}")
        return self

    async def _listen(self) -> None:
        while (line := await self._events.line()) is not None:
            event = json.loads(line)
            if "exited" in event:
                self.left = _processes(event["left"])
                self.exited.set_result(Exit(status=event["exited"]))
            elif "tree" in event:
                _settle(self._trees.pop(0), _processes(event["tree"]))
            elif "ended" in event:
                self._survivors = _processes(event["survivors"])
        for waiting in self._trees:
            _settle(waiting, [])

    def signal(self, number: signal.Signals) -> None:
        """Sends a signal to the server's process group."""
        self._tell(signal=int(number))

    async def tree(self) -> Sequence[ProcessInfo]:
        """Asks the supervisor what is alive below it; nothing is once it has ended."""
        if self._listening is None or self._listening.done():
            return []
        answer: asyncio.Future[Sequence[ProcessInfo]]
        answer = asyncio.get_running_loop().create_future()
        self._trees.append(answer)
        self._tell(list=True)
        return await answer

    async def end(self) -> Sequence[ProcessInfo]:
        """Has the supervisor kill the tree, and reaps the supervisor."""
        self._tell(end=True)
        if self._listening:
            await self._listening
        await self._reap()
        return self._survivors

    def _tell(self, **command: Any) -> None:
        self._control.write(json.dumps(command).encode() + b"\n")

    async def _reap(self) -> None:
        self._control.close()
        self._events.close()
        await _exit_of(self._process)


def _settle(
    waiting: asyncio.Future[Sequence[ProcessInfo]], processes: Sequence[ProcessInfo]
) -> None:
    """Answers who waits, unless that was given up."""
    if not waiting.done():
        waiting.set_result(processes)


def _processes(rows: Sequence[Mapping[str, Any]]) -> list[ProcessInfo]:
    return [
        ProcessInfo(pid=row["pid"], argv=tuple(row["argv"]), state=row["state"]) for row in rows
    ]


class Group:
    """Anywhere with POSIX: a process group, and what psutil finds below the server.

    A descendant that daemonises into a session of its own escapes this layer, and so does
    everything when the process that runs the tests is killed with SIGKILL.
    """

    name: ClassVar[str] = "process group (portable)"

    def __init__(self, pipes: _Pipes, process: subprocess.Popen[bytes]) -> None:
        self.stdin, self.stdout, self.stderr = pipes.stdin, pipes.stdout, pipes.stderr
        self.pid = process.pid
        self.left: Sequence[ProcessInfo] = ()
        self._process = process
        self.exited: asyncio.Future[Exit] = asyncio.get_running_loop().create_future()
        self._waiting = asyncio.create_task(self._wait(), name=f"exit of {self.pid}")

    @classmethod
    async def start(cls, argv: Sequence[str], env: Mapping[str, str], cwd: Path) -> Self:
        """Starts the server in a session of its own."""
        pipes = _Pipes()
        return cls(pipes, _popen(pipes, argv, env=env, cwd=cwd, start_new_session=True))

    async def _wait(self) -> None:
        self.exited.set_result(Exit(status=await _exit_of(self._process)))

    def signal(self, number: signal.Signals) -> None:
        """Sends a signal to the server's process group."""
        if not self.exited.done():
            with _gone():
                os.killpg(self.pid, signal.SIGCONT)
                os.killpg(self.pid, number)

    def _below(self) -> list[psutil.Process]:
        below: list[psutil.Process] = []
        if not self.exited.done():
            with _gone():
                below = psutil.Process(self.pid).children(recursive=True)
        return below

    async def tree(self) -> Sequence[ProcessInfo]:
        """Returns what psutil finds below the server, and the server itself."""
        found = []
        for process in () if self.exited.done() else (psutil.Process(self.pid), *self._below()):
            with _gone():
                state = process.status()[:1].upper()
                argv = tuple(process.cmdline())
                found.append(ProcessInfo(pid=process.pid, argv=argv, state=state))
        return [process for process in found if process.state != "Z"]

    async def end(self) -> Sequence[ProcessInfo]:
        """Kills the group and the descendants that are still known."""
        below = self._below()
        with _gone():
            os.killpg(self.pid, signal.SIGKILL)
        for process in below:
            with _gone():
                process.kill()
        await self._waiting
        return []


def _gone() -> contextlib.suppress:
    return contextlib.suppress(ProcessLookupError, PermissionError, psutil.NoSuchProcess)


async def _exit_of(process: subprocess.Popen[bytes]) -> int:
    """Waits for a child of ours without polling, and reaps it."""
    if not hasattr(os, "pidfd_open"):
        return await asyncio.to_thread(process.wait)
    await death(process.pid)
    return process.wait()


async def death(pid: int) -> None:
    """Returns when a process has died, ours or not, reaped or not; at once if it is no more."""
    if not hasattr(os, "pidfd_open"):
        with contextlib.suppress(psutil.NoSuchProcess):
            await asyncio.to_thread(psutil.Process(pid).wait)
        return
    try:
        fd = os.pidfd_open(pid)
    except OSError:
        return
    loop = asyncio.get_running_loop()
    dead: asyncio.Future[None] = loop.create_future()

    def died() -> None:
        if not dead.done():
            dead.set_result(None)

    loop.add_reader(fd, died)
    try:
        await dead
    finally:
        loop.remove_reader(fd)
        os.close(fd)


@functools.cache
def layer() -> type[Supervised] | type[Group]:
    """Returns the strongest layer that this machine allows; probed once."""
    children = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children")
    if sys.platform == "linux" and hasattr(os, "pidfd_open") and children.exists():
        return Supervised
    return Group
