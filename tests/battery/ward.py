"""Runs a command and waits for the end of all that comes of it: `python ward.py OUT COMMAND…`.

It is the subreaper of the command, so whatever loses its parent, daemons and other sessions
included, becomes its child: when it has no child any more, nothing is left. On its stdin it takes
`SIGINT` (to the command's group, as a terminal sends it) and `SIGKILL` (to the command itself), a
line each. At the end it says as JSON how the command ended, and what is left after the bound.
"""

from __future__ import annotations

import ctypes
import json
import os
import select
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

PR_SET_CHILD_SUBREAPER = 36
LIFETIME_SECONDS = 60.0
"""For the command itself, and then"""
BOUND_SECONDS = 30.0
"""for whatever came of it."""


def children() -> list[int]:
    task = f"/proc/self/task/{os.getpid()}/children"
    return [int(word) for word in Path(task).read_text().split()]


def words(pid: int) -> str:
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    return ""


class Ward:
    """The command, and a wait for whatever comes of it."""

    def __init__(self, out: str, command: list[str]) -> None:
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1)
        self.wake, end = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(end, warn_on_full_buffer=False)
        with Path(out).open("wb") as file:
            self.command = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=file, stderr=file, start_new_session=True
            )
        self.status: int | None = None
        self.deadline = time.monotonic() + LIFETIME_SECONDS

    def reap(self) -> bool:
        """Reaps whatever is dead; returns whether there is anything else."""
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return False
            if pid == 0:
                return True
            if pid == self.command.pid:
                self.status = os.waitstatus_to_exitcode(status)
                self.deadline = time.monotonic() + BOUND_SECONDS

    def obey(self, word: str) -> None:
        with suppress(ProcessLookupError):
            if word == "SIGINT":
                os.killpg(self.command.pid, signal.SIGINT)
            elif word == "SIGKILL":
                os.kill(self.command.pid, signal.SIGKILL)

    def run(self) -> list[str]:
        """Returns what is left at the deadline; nothing at once when nothing is left before."""
        poll = select.poll()
        poll.register(0, select.POLLIN)
        poll.register(self.wake, select.POLLIN)
        while self.reap():
            left = self.deadline - time.monotonic()
            if left <= 0:
                return [words(pid) for pid in children()]
            for fd, _ in poll.poll(left * 1000):
                if fd == self.wake:
                    os.read(fd, 4096)
                elif told := sys.stdin.readline():
                    self.obey(told.strip())
                else:
                    poll.unregister(0)
        return []

    def end(self) -> None:
        """Kills what is left, so that a failure stays small."""
        while self.reap():
            for pid in children():
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            select.select([self.wake], [], [], 1.0)


def main() -> None:
    ward = Ward(sys.argv[1], sys.argv[2:])
    left = ward.run()
    ward.end()
    print(json.dumps({"status": ward.status, "left": left}))  # noqa: T201


if __name__ == "__main__":
    main()
