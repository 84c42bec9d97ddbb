"""Finds what earlier runs of ours left, recognised by their marker, and ends just that."""

from __future__ import annotations

import os
import select
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from seatrial.leaks.chance import await_deaths
from seatrial.leaks.folders import CannotSweep, LeftFolder, find, remove
from seatrial.leaks.run import Run, RunState

__all__ = [
    "MARKER",
    "CannotSweep",
    "LeftProcess",
    "Remains",
    "Swept",
    "look",
    "sweep",
]

MARKER = "SEATRIAL_RUN"
"""The variable that holds the run, in the environment of everything that a run starts."""

LAST_RESORT_SECONDS = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftProcess:
    """A process that has a run's marker in its environment."""

    pid: int
    argv: tuple[str, ...]
    run: Run

    def __str__(self) -> str:
        """Says it in one line."""
        return f"process {self.pid}: {' '.join(self.argv)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Remains:
    """What bears a run's marker right now, of whichever run."""

    processes: tuple[LeftProcess, ...] = ()
    folders: tuple[LeftFolder, ...] = ()

    def runs(self) -> frozenset[Run]:
        """Returns the runs that are named."""
        return frozenset(one.run for one in self.processes) | {one.run for one in self.folders}

    def of(self, *states: RunState) -> Remains:
        """Returns what belongs to runs in these states."""
        known = {run: run.state for run in self.runs()}
        return Remains(
            processes=tuple(one for one in self.processes if known[one.run] in states),
            folders=tuple(one for one in self.folders if known[one.run] in states),
        )


@dataclass(slots=True, kw_only=True)
class Swept:
    """What a sweep did."""

    ended: list[LeftProcess] = field(default_factory=list)
    removed: list[LeftFolder] = field(default_factory=list)
    alive: list[LeftProcess] = field(default_factory=list)
    stuck: list[LeftFolder] = field(default_factory=list)


def look(*folders: Path) -> Remains:
    """Returns what bears a run's marker: processes of this user, and folders below these.

    Raises:
        CannotSweep: A folder cannot be read.
    """
    return Remains(processes=tuple(_processes()), folders=tuple(chain(*map(find, folders))))


def sweep(
    *folders: Path,
    wanted: Callable[[Run], bool] = lambda run: run.state is RunState.OVER,
    kept: bool = False,
) -> Swept:
    """Ends and removes what runs left that are over, and touches nothing else.

    Args:
        *folders: The folders that homes and ledgers are made in.
        wanted: Which runs are swept; every one that is over, by default.
        kept: Whether homes that were kept on purpose are removed as well.

    Raises:
        CannotSweep: A folder cannot be read.
    """
    done = Swept()
    deadline = time.monotonic() + LAST_RESORT_SECONDS
    while found := [one for one in _processes() if wanted(one.run)]:
        if time.monotonic() > deadline:
            done.alive = found
            break
        ended = [one for one in found if _kill(one)]
        known = {one.pid for one in done.ended}
        done.ended += [one for one in ended if one.pid not in known]
        await_deaths((one.pid for one in found), bound=max(0.0, deadline - time.monotonic()))
    for left in chain(*map(find, folders)):
        if wanted(left.run) and (kept or not left.kept):
            remove(left.root)
            (done.stuck if left.root.exists() else done.removed).append(left)
    return done


def _processes() -> Iterator[LeftProcess]:
    if not Path("/proc/self/environ").exists():
        yield from _with_psutil()
        return
    spared = _ancestry()
    for name in os.listdir("/proc"):  # noqa: PTH208 (names are all that is needed)
        if not name.isdigit() or int(name) in spared:
            continue
        if (run := _run_of(int(name))) is not None:
            argv = _read(int(name), "cmdline").rstrip(b"\0").decode(errors="replace")
            yield LeftProcess(pid=int(name), argv=tuple(argv.split("\0")), run=run)


def _ancestry() -> set[int]:
    """Returns this process and those above it: whoever sweeps is not swept."""
    found, pid = set(), os.getpid()
    while pid:
        found.add(pid)
        fields = _read(pid, "stat").rpartition(b")")[2].split()
        pid = int(fields[1]) if fields else 0
    return found


def _with_psutil() -> Iterator[LeftProcess]:
    import psutil

    spared = {os.getpid(), *(one.pid for one in psutil.Process().parents())}
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if process.uids().real != os.getuid() or process.pid in spared:
                continue
            run = Run.parse(process.environ().get(MARKER, ""))
            if run is not None:
                yield LeftProcess(pid=process.pid, argv=tuple(process.cmdline()), run=run)


def _read(pid: int, name: str) -> bytes:
    try:
        return Path(f"/proc/{pid}/{name}").read_bytes()
    except OSError:
        return b""


def _run_of(pid: int) -> Run | None:
    """Returns the run in a process's environment; None where there is none, or not this user's."""
    try:
        if Path(f"/proc/{pid}").stat().st_uid != os.geteuid():
            return None
    except OSError:
        return None
    head = f"{MARKER}=".encode()
    for word in _read(pid, "environ").split(b"\0"):
        if word.startswith(head):
            return Run.parse(word.removeprefix(head).decode(errors="replace"))
    return None


def _kill(process: LeftProcess) -> bool:
    """Kills a process if its pid still belongs to a process of that run; returns whether."""
    if not hasattr(os, "pidfd_open"):
        return _kill_with_psutil(process)
    try:
        fd = os.pidfd_open(process.pid)
    except OSError:
        return False
    try:
        poll = select.poll()
        poll.register(fd, select.POLLIN)
        same = _run_of(process.pid) == process.run
        if not same or poll.poll(0):  # alive now, so the environment that was read is its own
            return False
        signal.pidfd_send_signal(fd, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return False
    finally:
        os.close(fd)
    return True


def _kill_with_psutil(process: LeftProcess) -> bool:
    import psutil

    try:
        found = psutil.Process(process.pid)
        if found.environ().get(MARKER) != str(process.run):
            return False
        found.kill()  # psutil compares the time that it began at
    except psutil.Error:
        return False
    return True
