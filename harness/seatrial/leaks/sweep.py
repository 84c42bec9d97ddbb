"""Finds what earlier runs of ours left, recognised by their marker, and ends just that."""

from __future__ import annotations

import contextlib
import json
import os
import select
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from seatrial.errors import SeatrialError
from seatrial.leaks.chance import await_deaths
from seatrial.leaks.run import Run, RunState

__all__ = [
    "MARKER",
    "OWNER_FILE",
    "CannotSweep",
    "LeftHome",
    "LeftProcess",
    "Remains",
    "Swept",
    "look",
    "own",
    "remove",
    "sweep",
]

MARKER = "SEATRIAL_RUN"
"""The variable that holds the run, in the environment of everything that a run starts."""

OWNER_FILE = "owner.json"
"""The file in the root of each home that names its run."""

LAST_RESORT_SECONDS = 5.0


class CannotSweep(SeatrialError):
    """Something that an earlier run left could not be looked at, ended or removed."""


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
class LeftHome:
    """A home that names its run; `kept` says that it was to be left behind."""

    root: Path
    run: Run
    kept: bool

    def __str__(self) -> str:
        """Says it in one line."""
        return f"home {self.root}{' (kept on purpose)' if self.kept else ''}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Remains:
    """What bears a run's marker right now, of whichever run."""

    processes: tuple[LeftProcess, ...] = ()
    homes: tuple[LeftHome, ...] = ()

    def runs(self) -> frozenset[Run]:
        """Returns the runs that are named."""
        return frozenset(one.run for one in self.processes) | {one.run for one in self.homes}

    def of(self, *states: RunState) -> Remains:
        """Returns what belongs to runs in these states."""
        known = {run: run.state for run in self.runs()}
        return Remains(
            processes=tuple(one for one in self.processes if known[one.run] in states),
            homes=tuple(one for one in self.homes if known[one.run] in states),
        )


@dataclass(slots=True, kw_only=True)
class Swept:
    """What a sweep did."""

    ended: list[LeftProcess] = field(default_factory=list)
    removed: list[LeftHome] = field(default_factory=list)
    alive: list[LeftProcess] = field(default_factory=list)
    stuck: list[LeftHome] = field(default_factory=list)


def own(root: Path, run: Run, *, kept: bool) -> None:
    """Writes into a home whose it is.

    Raises:
        OSError: The file cannot be written.
    """
    text = json.dumps({"run": str(run), "kept": kept})
    (root / OWNER_FILE).write_text(text + "\n", "utf-8")


def remove(root: Path) -> None:
    """Removes a home, the file that says whose it is last; what cannot be removed stays.

    Whoever is killed in the middle leaves a home that can still be told to be ours.
    """
    with contextlib.suppress(OSError):
        for path in root.iterdir():
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path, ignore_errors=True)
            elif path.name != OWNER_FILE:
                path.unlink(missing_ok=True)
    shutil.rmtree(root, ignore_errors=True)


def look(homes: Path) -> Remains:
    """Returns what bears a run's marker: processes of this user, and homes in a folder.

    Raises:
        CannotSweep: The folder cannot be read.
    """
    return Remains(processes=tuple(_processes()), homes=tuple(_homes(homes)))


def sweep(
    *homes: Path,
    wanted: Callable[[Run], bool] = lambda run: run.state is RunState.OVER,
    kept: bool = False,
) -> Swept:
    """Ends and removes what runs left that are over, and touches nothing else.

    Args:
        *homes: The folders that homes are made in.
        wanted: Which runs are swept; every one that is over, by default.
        kept: Whether homes that were kept on purpose are removed as well.

    Raises:
        CannotSweep: The folder cannot be read.
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
    for home in (one for folder in homes for one in _homes(folder)):
        if wanted(home.run) and (kept or not home.kept):
            remove(home.root)
            (done.stuck if home.root.exists() else done.removed).append(home)
    return done


def _homes(folder: Path) -> Iterator[LeftHome]:
    try:
        roots = sorted(folder.iterdir()) if folder.exists() else []
    except OSError as error:
        raise CannotSweep(
            f"cannot look for homes in {folder}",
            expected="the folder that homes are made in",
            arrived=str(error.strerror),
            cause="does SEATRIAL_HOMES name a file, or another user's folder?",
            remedy="set SEATRIAL_HOMES to the folder that the runs used, or unset it",
        ) from None
    for root in roots:
        if root.is_symlink():
            continue
        try:
            owner = json.loads((root / OWNER_FILE).read_text("utf-8"))
            run = Run.parse(owner["run"])
            kept = bool(owner["kept"])
        except (OSError, ValueError, LookupError, TypeError):
            continue  # nobody says that it is ours
        if run is not None:
            yield LeftHome(root=root, run=run, kept=kept)


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
