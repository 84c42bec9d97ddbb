"""Starts a server with its pipes, and ends it with everything that came of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

from seatrial.errors import SeatrialError
from seatrial.leaks import Kind, ledger
from seatrial.process.command import CannotStart, Command, check, refusal
from seatrial.process.ending import HARD, Ended, Ending, Exit, Means, ProcessInfo, Step
from seatrial.process.layers import ExecutionFailed, Layer, death, layer
from seatrial.process.spool import Copy
from seatrial.process.streams import LineReader, Tail, Writer

__all__ = ["CannotStart", "Command", "ServerProcess", "SupervisorLost", "layer", "spawn"]


class SupervisorLost(SeatrialError):
    """The process that watched over a server's tree was killed, and the tree with it."""

    by_server = True


class ServerProcess:
    """A running server: its pipes, its exit, its end. Made by `spawn`.

    Attributes:
        pid: Process id of the server itself.
        stdin: What we write to it.
        stdout: Its lines, drained from the start: what nobody has asked for waits.
        stderr: Drained from the start; the last of it in memory, all of it in a file.
    """

    def __init__(self, command: Command, layer: Layer, stderr: Copy, stdout: Copy | None) -> None:
        self.command = command
        self.pid = layer.pid
        self.stdin = Writer(layer.stdin)
        self.stdout = LineReader(layer.stdout, stdout)
        self.stderr = Tail(layer.stderr, stderr)
        layer.exited.add_done_callback(lambda _: self.stdout.finish())
        self._layer = layer
        self._ending: asyncio.Task[Ended] | None = None
        self._at_once: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._entry = ledger.open(
            Kind.PROCESS, " ".join(command.argv), pid=self.pid, root=layer.root
        )

    @property
    def exited(self) -> asyncio.Future[Exit]:
        """Resolves when the server's own process has ended, whatever its descendants do.

        It is the caller's own: one who gives up waiting cancels it for nobody else.
        """
        return asyncio.shield(self._layer.exited)

    @property
    def ended(self) -> Ended | None:
        """What it took to end it; None as long as it has not been ended."""
        done = self._ending and self._ending.done() and not self._ending.cancelled()
        return self._ending.result() if self._ending and done else None

    async def tree(self) -> list[ProcessInfo]:
        """Returns the server and all that came of it, as far as it is alive right now.

        Raises:
            SupervisorLost: Somebody killed the server's supervisor; see `Ended.supervised`.
        """
        if self._layer.lost.done() and self.ended is None:
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

        Whoever is in a hurry gets it at once: a hard ending, and the cancellation of any, cut the
        graces short of the one that is under way. A cancelled one returns, cancelled, when nothing
        is left.
        """
        if self._ending is not None and not ending.steps:
            self._hurry()
        cancelled: asyncio.CancelledError | None = None
        while self._ending is None or not self._ending.done() or self._ending.cancelled():
            if self._ending is None or self._ending.cancelled():  # by a loop that is closing
                escalating = self._escalate(ending)
                self._ending = asyncio.create_task(escalating, name=f"end of {self.pid}")
            try:
                await asyncio.wait((self._ending,))
            except asyncio.CancelledError as error:
                cancelled = error
                self._hurry()
        if cancelled:
            raise cancelled
        return self._ending.result()

    def _hurry(self) -> None:
        if not self._at_once.done():
            self._at_once.set_result(None)

    async def _escalate(self, ending: Ending) -> Ended:
        exited = self._layer.exited
        means = Means.ITSELF if exited.done() else None
        for step in ending.steps:
            if means is not None or self._layer.lost.done() or self._at_once.done():
                break
            if await self._take(step):
                means = step.means
        left = self._layer.left if means is not None else ()
        lost = self._layer.lost.done()
        survivors = await self._layer.end()
        self.stdin.close()
        self.stdout.close()
        self.stderr.close()
        if not survivors:
            self._entry.settle(left=[str(one) for one in left])
        return Ended(
            means=means or Means.SIGKILL,
            exit=exited.result() if exited.done() else None,
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
        exited = self._layer.exited
        ends: list[asyncio.Future[Any]] = [exited, self._layer.lost, self._at_once]
        await asyncio.wait(ends, timeout=step.grace, return_when=asyncio.FIRST_COMPLETED)
        return exited.done()

    @property
    def left(self) -> tuple[ProcessInfo, ...]:
        """The descendants that were alive when the server's own process had ended."""
        return tuple(self._layer.left)


async def start(
    command: Command, *, stderr_file: Path, stdout_file: Path | None = None
) -> ServerProcess:
    """Starts the command; prefer `spawn`, which also ends it.

    Raises:
        CannotStart: It could not be executed, or one of the files cannot be opened; nothing is
            left behind.
        CannotIsolate: This machine does not allow the isolation that it asks for.
    """
    check(command)
    held = layer(command.isolation)
    with ExitStack() as failed:
        try:
            stderr, stdout = _copy(stderr_file, failed), None
            if stdout_file is not None:
                stdout = _copy(stdout_file, failed)
            cwd = Path(command.cwd)
            running = await held.start(command.argv, dict(command.env), cwd)
        except ExecutionFailed as error:
            raise refusal(command, error) from None
        failed.pop_all()
    return ServerProcess(command, running, stderr, stdout)


def _copy(file: Path, failed: ExitStack) -> Copy:
    try:
        copy = Copy(Path(file))
    except OSError as error:
        raise ExecutionFailed(error.errno or 0, at="output") from error
    failed.callback(copy.close)
    return copy


@asynccontextmanager
async def spawn(
    command: Command,
    *,
    stderr_file: Path,
    stdout_file: Path | None = None,
    ending: Ending = HARD,
) -> AsyncIterator[ServerProcess]:
    """Runs a server for the length of a block; at its end no process of it is left.

    The default ending is the hard one, so that no test waits for a slow server. All of stderr goes
    to its file, and all of stdout to one if it is given.

    Raises:
        CannotStart: It could not be executed, or one of the files cannot be opened; nothing is
            left behind.
        CannotIsolate: This machine does not allow the isolation that it asks for.
    """
    process = await start(command, stderr_file=stderr_file, stdout_file=stdout_file)
    try:
        yield process
    finally:
        await process.end(ending)
