"""What a controller of pytest-xdist asks of its workers: a ledger in a file, and to die with it."""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path
from typing import Any

from seatrial.leaks import ledger

__all__ = ["arm", "begin"]


def begin(log: str) -> None:
    """Keeps the ledger of this process, a worker, in a file.

    Raises:
        OSError: The file cannot be written.
    """
    ledger.log_to(Path(log))


def arm(gateway: Any) -> bool:
    """Has a worker killed by the kernel when this process dies; returns whether it will be.

    It is done over the worker's gateway, before there is any pytest in it: a worker whose
    controller dies while it starts would stay for fifteen seconds. Linux only
    (`PR_SET_PDEATHSIG`), and only from the main thread: the kernel sends the signal when the
    *thread* of the parent ends that started the child.
    """
    if sys.platform != "linux" or threading.current_thread() is not threading.main_thread():
        return False
    gateway.remote_exec(_die_with, parent=os.getpid()).waitclose()
    return True


def _die_with(channel: object, parent: int) -> None:
    """Runs in the worker, by its source: no name of this module exists there."""
    import ctypes
    import os
    import signal

    if os.getppid() == parent:  # not if something stands in between, such as a wrapper
        ctypes.CDLL(None).prctl(1, int(signal.SIGKILL))  # PR_SET_PDEATHSIG
        if os.getppid() != parent:  # it died in between
            signal.raise_signal(signal.SIGKILL)
