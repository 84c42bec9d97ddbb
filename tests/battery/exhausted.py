"""Starts a program where the machine has nothing left: `python exhausted.py WHAT FOLDER FIRST`.

WHAT is `pids` (no process for this user), `descriptors` or `disk` (no file may grow); FIRST is
`first` for a process that has started nothing before, and `later`. It prints the error, then what
is open more than before, and starts the program once more where the limit is gone.
"""

from __future__ import annotations

import contextlib
import os
import resource
import sys
from pathlib import Path

from seatrial.errors import SeatrialError
from seatrial.home import home
from seatrial.process import Command, spawn_sync

LIMITS = {
    "pids": resource.RLIMIT_NPROC,
    "descriptors": resource.RLIMIT_NOFILE,
    "disk": resource.RLIMIT_FSIZE,
}


def start(folder: Path) -> None:
    command = Command(argv=("echo", "ran"), env={"PATH": os.environ["PATH"]}, cwd=folder)
    with spawn_sync(command, stderr_file=folder / "stderr") as process:
        assert process.line() == b"ran"


def main() -> None:
    what, folder = sys.argv[1], Path(sys.argv[2])
    if sys.argv[3] == "later":
        start(folder)
    before = len(os.listdir("/proc/self/fd"))  # noqa: PTH208
    limit = LIMITS[what]
    soft, hard = resource.getrlimit(limit)
    resource.setrlimit(limit, (0, hard))
    try:
        if what == "disk":
            with home():
                pass
        else:
            start(folder)
        print("it did not fail")  # noqa: T201
    except SeatrialError as error:
        print(error)  # noqa: T201
    resource.setrlimit(limit, (soft, hard))
    print("left:", len(os.listdir("/proc/self/fd")) - before)  # noqa: PTH208, T201
    with contextlib.suppress(FileNotFoundError):
        print("homes:", len(os.listdir(os.environ["SEATRIAL_HOMES"])))  # noqa: PTH208, T201
    start(folder)
    print("went on")  # noqa: T201


if __name__ == "__main__":
    main()
