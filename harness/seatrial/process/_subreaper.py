"""What the zygote and its reapers share: descendants to collect, and an end that leaves none.

Both are *child subreapers*: a descendant that daemonised or moved to a session of its own becomes
the subreaper's child when its parent dies, so the whole tree can be walked from there. Standard
library only, and nothing that is slow or large to import: see `_zygote.py`.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import select
import signal
import time

TYPE_CHECKING = False
if TYPE_CHECKING:  # typing is slow to import, and this starts once a worker
    from typing import Any

PR_SET_NAME = 15
PR_SET_CHILD_SUBREAPER = 36
EMPTY_LOOKS = 100
LAST_RESORT_SECONDS = 5.0
ROUND_MILLISECONDS = 2
LOOK_MILLISECONDS = 50
FEW = 8
IGNORED = ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGPIPE", "SIGTSTP", "SIGUSR1", "SIGUSR2")

prctl = ctypes.CDLL(None, use_errno=True).prctl


def _stat(pid: int) -> list[bytes]:
    """Returns the fields of a process behind its name: state, parent, … ; [] once it is gone."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            return file.read().rpartition(b")")[2].split()
    except OSError:
        return []


def _listed(pid: int) -> list[int]:
    """Returns the direct children of a process, of all its threads, as the kernel lists them."""
    found: list[int] = []
    with contextlib.suppress(OSError):  # it has just gone
        for thread in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{thread}/children", "rb") as file:
                found += [int(word) for word in file.read().split()]
    return found


class Family:
    """What came of this process, read from where this machine shows it."""

    def __init__(self, listing: str) -> None:
        self.scan = listing == "stat"

    def children(self) -> list[int]:
        """Returns the direct children, dead ones too."""
        me = os.getpid()
        return self._by_parent().get(me, []) if self.scan else _listed(me)

    def below(self, spared: dict[int, int]) -> list[int]:
        """Returns every descendant, parents first, but for the spared children and theirs."""
        known = self._by_parent() if self.scan else None
        found: list[int] = []
        pending = [os.getpid()]
        while pending:
            pid = pending.pop()
            children = _listed(pid) if known is None else known.get(pid, [])
            fresh = [child for child in children if child not in spared]
            found += fresh
            pending += fresh
        return found

    def _by_parent(self) -> dict[int, list[int]]:
        found: dict[int, list[int]] = {}
        for name in os.listdir("/proc"):
            if name.isdecimal() and len(fields := _stat(int(name))) > 1:
                found.setdefault(int(fields[1]), []).append(int(name))
        return found


def described(pids: list[int]) -> list[dict[str, Any]]:
    """Returns the processes as {pid, argv, state}, without those that are gone or zombies."""
    found = []
    for pid in pids:
        state = (_stat(pid) or [b"X"])[0].decode()
        if state in "ZX":
            continue
        argv = _words(pid)
        if argv is not None:
            found.append({"pid": pid, "argv": argv, "state": state})
    return found


def _words(pid: int) -> list[str] | None:
    """Returns a command line; None for a process that is gone.

    In the midst of its exec a process has none for a moment, so an empty one is looked at again,
    some times, with the processor left to others in between.
    """
    line = b""
    for _ in range(EMPTY_LOOKS):
        try:
            with open(f"/proc/{pid}/cmdline", "rb") as file:
                line = file.read(4096).rstrip(b"\0")
        except OSError:
            return None
        if line:
            break
        os.sched_yield()
    return line.decode(errors="replace").split("\0")


class Owner:
    """The process that everything here ends with."""

    def __init__(self, pidfd: int, pid: int) -> None:
        self.pidfd = pidfd
        self.pid = pid
        self.born = self._birth()
        self.patience = LOOK_MILLISECONDS if pidfd < 0 else None

    def _birth(self) -> bytes:
        """Returns when it was born, which tells it from a later process of the same number."""
        fields = _stat(self.pid)
        return b"" if not fields or fields[0] in b"ZX" else fields[19]

    def gone(self, ready: dict[int, int]) -> bool:
        """Says whether it has died, given what a poll reported."""
        return self.pidfd in ready if self.pidfd >= 0 else self._birth() != self.born


class Subreaper:
    """What both roles share: descendants to collect, and an end that leaves none of them."""

    def __init__(self, owner: Owner, family: Family) -> None:
        self.owner = owner
        self.family = family
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

    def wait(self) -> dict[int, int]:
        """Returns what is ready, by descriptor, once something is; drains the wake-up pipe."""
        ready = dict(self.poll.poll(self.owner.patience))
        if self.wake in ready:
            _drain(self.wake)
        return ready

    def died(self, pid: int, status: int) -> None:
        """Takes note of a child that has just been reaped; the status is a wait status."""

    def kill(self) -> list[dict[str, Any]]:
        """Kills until nothing is left but the spared; returns what could not be killed.

        The leader's group goes first and at one stroke, while its leader is not reaped and the
        number therefore nobody else's. Then whatever else descends from here, group by group and
        one by one, again and again, since a tree that forks cannot be listed at one stroke.
        """
        deadline = time.monotonic() + LAST_RESORT_SECONDS
        waiter = select.poll()
        waiter.register(self.wake, select.POLLIN)
        while True:
            if self.leader:
                send(os.killpg, self.leader)
            left = self.family.below(self.spared)
            groups = {_group(pid) for pid in left} - {0, os.getpgrp(), self.leader}
            for group in groups:
                send(os.killpg, group)
            for pid in left:
                send(os.kill, pid)
            until = time.monotonic() + ROUND_MILLISECONDS / 1000
            while self.collect():
                if (late := time.monotonic()) >= deadline:
                    return described(self.family.below(self.spared))
                if not waiter.poll(max(0.0, (until - late) * 1000)):
                    break
                _drain(self.wake)
                if len(left) <= FEW and self.collect():
                    break
            else:
                return []

    def collect(self) -> bool:
        """Reaps every child that is dead; returns whether there are any others but the spared."""
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG | os.WUNTRACED)
            except ChildProcessError:
                return False
            if pid == 0:
                return not self.spared or not self.spared.keys() >= set(self.family.children())
            if not os.WIFSTOPPED(status):
                self.died(pid, status)
            elif pid in self.spared:  # a reaper may not be stopped
                send(os.kill, pid, signal.SIGCONT)


def _drain(fd: int) -> None:
    with contextlib.suppress(BlockingIOError):
        os.read(fd, 4096)


def _group(pid: int) -> int:
    try:
        return os.getpgid(pid)
    except ProcessLookupError:
        return 0


def send(how: Any, pid: int, number: int = signal.SIGKILL) -> None:
    """Sends a signal to a process or a group that may be gone, or not ours to kill."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        how(pid, number)


def tell(control: int, owner: Owner, message: dict[str, Any]) -> None:
    """Sends an event; waits for room in the socket only as long as the owner lives."""
    data = ascii(message).encode() + b"\n"
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
