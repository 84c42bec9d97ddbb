"""Processes that outlived the command that started them: adopted, found and ended (Linux)."""

from __future__ import annotations

import os
import signal
import sys

_SET_CHILD_SUBREAPER = 36
_ROUNDS = 64

KEPT: set[int] = set()
"""The process ids of children that are no orphans: whoever started one ends it."""


def adopt() -> None:
    """Become the parent of whatever a command leaves behind, so that it can be found."""
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def end_all() -> None:
    """Kill and reap this process's children but those that are kept, and theirs as they come up."""
    for _ in range(_ROUNDS):
        found = [pid for pid in children() if pid not in KEPT]
        if not found:
            return
        for pid in found:
            try:
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)
            except (ProcessLookupError, ChildProcessError):
                continue


def children() -> list[int]:
    """List the process ids of this process's children; empty where `/proc` is not Linux's."""
    if sys.platform != "linux":
        return []
    try:
        return _listed()
    except OSError:
        return _searched()


def _listed() -> list[int]:
    found = []
    for thread in os.listdir("/proc/self/task"):  # noqa: PTH208
        with open(f"/proc/self/task/{thread}/children", "rb") as file:  # noqa: PTH123
            found += [int(pid) for pid in file.read().split()]
    return found


def _searched() -> list[int]:
    """Look through all processes: for kernels that keep no list of children."""
    own = str(os.getpid()).encode()
    found = []
    for name in filter(str.isdecimal, os.listdir("/proc")):  # noqa: PTH208
        try:
            with open(f"/proc/{name}/stat", "rb") as file:  # noqa: PTH123
                parent = file.read().rpartition(b")")[2].split()[1]
        except OSError:
            continue
        if parent == own:
            found.append(int(name))
    return found
