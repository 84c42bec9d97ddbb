"""What this process holds at one moment, cheaply, and what it holds more at another.

On Linux it is read from `/proc`. Elsewhere children come from psutil and threads from `threading`;
descriptors and zombies are not seen there (`blind` says so).
"""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any

from seatrial.leaks.kinds import SEVERITIES, Kind, Leak, Severity
from seatrial.leaks.ledger import ledger
from seatrial.leaks.words import PROC, Found, child, descriptor, task_text, thread

__all__ = ["Snapshot", "below", "blind", "compare", "keep", "snapshot"]

_OF_ONE_THREAD = 3
"""Links to a folder that holds one other: its own, its parent's, and that one's."""
_WAITID = os.WEXITED | os.WNOHANG | os.WNOWAIT if hasattr(os, "waitid") else 0

Identity = tuple[int, int]

_kept: set[Identity] = set()
_listed: tuple[list[str], Mapping[Identity, tuple[int, ...]]] = ([], {})


def blind() -> tuple[Kind, ...]:
    """Returns the kinds that cannot be seen on this machine."""
    return () if PROC else (Kind.DESCRIPTOR, Kind.SOCKET, Kind.ZOMBIE)


def keep(*descriptors: int) -> None:
    """Says that descriptors are open for as long as this process lives, and no leak.

    Raises:
        OSError: One of them is not open.
    """
    _kept.update(_identity(fd) for fd in descriptors)


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """What the process holds.

    Attributes:
        children: The pids of its descendants, zombies included.
        descriptors: Its open descriptors, by what they stand for (device, inode).
        threads: Its Python threads.
        tasks: The tasks of one loop that are not done.
    """

    children: frozenset[int]
    descriptors: Mapping[Identity, tuple[int, ...]]
    threads: frozenset[threading.Thread]
    tasks: frozenset[asyncio.Task[Any]] = frozenset()

    def grown(self, before: Snapshot, after: Snapshot) -> Snapshot:
        """Returns this one with what came between two others: it belongs to somebody else."""
        more = {
            what: (*self.descriptors.get(what, ()), *fds[len(before.descriptors.get(what, ())) :])
            for what, fds in after.descriptors.items()
        }
        return Snapshot(
            children=self.children | (after.children - before.children),
            descriptors={**self.descriptors, **more},
            threads=self.threads | (after.threads - before.threads),
            tasks=self.tasks | (after.tasks - before.tasks),
        )


def snapshot(*, loop: asyncio.AbstractEventLoop | None = None) -> Snapshot:
    """Looks at what this process holds right now.

    Args:
        loop: A loop whose tasks are looked at as well; it must not run in another thread.
    """
    return Snapshot(
        children=_descendants(),
        descriptors=_descriptors() if PROC else {},
        threads=frozenset(threading.enumerate()),
        tasks=frozenset(asyncio.all_tasks(loop)) if loop else frozenset(),
    )


def _read(path: str) -> bytes:
    """Returns what a file holds, without what `open` costs: this is done some times a test."""
    file = os.open(path, os.O_RDONLY)
    try:
        data = b""
        while more := os.read(file, 1 << 16):
            data += more
    finally:
        os.close(file)
    return data


def children_of(pid: int) -> list[int]:
    """Returns the direct children of a process, of all its threads, from `/proc`."""
    found: list[int] = []
    tasks = f"/proc/{pid}/task"
    try:
        single = os.stat(tasks).st_nlink == _OF_ONE_THREAD  # noqa: PTH116 (a third of a listing)
        for thread in (pid,) if single else os.listdir(tasks):  # noqa: PTH208 (a fifth)
            found += map(int, _read(f"{tasks}/{thread}/children").split())
    except OSError:
        pass
    return found


def _descendants() -> frozenset[int]:
    if not PROC:
        import psutil

        return frozenset(child.pid for child in psutil.Process().children(recursive=True))
    try:
        os.waitid(os.P_ALL, 0, _WAITID)
    except ChildProcessError:
        return frozenset()
    return frozenset(below(os.getpid()))


def below(pid: int) -> set[int]:
    """Returns the descendants of a process, from `/proc`."""
    found: set[int] = set()
    pending = children_of(pid)
    while pending:
        found.add(one := pending.pop())
        pending += children_of(one)
    return found


def _identity(fd: int) -> Identity:
    status = os.fstat(fd)
    return status.st_dev, status.st_ino


def _descriptors() -> Mapping[Identity, tuple[int, ...]]:
    """Returns what is open; the same as the last time while the same numbers are."""
    global _listed
    names = os.listdir("/proc/self/fd")  # noqa: PTH208 (a fifth of the time)
    if names == _listed[0]:
        return _listed[1]
    found: dict[Identity, tuple[int, ...]] = {}
    for name in names:
        try:
            status = os.fstat(fd := int(name))
        except OSError:  # it was the listing's own
            continue
        what = (status.st_dev, status.st_ino)
        found[what] = (*found[what], fd) if what in found else (fd,)
    _listed = names, found
    return found


def compare(
    before: Snapshot,
    after: Snapshot,
    *,
    severities: Mapping[Kind, Severity] = SEVERITIES,
) -> list[Leak]:
    """Returns what the later snapshot has more, and is still there.

    Processes that the ledger knows are left out, with all that is below them.
    """
    found = [
        *_children(after.children - before.children),
        *(
            (Kind.TASK, task_text(task), None)
            for task in after.tasks - before.tasks
            if not task.done()
        ),
        *(thread(one) for one in after.threads - before.threads if one.is_alive()),
        *_opened(before.descriptors, after.descriptors),
    ]
    return [
        Leak(kind=kind, what=what, severity=severities[kind], pid=pid) for kind, what, pid in found
    ]


def _children(pids: Iterable[int]) -> list[Found]:
    known = {entry.facts.get("pid") for entry in ledger.unsettled()} | _helpers()
    known.discard(None)
    rows = {pid: child(pid) for pid in sorted(pids)}
    found: list[Found] = []
    for pid, (kind, what, parent) in rows.items():
        above = pid
        while above in rows and above not in known:
            above = rows[above][2]
        mine = kind is Kind.CHILD or (kind is Kind.ZOMBIE and parent == os.getpid())
        if kind is not None and mine and above not in known:
            found.append((kind, f"{pid}: {what}", pid))
    return found


def _helpers() -> set[int | None]:
    """Returns what the standard library starts once and keeps."""
    modules = sys.modules
    tracker = getattr(modules.get("multiprocessing.resource_tracker"), "_resource_tracker", None)
    server = getattr(modules.get("multiprocessing.forkserver"), "_forkserver", None)
    return {getattr(tracker, "_pid", None), getattr(server, "_forkserver_pid", None)} - {None}


def _opened(
    before: Mapping[Identity, tuple[int, ...]], after: Mapping[Identity, tuple[int, ...]]
) -> list[Found]:
    known = set(chain(*before.values()))
    found: list[Found] = []
    for what, fds in after.items():
        more = len(fds) - len(before.get(what, ()))
        if what not in _kept and more > 0:
            new = [fd for fd in fds if fd not in known]
            found += filter(None, map(descriptor, new[:more]))
    return found
