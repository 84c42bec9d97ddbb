"""The synchronous twin of `spawn`: the same process, for code that has no event loop."""

from __future__ import annotations

import asyncio
import atexit
import errno
import threading
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

from seatrial.leaks import ledger
from seatrial.process.command import Command, refusal
from seatrial.process.ending import HARD, Ended, Ending, Exit, ProcessInfo
from seatrial.process.layers import ExecutionFailed
from seatrial.process.spawn import ServerProcess, spawn

__all__ = ["SyncProcess", "spawn_sync"]

T = TypeVar("T")
PATIENCE = 30.0
"""Seconds that a wait lasts at most where its caller says nothing else."""


class SyncProcess:
    """A running program, for a caller without an event loop. Made by `spawn_sync`.

    A thread with a loop of its own drains stdout and stderr all the time, so that a program which
    floods either never blocks. Every wait is bounded, in seconds, and raises TimeoutError.

    Attributes:
        pid: Process id of the program itself.
    """

    def __init__(self, process: ServerProcess, loop: asyncio.AbstractEventLoop) -> None:
        self.pid = process.pid
        self._process = process
        self._loop = loop

    def _await(self, coroutine: Coroutine[Any, Any, T], timeout: float | None) -> T:
        async def bounded() -> T:
            return await asyncio.wait_for(coroutine, timeout)

        waiting = asyncio.run_coroutine_threadsafe(bounded(), self._loop)
        try:
            return waiting.result()
        except BaseException:  # who is interrupted waits no more, and takes no line from the next
            waiting.cancel()
            raise

    def _call(self, function: Callable[[], T]) -> T:
        async def called() -> T:
            return function()

        return self._await(called(), None)

    def write(self, data: bytes) -> bool:
        """Writes to its stdin without blocking; returns whether anybody can still read it."""
        return self._call(lambda: self._process.stdin.write(data))

    def close_stdin(self) -> None:
        """Ends its stdin."""
        self._call(self._process.stdin.close)

    def line(self, *, timeout: float = PATIENCE) -> bytes | None:
        """Returns its next line without the newline; None at the end of its stdout.

        Raises:
            TimeoutError: None came within the bound, in seconds.
        """
        return self._await(self._process.stdout.line(), timeout)

    def wait(self, *, timeout: float = PATIENCE) -> Exit:
        """Returns how it ended, once it has, whatever its descendants do.

        Raises:
            TimeoutError: It did not end within the bound, in seconds.
        """

        async def exited() -> Exit:
            return await self._process.exited

        return self._await(exited(), timeout)

    def tree(self) -> list[ProcessInfo]:
        """Returns the program and all that came of it, as far as it is alive right now."""
        return self._await(self._process.tree(), None)

    def running(self, word: str) -> list[ProcessInfo]:
        """Returns the descendants that have a word in their command line."""
        return self._await(self._process.running(word), None)

    def outlast(self, word: str, *, timeout: float = PATIENCE) -> None:
        """Returns once no descendant has a word in its command line.

        Raises:
            TimeoutError: One of them did not end within the bound, in seconds.
        """
        self._await(self._process.outlast(word, timeout=timeout), None)

    def stderr(self, *, lines: int = 20) -> str:
        """Returns the last lines of its stderr that arrived; all of it is in the file."""
        return self._call(lambda: self._process.stderr.text(lines))

    @property
    def left(self) -> tuple[ProcessInfo, ...]:
        """The descendants that were alive when the program itself had ended."""
        return self._process.left

    def end(self, ending: Ending = HARD) -> Ended:
        """Ends the program and everything that came of it; safe to call again, and afterwards."""
        return self._process.ended or self._await(self._process.end(ending), None)


def _loop_in_a_thread(
    command: Command, over: asyncio.Event
) -> tuple[asyncio.AbstractEventLoop, threading.Thread]:
    """Runs an event loop until an event; the errors are those of a command that cannot start.

    Raises:
        CannotStart: The machine has no thread or no descriptors for it.
    """
    running: Future[asyncio.AbstractEventLoop] = Future()

    def serve() -> None:
        try:
            with asyncio.Runner() as runner:
                running.set_result(runner.get_loop())
                runner.run(over.wait())
        except OSError as error:  # the machine has no descriptors left for a loop
            running.set_exception(ExecutionFailed(error.errno or 0, at="fork"))

    # A daemon: whoever is interrupted in the midst of the clean-up still ends, and all of it then.
    thread = threading.Thread(target=serve, name="seatrial-spawn-sync", daemon=True)
    try:
        thread.start()
        return running.result(), thread
    except RuntimeError:  # the machine has no threads left
        raise refusal(command, ExecutionFailed(errno.EAGAIN, at="fork")) from None
    except ExecutionFailed as failed:
        raise refusal(command, failed) from None


@contextmanager
def spawn_sync(
    command: Command,
    *,
    stderr_file: Path,
    stdout_file: Path | None = None,
    ending: Ending = HARD,
) -> Iterator[SyncProcess]:
    """Runs any program for the length of a block; at its end no process of it is left.

    All of stderr goes to its file, and all of stdout to one if it is given. Whoever is interrupted
    in the midst of a gentle ending, by Ctrl-C or a timeout, has a hard one.

    Raises:
        CannotStart: It could not be executed, or one of the files cannot be opened; nothing is
            left behind.
        CannotIsolate: This machine does not allow the isolation that it asks for.
    """
    over, stop = asyncio.Event(), asyncio.Event()
    loop, thread = _loop_in_a_thread(command, over)
    running: Future[ServerProcess] = Future()

    async def serve() -> None:
        try:
            async with spawn(
                command, stderr_file=stderr_file, stdout_file=stdout_file, ending=ending
            ) as process:
                running.set_result(process)
                await stop.wait()
        except BaseException as error:
            if running.done():
                raise
            running.set_exception(error)

    def leave() -> None:
        with suppress(RuntimeError):  # it is over already
            loop.call_soon_threadsafe(over.set)
        thread.join()

    serving: Future[None] | None = None
    atexit.register(leave)  # later no thread would run any more that could end it
    try:
        with ledger.asked_for_here():
            serving = asyncio.run_coroutine_threadsafe(serve(), loop)
        process = SyncProcess(running.result(), loop)
        try:
            yield process
        finally:
            if not serving.done():
                loop.call_soon_threadsafe(stop.set)
                serving.result()
    except BaseException:
        if serving is not None:
            serving.cancel()  # nothing if it has ended, and no more patience if it has not
        raise
    finally:
        leave()
        atexit.unregister(leave)
