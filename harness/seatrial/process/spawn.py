"""Starts a server with its pipes, and ends it with everything that came of it."""

from __future__ import annotations

import asyncio
import errno
import os
import shutil
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from seatrial.errors import SeatrialError
from seatrial.leaks import Kind, ledger
from seatrial.process.ending import HARD, Ended, Ending, Exit, Means, ProcessInfo, Step
from seatrial.process.isolation import Isolation
from seatrial.process.layers import ExecutionFailed, Layer, death, layer
from seatrial.process.streams import LineReader, Tail, Writer

__all__ = ["CannotStart", "Command", "ServerProcess", "SupervisorLost", "layer", "spawn"]


class CannotStart(SeatrialError):
    """A command that could not be executed at all."""


class SupervisorLost(SeatrialError):
    """The process that watched over a server's tree was killed, and the tree with it."""

    by_server = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """What to start.

    Attributes:
        argv: The program and its arguments.
        env: Its environment, whole.
        cwd: The folder that it runs in.
        isolation: What it is put into; None for what SEATRIAL_ISOLATION says, by default nothing.
    """

    argv: tuple[str, ...]
    env: Mapping[str, str] = field(default_factory=dict)
    cwd: Path
    isolation: Isolation | None = None


def refusal(command: Command, failure: ExecutionFailed) -> CannotStart:
    """Returns the error for a command that could not be executed."""
    program, code = command.argv[0], failure.code
    if failure.at != "program":
        return _not_its_fault(command, failure)
    reasons = {
        errno.ENOENT: (
            "there is no such program",
            "is the name misspelled, or the interpreter in its first line missing?",
        ),
        errno.EACCES: (
            "it is not executable",
            "is it a folder, or does it lack the permission (chmod +x)?",
        ),
        errno.ENOEXEC: (
            "it is not a program of this machine",
            "was it built for another platform, or is a #! line missing?",
        ),
        errno.E2BIG: ("its arguments are too long", "was a file's content passed as an argument?"),
    }
    arrived, cause = reasons.get(code, (os.strerror(code), "what does the system log say?"))
    return CannotStart(
        f"cannot start {program!r}",
        expected="a program that this machine can execute",
        arrived=f"{arrived} ({errno.errorcode.get(code, code)})",
        cause=cause,
        remedy=f"run it by hand: {' '.join(command.argv)}",
    )


def _not_its_fault(command: Command, failure: ExecutionFailed) -> CannotStart:
    """Says that it was the folder, the machine or ourselves, and not the program."""
    name = errno.errorcode.get(failure.code, failure.code)
    expected, cause, remedy = {
        "folder": (
            f"a folder to run in: {command.cwd}",
            "was it removed meanwhile, or may this user not enter it?",
            "look at the folder and those above it",
        ),
        "fork": (
            "a machine with a process and a few descriptors to spare",
            "are other runs under way, or is something leaking?",
            "look at `ulimit -u`, `ulimit -n` and the processes of this user",
        ),
        "isolation": (
            "one more of what each server is put into (SEATRIAL_ISOLATION)",
            "are there too many namespaces or cgroups, or were the rights to make one taken away?",
            "see /proc/sys/user/max_pid_namespaces and cgroup.max.descendants",
        ),
    }.get(
        failure.at,
        (
            "a supervisor for the server, which is a program of ours",
            "did the server, or anything else, kill it (the zygote)?",
            "see docs/processes.md; a server that kills its supervisors needs a container",
        ),
    )
    return CannotStart(
        f"cannot start {command.argv[0]!r}",
        expected=expected,
        arrived=f"{os.strerror(failure.code)} ({name})",
        cause=cause,
        remedy=remedy,
    )


def _check(command: Command) -> None:
    """Refuses what is already known not to start, naming it."""
    if not command.argv:
        raise CannotStart(
            "cannot start an empty command",
            expected="a program and its arguments",
            arrived="nothing",
            cause="is the quoting of the command line off?",
            remedy="give the command as one string, as a shell would take it",
        )
    for word in (*command.argv, *command.env.keys(), *command.env.values()):
        if "\0" in word:
            raise CannotStart(
                f"cannot start {command.argv[0]!r}",
                expected="arguments and environment without NUL bytes",
                arrived=f"a NUL in {word[:40]!r}",
                cause="was binary data put into the command or its environment?",
                remedy="pass such data in a file",
            )
    if wrong := next((name for name in command.env if "=" in name or not name), None):
        raise CannotStart(
            f"cannot start {command.argv[0]!r}",
            expected="names in the environment",
            arrived=f"the name {wrong!r}",
            cause="was `NAME=value` given as a name?",
            remedy="give the name and the value apart",
        )
    if not os.path.isdir(command.cwd):  # noqa: PTH112 - a folder that we may not see is none
        raise CannotStart(
            f"cannot start {command.argv[0]!r}",
            expected="a folder to run in",
            arrived=f"{command.cwd} is not one",
            cause="was it removed, or is the path misspelled?",
            remedy="create it first",
        )
    program = command.argv[0]
    if "/" in program:  # it is looked for where it will run, not where we do
        program = str(command.cwd / program)
    if shutil.which(program, path=command.env.get("PATH")) is None:
        exists = "/" in program and os.path.lexists(program)  # though we may not look at it
        raise refusal(command, ExecutionFailed(errno.EACCES if exists else errno.ENOENT))


