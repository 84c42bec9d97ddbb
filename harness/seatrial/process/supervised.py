"""The Linux way to hold a process tree: a reaper of its own, forked by this worker's zygote."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import marshal
import os
import signal
import socket
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar, Self

from seatrial.process._cgroup import Cgroup
from seatrial.process.base import ExecutionFailed, Pipes
from seatrial.process.ending import Exit, ProcessInfo
from seatrial.process.isolation import Isolation
from seatrial.process.streams import LineReader, Writer
from seatrial.process.zygote import Machine, Zygote, zygote

__all__ = [
    "InCgroup",
    "InPidNamespace",
    "Supervised",
    "WithoutBoth",
    "WithoutChildren",
    "WithoutPidfd",
]

_LOOK_SECONDS = 0.1
"""After which a reaper that says nothing is looked after."""

_LOOKS = 200
"""For a reaper to end its tree: twenty seconds; it gives up by itself after five."""


class Supervised:
    """Linux: a reaper that is the tree's subreaper and outlives us, covered by the zygote."""

    name: ClassVar[str] = "zygote and reapers (subreaper, pidfd, children)"
    machine: ClassVar[Machine] = Machine(pidfd=True, children=True)

    def __init__(self, pipes: Pipes, control: int) -> None:
        self.stdin, self.stdout, self.stderr = pipes.stdin, pipes.stdout, pipes.stderr
        self.left: Sequence[ProcessInfo] = ()
        self.pid = 0
        self.root = 0
        self._cgroup = ""
        self._pidfd = -1
        self._survivors: Sequence[ProcessInfo] = ()
        self._trees: list[asyncio.Future[Sequence[ProcessInfo]]] = []
        self._zygote: Zygote | None = None
        self._events = LineReader(os.dup(control))
        self._control = Writer(control)
        loop = asyncio.get_running_loop()
        self.exited: asyncio.Future[Exit] = loop.create_future()
        self.lost: asyncio.Future[None] = loop.create_future()
        self._listening: asyncio.Task[None] | None = None

    @classmethod
    async def start(cls, argv: Sequence[str], env: Mapping[str, str], cwd: Path) -> Self:
        """Has a reaper forked, which starts the server."""
        running: Zygote | None = None
        for _ in range(2):  # a zygote that somebody killed is replaced, once
            running = zygote(cls.machine, instead_of=running)
            if (self := await cls._ask(running, argv, env, cwd)) is not None:
                return self
        raise ExecutionFailed(errno.ECHILD, at="supervisor")

    @classmethod
    async def _ask(
        cls, running: Zygote, argv: Sequence[str], env: Mapping[str, str], cwd: Path
    ) -> Self | None:
        """Asks a zygote; returns None if it died without an answer."""
        pipes = Pipes()
        with contextlib.ExitStack() as failed:
            failed.callback(pipes.close_ours)
            try:
                ours, theirs = socket.socketpair()
                with ours, theirs:
                    running.request((theirs.fileno(), *pipes.theirs), argv, env, cwd)
                    self = cls(pipes, ours.detach())
            except (BrokenPipeError, ConnectionError):
                return None
            except OSError as error:
                raise ExecutionFailed(error.errno or 0, at="fork") from error
            finally:
                pipes.close_theirs()
            self._zygote = running
            if not await self._answered():
                return None
            failed.pop_all()
        return self

    async def _answered(self) -> bool:
        """Waits for the reaper's word; whether there was one.

        Raises:
            ExecutionFailed: The program could not be executed.
        """
        try:
            line = await self._resumed()
        except asyncio.CancelledError:
            self._tell("end")
            await self._gone()
            raise
        first = _event(line or b"")
        if "started" not in first:
            await self._gone()
        if "failed" in first:
            raise ExecutionFailed(first["failed"], at=first["at"])
        if "lost" in first:
            return False
        self.pid, self.root, self._cgroup = (
            first[name] for name in ("started", "reaper", "isolation")
        )
        if self.machine.pidfd:
            with contextlib.suppress(OSError):  # without one more descriptor it goes as well
                self._pidfd = os.pidfd_open(self.pid)
        self._listening = asyncio.create_task(self._listen(), name=f"reaper of {self.pid}")
        return True

    async def _resumed(self) -> bytes | None:
        """Returns the next event, and lets the supervisors go on for as long as none comes.

        A server that is fast may stop its reaper and the zygote before they have said that it
        runs. The zygote, once continued, continues the reaper.
        """
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_LOOK_SECONDS):
                    return await self._events.line()
            self._resume()

    async def _gone(self) -> None:
        """Returns when the other end has hung up, which means that nothing is left; hangs up."""
        try:
            while await self._events.line() is not None:
                pass
        finally:
            self._control.close()
            self._events.close()

    async def _listen(self) -> None:
        """Takes the reaper's events, until it says that nothing is left, or hangs up.

        In the first case it does nothing any more but exit. If something could be left, the zygote
        tries as well before it hangs up.
        """
        orderly = False
        while (line := await self._heard()) is not None:
            event = _event(line)
            if "exited" in event:
                self.left = _processes(event["left"])
                self.exited.set_result(Exit(status=event["exited"]))
            elif "tree" in event:
                _settle(self._trees.pop(0), _processes(event["tree"]))
            else:
                orderly = "ended" in event
                self._survivors = _processes(event["ended" if orderly else "lost"])
                if orderly and not self._survivors:
                    break
        if not orderly:
            self._last_resort()
            self.lost.set_result(None)
        for waiting in self._trees:
            _settle(waiting, [])

    async def _heard(self) -> bytes | None:
        """Returns the next event; a loop that closes waits here until all has ended."""
        try:
            return await self._events.line()
        except asyncio.CancelledError:
            self._tell("end")
            return await self._resumed()

    def _last_resort(self) -> None:
        """Kills what can be told of the server: its reaper is gone, perhaps the zygote too."""
        if self._pidfd >= 0:
            with contextlib.suppress(OSError):
                signal.pidfd_send_signal(self._pidfd, signal.SIGKILL)
        if self._cgroup:
            Cgroup(self._cgroup).end()

    def signal(self, number: signal.Signals) -> None:
        """Sends a signal to the server's process group."""
        self._tell(f"signal {int(number)}")

    async def tree(self) -> Sequence[ProcessInfo]:
        """Asks the reaper what is alive below it; nothing is once it has ended."""
        if self._listening is None or self._listening.done():
            return []
        answer: asyncio.Future[Sequence[ProcessInfo]]
        answer = asyncio.get_running_loop().create_future()
        self._trees.append(answer)
        self._tell("list")
        return await answer

    async def end(self) -> Sequence[ProcessInfo]:
        """Has the reaper kill the tree, and returns when nothing of it is left."""
        self._tell("end")
        if self._listening and not await self._looked_after(self._listening):
            with contextlib.suppress(ProcessLookupError):  # it hangs: the zygote does its work
                os.kill(self.root, signal.SIGKILL)
            await self._looked_after(self._listening)
        if self._listening and self._listening.cancelled():  # before it began
            await self._gone()
        self._control.close()
        self._events.close()
        if self._listening and not self._listening.cancelled():
            await self._listening
        if self._pidfd >= 0:
            os.close(self._pidfd)
            self._pidfd = -1
        return self._survivors

    async def _looked_after(self, end: asyncio.Task[None]) -> bool:
        """Waits for the reaper to end, a bounded time, and continues whoever was stopped."""
        for _ in range(_LOOKS):
            if (await asyncio.wait([end], timeout=_LOOK_SECONDS))[0]:
                return True
            self._resume()
        return False

    def _tell(self, command: str) -> None:
        self._control.write(f"{command}\n".encode())
        self._resume()

    def _resume(self) -> None:
        """Lets the reaper and the zygote go on if somebody stopped them."""
        if self.root and self._listening and not self._listening.done():
            with contextlib.suppress(OSError):
                os.kill(self.root, signal.SIGCONT)
        if self._zygote:
            self._zygote.resume()


