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
from pathlib import Path
from typing import Any

from seatrial.leaks.kinds import SEVERITIES, Kind, Leak, Severity
from seatrial.leaks.ledger import ledger

__all__ = ["Snapshot", "below", "blind", "compare", "keep", "snapshot", "task_text"]

PROC = Path("/proc/self/fd").is_dir() and Path(f"/proc/self/task/{os.getpid()}/children").exists()
_EMPTY_LOOKS = 100
_WAITID = os.WEXITED | os.WNOHANG | os.WNOWAIT if hasattr(os, "waitid") else 0

Identity = tuple[int, int]

_kept: set[Identity] = set()


def blind() -> tuple[Kind, ...]:
    """Returns the kinds that cannot be seen on this machine."""
    return () if PROC else (Kind.DESCRIPTOR, Kind.ZOMBIE)


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


def children_of(pid: int | str) -> list[int]:
    """Returns the direct children of a process, of all its threads, from `/proc`."""
    found: list[int] = []
    try:
        for thread in os.listdir(f"/proc/{pid}/task"):  # noqa: PTH208 (a fifth of the time)
            with open(f"/proc/{pid}/task/{thread}/children", "rb", 0) as file:  # noqa: PTH123
                found += map(int, file.read().split())
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
    return frozenset(below("self"))


def below(pid: int | str) -> set[int]:
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


def _descriptors() -> dict[Identity, tuple[int, ...]]:
    found: dict[Identity, tuple[int, ...]] = {}
    for name in os.listdir("/proc/self/fd"):  # noqa: PTH208 (a fifth of the time)
        try:
            status = os.fstat(int(name))
        except OSError:  # it was the listing's own
            continue
        what = (status.st_dev, status.st_ino)
        found[what] = (*found.get(what, ()), int(name))
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
        *(_thread(thread) for thread in after.threads - before.threads if thread.is_alive()),
        *_opened(before.descriptors, after.descriptors),
    ]
    return [
        Leak(kind=kind, what=what, severity=severities[kind], pid=pid) for kind, what, pid in found
    ]


_Found = tuple[Kind, str, int | None]


def _children(pids: Iterable[int]) -> list[_Found]:
    known = {entry.facts.get("pid") for entry in ledger.unsettled()} | _helpers()
    known.discard(None)
    rows = {pid: _describe(pid) for pid in sorted(pids)}
    found: list[_Found] = []
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


def _describe(pid: int) -> tuple[Kind | None, str, int]:
    """Returns what a process is, its command line and its parent; kind None if it is gone."""
    if not PROC:
        import psutil

        try:
            process = psutil.Process(pid)
            return Kind.CHILD, " ".join(process.cmdline()), process.ppid()
        except psutil.Error:
            return None, "", 0
    try:
        stat = Path(f"/proc/{pid}/stat").read_bytes()
        argv = Path(f"/proc/{pid}/cmdline").read_bytes()[:4096]
        for _ in range(_EMPTY_LOOKS):  # in the midst of its exec a process has no words
            if argv:
                break
            os.sched_yield()
            argv = Path(f"/proc/{pid}/cmdline").read_bytes()[:4096]
    except OSError:
        return None, "", 0
    head, _, rest = stat.rpartition(b")")
    fields = rest.split()
    name = head.partition(b"(")[2].decode(errors="replace")
    words = argv.rstrip(b"\0").replace(b"\0", b" ").decode(errors="replace") or f"({name})"
    if fields[0] in {b"Z", b"X"}:
        return Kind.ZOMBIE, f"{words}, which has ended and was not waited for", int(fields[1])
    return Kind.CHILD, words, int(fields[1])


def _thread(thread: threading.Thread) -> _Found:
    target = getattr(thread, "_target", None)
    code = getattr(target, "__code__", None)
    where = f", running {code.co_filename}:{code.co_firstlineno}" if code else ""
    return Kind.THREAD, f"{thread.name}{where}", None


def task_text(task: asyncio.Task[Any]) -> str:
    """Returns a task in words: its name, its coroutine, and where that waits."""
    frames = task.get_stack(limit=1)
    where = f", at {frames[0].f_code.co_filename}:{frames[0].f_lineno}" if frames else ""
    name = getattr(task.get_coro(), "__qualname__", "")
    return f"{task.get_name()} ({name}){where}"


def _opened(
    before: Mapping[Identity, tuple[int, ...]], after: Mapping[Identity, tuple[int, ...]]
) -> list[_Found]:
    found: list[_Found] = []
    for what, fds in after.items():
        old = before.get(what, ())
        if what in _kept or len(fds) <= len(old):
            continue
        new = [fd for fd in fds if fd not in old][: len(fds) - len(old)]
        for fd in new:
            try:
                stands_for = Path(f"/proc/self/fd/{fd}").readlink()
            except OSError:
                continue
            found.append((Kind.DESCRIPTOR, f"{fd}: {stands_for}", None))
    return found
