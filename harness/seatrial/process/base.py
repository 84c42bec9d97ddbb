"""What every way to hold a process tree shares: its shape, its pipes, its waits."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import ClassVar, Protocol, Self

import psutil

from seatrial.process.ending import Exit, ProcessInfo

__all__ = ["ExecutionFailed", "Layer", "Pipes", "death", "exit_of"]


class ExecutionFailed(Exception):
    """The program could not be executed.

    Attributes:
        code: The errno.
        at: What it failed at: `program`, `folder` (its working folder), `fork` (the machine has
            no process or descriptor left for it), `output` (a file for its stdout or stderr),
            `isolation`, `supervisor` (ours, not the program).
    """

    def __init__(self, code: int, *, at: str = "program") -> None:
        super().__init__(os.strerror(code))
        self.code = code
        self.at = at


class Layer(Protocol):
    """A started server, held so that all of it can be ended.

    Attributes:
        name: The mechanism, in a few words.
        pid: Process id of the server itself.
        root: Process id of what its whole tree hangs from: its supervisor, or the server itself.
        stdin: Our end of a pipe, and so are `stdout` and `stderr`.
        exited: Resolves when the server's own process has ended.
        lost: Resolves when the tree's supervisor was killed: how the server ended is then unknown.
        left: What was alive of the tree when the server's own process had ended.
    """

    name: ClassVar[str]
    pid: int
    root: int
    stdin: int
    stdout: int
    stderr: int
    exited: asyncio.Future[Exit]
    lost: asyncio.Future[None]
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


class Pipes:
    """The three pipes of a child: our ends, and theirs.

    Raises:
        ExecutionFailed: No descriptor is left; those that were made are closed again.
    """

    def __init__(self) -> None:
        made: list[int] = []
        try:
            for _ in range(3):
                made += os.pipe()
        except OSError as error:
            for fd in made:
                os.close(fd)
            raise ExecutionFailed(error.errno or 0, at="fork") from error
        self.stdin_theirs, self.stdin, self.stdout, self.stdout_theirs = made[:4]
        self.stderr, self.stderr_theirs = made[4:]

    @property
    def theirs(self) -> tuple[int, int, int]:
        """The child's ends, in the order of its descriptors."""
        return self.stdin_theirs, self.stdout_theirs, self.stderr_theirs

    def close_theirs(self) -> None:
        """Closes the child's ends."""
        for fd in self.theirs:
            os.close(fd)

    def close_ours(self) -> None:
        """Closes our ends."""
        for fd in (self.stdin, self.stdout, self.stderr):
            os.close(fd)


async def exit_of(process: subprocess.Popen[bytes]) -> int:
    """Waits for a child of ours without polling, and reaps it."""
    if not hasattr(os, "pidfd_open"):
        return await asyncio.to_thread(process.wait)
    await death(process.pid)
    return process.wait()


async def death(pid: int) -> None:
    """Returns when a process has died, ours or not, reaped or not; at once if it is no more."""
    try:
        fd = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    except (AttributeError, OSError):  # a system without pidfds, or that denies them
        with contextlib.suppress(psutil.NoSuchProcess):
            await asyncio.to_thread(psutil.Process(pid).wait)
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