class ServerProcess:
    """A running server: its pipes, its exit, its end. Made by `spawn`.

    Attributes:
        pid: Process id of the server itself.
        stdin: What we write to it.
        stdout: Its lines.
        stderr: Drained from the start; the last of it in memory, all of it in a file.
        exited: Resolves when the server's own process has ended, whatever its descendants do.
    """

    def __init__(self, command: Command, layer: Layer, stderr_file: Path) -> None:
        self.command = command
        self.pid = layer.pid
        self.stderr = Tail(layer.stderr, stderr_file)  # first: its file may not be there
        self.stdin = Writer(layer.stdin)
        self.stdout = LineReader(layer.stdout)
        self.exited: asyncio.Future[Exit] = layer.exited
        self.exited.add_done_callback(lambda _: self.stdout.finish())
        self._layer = layer
        self._ended: Ended | None = None
        self._ending = asyncio.Lock()
        self._entry = ledger.open(Kind.PROCESS, " ".join(command.argv), pid=self.pid)

    async def tree(self) -> list[ProcessInfo]:
        """Returns the server and all that came of it, as far as it is alive right now.

        Raises:
            SupervisorLost: Somebody killed the server's supervisor; see `Ended.supervised`.
        """
        if self._layer.lost.done() and self._ended is None:
            raise SupervisorLost(
                f"the supervisor of {self.command.argv[0]!r} is gone",
                expected=f"the reaper of process {self.pid} to answer",
                arrived="the end of its control socket; what it watched over has been ended",
                cause="did the server, or something it started, kill its parent process?",
                remedy="find who sends the signal; nothing of this server is left to be tested",
            )
        return list(await self._layer.tree())

    async def running(self, word: str) -> list[ProcessInfo]:
        """Returns the descendants that have a word in their command line."""
        return [
            process
            for process in await self.tree()
            if process.pid != self.pid and any(word in part for part in process.argv)
        ]

    async def outlast(self, word: str, *, timeout: float = 20.0) -> None:
        """Returns once no descendant has a word in its command line: it has run to its end.

        Raises:
            TimeoutError: One of them did not end within the bound, in seconds.
        """
        async with asyncio.timeout(timeout):
            while alive := await self.running(word):
                await asyncio.gather(*(death(process.pid) for process in alive))

    async def end(self, ending: Ending = HARD) -> Ended:
        """Ends the server and everything that came of it; safe to call again.

        The escalation's steps run in order, each until the server's own process has ended or its
        grace is over; then the whole tree is killed, whatever is left of it. The result says what
        it took.
        """
        async with self._ending:
            if self._ended is None:
                self._ended = await self._escalate(ending)
                if not self._ended.survivors:
                    self._entry.settle(left=[str(one) for one in self._ended.left])
            return self._ended

    async def _escalate(self, ending: Ending) -> Ended:
        means = Means.ITSELF if self.exited.done() else None
        for step in ending.steps:
            if means is not None or self._layer.lost.done():
                break
            if await self._take(step):
                means = step.means
        left = self._layer.left if means is not None else ()
        lost = self._layer.lost.done()
        survivors = await self._layer.end()
        self.stdin.close()
        self.stdout.close()
        self.stderr.close()
        return Ended(
            means=means or Means.SIGKILL,
            exit=self.exited.result() if self.exited.done() else None,
            left=tuple(left),
            survivors=tuple(survivors),
            supervised=not lost,
        )

    async def _take(self, step: Step) -> bool:
        """Does one step; returns whether the server ended in its grace."""
        if step.signal is None:
            self.stdin.close()
        else:
            self._layer.signal(step.signal)
        ends: list[asyncio.Future[Any]] = [self.exited, self._layer.lost]
        await asyncio.wait(ends, timeout=step.grace, return_when=asyncio.FIRST_COMPLETED)
        return self.exited.done()

    @property
    def left(self) -> tuple[ProcessInfo, ...]:
        """The descendants that were alive when the server's own process had ended."""
        return tuple(self._layer.left)


async def start(command: Command, *, stderr_file: Path) -> ServerProcess:
    """Starts the command; prefer `spawn`, which also ends it.

    Raises:
        CannotStart: It could not be executed; nothing is left behind.
        CannotIsolate: This machine does not allow the isolation that it asks for.
        OSError: The file for its stderr cannot be opened; nothing is left behind.
    """
    _check(command)
    try:
        running = await layer(command.isolation).start(command.argv, dict(command.env), command.cwd)
    except ExecutionFailed as error:
        raise refusal(command, error) from None
    try:
        return ServerProcess(command, running, stderr_file)
    except OSError:
        await running.end()
        for fd in (running.stdin, running.stdout, running.stderr):
            os.close(fd)
        raise


@asynccontextmanager
async def spawn(
    command: Command,
    *,
    stderr_file: Path,
    ending: Ending = HARD,
) -> AsyncIterator[ServerProcess]:
    """Runs a server for the length of a block; at its end no process of it is left.

    The default ending is the hard one, so that no test waits for a slow server.

    Raises:
        CannotStart: It could not be executed; nothing is left behind.
        CannotIsolate: This machine does not allow the isolation that it asks for.
    """
    process = await start(command, stderr_file=stderr_file)
    try:
        yield process
    finally:
        await asyncio.shield(process.end(ending))
