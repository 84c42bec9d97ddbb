"""A bounded chance for what is on its way out, and a certain end for what is not."""

from __future__ import annotations

import gc
import os
import select
import signal
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress

from seatrial.leaks.kinds import SEVERITIES, Kind, Leak, Severity
from seatrial.leaks.snapshot import Snapshot, below, compare, snapshot
from seatrial.leaks.words import PROC

__all__ = ["CHANCE_SECONDS", "await_deaths", "end_trees", "leaks_since"]

CHANCE_SECONDS = 0.1
"""How long what is on its way out may take; multiplied by `SEATRIAL_TIMEOUT_FACTOR`."""

LAST_RESORT_SECONDS = 5.0


def leaks_since(
    before: Snapshot,
    *,
    bound: float,
    severities: Mapping[Kind, Severity] = SEVERITIES,
) -> list[Leak]:
    """Returns what is more than before, once it had its chance to go.

    Nothing is waited for, and nothing collected, unless something is more. Then the end of a
    process or of a thread is awaited as the event that it is.

    Args:
        before: What was there.
        bound: Seconds that the chance lasts at most.
        severities: How much each kind matters.
    """
    deadline = time.monotonic() + bound
    after = snapshot()
    if _same(before, after) or not compare(before, after):
        return []
    gc.collect()
    while found := compare(before, after := snapshot(), severities=severities):
        left = deadline - time.monotonic()
        alive = [leak.pid for leak in found if leak.pid and leak.kind is Kind.CHILD]
        threads = [one for one in after.threads - before.threads if one.is_alive()]
        if left <= 0 or not (alive or threads):
            break
        if alive:
            await_deaths(alive, bound=left, every=False)
        else:
            threads[0].join(left)
    return found


def _same(before: Snapshot, after: Snapshot) -> bool:
    return (
        after.children <= before.children
        and after.threads <= before.threads
        and after.descriptors == before.descriptors
    )


def await_deaths(pids: Iterable[int], *, bound: float, every: bool = True) -> bool:
    """Waits until processes have died; returns whether they have, or one where one is enough.

    Args:
        pids: The processes, children of ours or not.
        bound: Seconds that it lasts at most.
        every: Whether all of them have to die, or any.
    """
    if not hasattr(os, "pidfd_open"):
        return _await_with_psutil(pids, bound=bound, every=every)
    poll, waiting = select.poll(), set()
    try:
        for pid in pids:
            with suppress(ProcessLookupError):
                waiting.add(fd := os.pidfd_open(pid))
                poll.register(fd, select.POLLIN)
        deadline = time.monotonic() + bound
        while waiting:
            dead = poll.poll(max(0.0, deadline - time.monotonic()) * 1000)
            for fd, _ in dead:
                poll.unregister(fd)
                waiting.discard(fd)
                os.close(fd)
            if not dead or not every:
                break
        return not waiting
    finally:
        for fd in waiting:
            os.close(fd)


def _await_with_psutil(pids: Iterable[int], *, bound: float, every: bool) -> bool:
    import psutil

    processes = []
    for pid in pids:
        with suppress(psutil.Error):
            processes.append(psutil.Process(pid))
    waited = processes if every else processes[:1]
    return not psutil.wait_procs(waited, timeout=bound)[1]


def end_trees(pids: Iterable[int]) -> list[int]:
    """Kills processes with all that is below them, and reaps those that are our children.

    Returns:
        The pids that are still alive after five seconds.
    """
    deadline = time.monotonic() + LAST_RESORT_SECONDS
    pending = set(pids)
    while pending and time.monotonic() < deadline:
        for pid in tuple(pending):
            pending |= _below(pid)
        for pid in pending:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        await_deaths(pending, bound=max(0.0, deadline - time.monotonic()))
        for pid in pending:
            with suppress(ChildProcessError):
                os.waitpid(pid, os.WNOHANG)
        pending = {pid for pid in pending if not await_deaths([pid], bound=0)}
    return sorted(pending)


def _below(pid: int) -> set[int]:
    if PROC:
        return below(pid)
    import psutil

    with suppress(psutil.Error):
        return {child.pid for child in psutil.Process(pid).children(recursive=True)}
    return set()
