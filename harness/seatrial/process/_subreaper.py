"""What the zygote and its reapers share: descendants to collect, and an end that leaves none.

Both are *child subreapers*: a descendant that daemonised or moved to a session of its own becomes
the subreaper's child when its parent dies, so the whole tree can be walked from there. Standard
library only, and nothing that is slow or large to import: see `_zygote.py`.
"""

from __future__ import annotations

import ctypes
import marshal
import os
import select
import time

from seatrial.process._light import signal, suppress

TYPE_CHECKING = False
if TYPE_CHECKING:  # typing is slow to import, and this starts once a worker
    from typing import Any

    from seatrial.process._proc import Processes

PR_SET_NAME = 15
PR_SET_CHILD_SUBREAPER = 36
LAST_RESORT_SECONDS = 5.0
ROUND_MILLISECONDS = 2
LOOK_MILLISECONDS = 50
FEW = 8
IGNORED = ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGPIPE", "SIGTSTP", "SIGUSR1", "SIGUSR2")

libc = ctypes.CDLL(None, use_errno=True)
prctl = libc.prctl


class Owner:
    """The process that everything here ends with."""

    def __init__(self, pidfd: int, pid: int, processes: Processes) -> None:
        self.pidfd = pidfd
        self.pid = pid
        self.processes = processes
        self.born = processes.birth(pid)
        self.patience = LOOK_MILLISECONDS if pidfd < 0 else None

    def gone(self, ready: dict[int, int]) -> bool:
        """Says whether it has died, given what a poll reported."""
        if self.pidfd >= 0:
            return self.pidfd in ready
        return self.processes.birth(self.pid) != self.born


class Subreaper:
    """What both roles share: descendants to collect, and an end that leaves none of them."""

    def __init__(self, owner: Owner) -> None:
        self.owner = owner
        self.processes = owner.processes
        self.spared: dict[int, int] = {}
        self.leader = 0
        self.poll = select.poll()
        self.wake, self.wake_end = os.pipe()
        for end in (self.wake, self.wake_end):
            os.set_blocking(end, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self.wake_end, warn_on_full_buffer=False)
        self.poll.register(self.wake, select.POLLIN)
        if owner.pidfd >= 0:
            self.poll.register(owner.pidfd, select.POLLIN)
        prctl(PR_SET_CHILD_SUBREAPER, 1)

    def wait(self, most: float | None = None) -> dict[int, int]:
        """Returns what is ready, by descriptor, once something is; drains the wake-up pipe.

        Args:
            most: Milliseconds after which it returns in any case; None for the owner's patience.
        """
        ready = dict(self.poll.poll(self.owner.patience if most is None else most))
        if self.wake in ready:
            _drain(self.wake)
        return ready

    def died(self, pid: int, status: int) -> None:
        """Takes note of a child that has just been reaped; the status is a wait status."""

    def kill(self) -> list[dict[str, Any]]:
        """Kills until nothing is left but the spared; returns what could not be killed.

        Again and again, since a tree that forks cannot be listed at one stroke.
        """
        deadline = time.monotonic() + LAST_RESORT_SECONDS
        waiter = select.poll()
        waiter.register(self.wake, select.POLLIN)
        while True:
            few = self.strike() <= FEW
            until = time.monotonic() + ROUND_MILLISECONDS / 1000
            while self.collect():
                if (late := time.monotonic()) >= deadline:
                    return self.tree()
                if not waiter.poll(max(0.0, (until - late) * 1000)):
                    break
                _drain(self.wake)
                if few and self.collect():
                    break
            else:
                return []

    def strike(self) -> int:
        """Kills what is there right now, once; returns how many processes that were.

        The leader's group goes first and at one stroke, while its leader is not reaped and the
        number therefore nobody else's. Then whatever else descends from here, group by group and
        one by one.
        """
        if self.leader:
            send(os.killpg, self.leader)
        for pid in self.processes.latest(self.spared) if self.processes.scan else ():
            send(os.kill, pid)
        left = self.processes.below(self.spared)
        for group in {_group(pid) for pid in left} - {0, os.getpgrp(), self.leader}:
            send(os.killpg, group)
        for pid in left:
            send(os.kill, pid)
        return len(left)

    def tree(self) -> list[dict[str, Any]]:
        """Returns what is alive below, but for the spared."""
        return self.processes.described(self.processes.below(self.spared))

    def collect(self) -> bool:
        """Reaps every child that is dead; returns whether there are any others but the spared."""
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG | os.WUNTRACED)
            except ChildProcessError:
                return False
            if pid == 0:
                return not self.spared or not self.spared.keys() >= set(self.processes.children())
            if not os.WIFSTOPPED(status):
                self.died(pid, status)
            elif pid in self.spared:  # a reaper may not be stopped
                send(os.kill, pid, signal.SIGCONT)


def _drain(fd: int) -> None:
    with suppress(BlockingIOError):
        os.read(fd, 4096)


def _group(pid: int) -> int:
    try:
        return os.getpgid(pid)
    except ProcessLookupError:
        return 0


def send(how: Any, pid: int, number: int = signal.SIGKILL) -> None:
    """Sends a signal to a process or a group that may be gone, or not ours to kill."""
    with suppress(ProcessLookupError, PermissionError):
        how(pid, number)


def tell(control: int, owner: Owner, message: dict[str, Any]) -> None:
    """Sends an event; waits for room in the socket only as long as the owner lives.

    A line is the event as `marshal` has it, in hexadecimal: both ends are of one interpreter, it
    is there without an import that takes time, and it is read without `ast`, which before Python
    3.11.8 and 3.12.2 fails if two threads use it at once.
    """
    data = marshal.dumps(message).hex().encode() + b"\n"
    room = select.poll()
    room.register(control, select.POLLOUT)
    if owner.pidfd >= 0:
        room.register(owner.pidfd, select.POLLIN)
    while data:
        try:
            data = data[os.write(control, data) :]
        except BlockingIOError:
            if owner.gone(dict(room.poll(owner.patience))):
                return
        except OSError:
            return
