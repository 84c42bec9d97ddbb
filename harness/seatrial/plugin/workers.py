"""A worker of pytest-xdist at its start: it keeps its ledger in a file, and dies with us."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from seatrial.leaks import ledger

__all__ = ["begin", "die_with"]

PR_SET_PDEATHSIG = 1


def begin(told: Mapping[str, Any], *, die: bool) -> None:
    """Follows what the controller told.

    Args:
        told: `log`, the file for the ledger, and `controller`, its pid, or 0 where its main thread
            did not start us.
        die: Whether to be killed with the controller.

    Raises:
        OSError: The file cannot be written.
    """
    ledger.log_to(Path(told["log"]))
    if die and told["controller"]:
        die_with(told["controller"])


def die_with(parent: int) -> bool:
    """Has the kernel kill this process when its parent dies; returns whether it will.

    Linux only (`PR_SET_PDEATHSIG`), and only for the direct parent. The kernel sends the signal
    when the parent's *thread* ends that started this process, so that has to be its main one.
    """
    if sys.platform != "linux" or os.getppid() != parent:
        return False
    import ctypes

    prctl = ctypes.CDLL(None, use_errno=True).prctl
    if prctl(PR_SET_PDEATHSIG, int(signal.SIGKILL)) != 0:
        return False
    if os.getppid() != parent:  # it died in between
        signal.raise_signal(signal.SIGKILL)
    return True