class WithoutPidfd(Supervised):
    """The same where a process cannot be watched by a descriptor."""

    name: ClassVar[str] = "zygote and reapers (subreaper, end of file and looks, children)"
    machine: ClassVar[Machine] = Machine(pidfd=False, children=True)


class WithoutChildren(Supervised):
    """The same where the kernel does not list the children of a process."""

    name: ClassVar[str] = "zygote and reapers (subreaper, pidfd, search of /proc)"
    machine: ClassVar[Machine] = Machine(pidfd=True, children=False)


class WithoutBoth(Supervised):
    """The same with neither."""

    name: ClassVar[str] = "zygote and reapers (subreaper, end of file and looks, search of /proc)"
    machine: ClassVar[Machine] = Machine(pidfd=False, children=False)


class InPidNamespace(Supervised):
    """The same, with each server in a PID namespace."""

    name: ClassVar[str] = "zygote and reapers in PID namespaces (subreaper, pidfd, children)"
    machine: ClassVar[Machine] = Machine(pidfd=True, children=True, isolation=Isolation.PIDNS)


class InCgroup(Supervised):
    """The same, with each server in a cgroup."""

    name: ClassVar[str] = "zygote and reapers with cgroups (subreaper, pidfd, children)"
    machine: ClassVar[Machine] = Machine(pidfd=True, children=True, isolation=Isolation.CGROUP)


def _settle(
    waiting: asyncio.Future[Sequence[ProcessInfo]], processes: Sequence[ProcessInfo]
) -> None:
    """Answers who waits, unless that was given up."""
    if not waiting.done():
        waiting.set_result(processes)


def _event(line: bytes) -> dict[str, Any]:
    """Reads what `_subreaper.tell` wrote; one that breaks off says that its writer was killed."""
    try:
        event: dict[str, Any] = marshal.loads(bytes.fromhex(line.decode()))  # noqa: S302 - our own
    except (ValueError, EOFError, TypeError):
        return {"lost": []}
    return event


def _processes(rows: Sequence[Mapping[str, Any]]) -> list[ProcessInfo]:
    return [
        ProcessInfo(pid=row["pid"], argv=tuple(row["argv"]), state=row["state"]) for row in rows
    ]
