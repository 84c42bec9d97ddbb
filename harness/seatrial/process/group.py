"""The portable way to hold a process tree: a process group, and what psutil finds below it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import ClassVar, Self

import psutil

from seatrial.process.base import ExecutionFailed, Pipes, exit_of
from seatrial.process.ending import Exit, ProcessInfo

__all__ = ["Group"]


class Group:
    """Anywhere with POSIX: a process group, and what psutil finds below the server.

    A descendant that daemonises into a session of its own escapes this layer, and so does
    everything when the process that runs the tests is killed with SIGKILL.
    """

    name: ClassVar[str] = "process group (portable)"

    def __init__(self, pipes: Pipes, process: subprocess.Popen[bytes]) -> None:
        self.stdin, self.stdout, self.stderr = pipes.stdin, pipes.stdout, pipes.stderr
        self.pid = self.root = process.pid
        self.left: Sequence[ProcessInfo] = ()
        self._process = process
        loop = asyncio.get_running_loop()
        self.exited: asyncio.Future[Exit] = loop.create_future()
        self.lost: asyncio.Future[None] = loop.create_future()
        self._waiting = asyncio.create_task(self._wait(), name=f"exit of {self.pid}")

    @classmethod
    async def start(cls, argv: Sequence[str], env: Mapping[str, str], cwd: Path) -> Self:
        """Starts the server in a session of its own."""
        pipes = Pipes()
        try:
            process = subprocess.Popen(  # noqa: ASYNC220 - it returns at once, and is waited for
                argv,
                stdin=pipes.stdin_theirs,
                stdout=pipes.stdout_theirs,
                stderr=pipes.stderr_theirs,
                env=env,
                cwd=cwd,
                start_new_session=True,
            )
        except OSError as error:
            pipes.close_ours()
            at = "folder" if error.filename == str(cwd) else "program"
            raise ExecutionFailed(error.errno or 0, at=at) from error
        finally:
            pipes.close_theirs()
        return cls(pipes, process)

    async def _wait(self) -> None:
        try:
            status = await exit_of(self._process)
        except asyncio.CancelledError:  # the loop is closing, and nobody has ended it
            self._kill()
            status = self._process.wait()
        self.exited.set_result(Exit(status=status))

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
        self._kill()
        await asyncio.wait((self._waiting,))
        self._process.wait()  # if nobody has by now: the loop was closing before it began
        return []

    def _kill(self) -> None:
        below = self._below()
        with _gone():
            os.killpg(self.pid, signal.SIGKILL)
        for process in below:
            with _gone():
                process.kill()


def _gone() -> contextlib.suppress:
    return contextlib.suppress(ProcessLookupError, PermissionError, psutil.NoSuchProcess)
