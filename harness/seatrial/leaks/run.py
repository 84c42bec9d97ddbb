"""A run's own name: whose process it is and when that began, so that a later run can tell."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

__all__ = ["RUN", "Run", "RunState"]

_MARKER = re.compile(r"(\d+)-(\d+)-(\d+)-([0-9a-f]{8})")


class RunState(StrEnum):
    """Whether a run's own process is still there."""

    LIVING = "living"
    OVER = "over"
    ELSEWHERE = "elsewhere"


def _started(pid: int) -> int | None:
    """Returns when a process began, in units of its platform; None if it is gone, or a zombie."""
    if Path("/proc/self/stat").exists():
        try:
            fields = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()
        except OSError:
            return None
        return None if fields[0] in {b"Z", b"X"} else int(fields[19])
    import psutil

    try:
        process = psutil.Process(pid)
        return None if process.status() == "zombie" else int(process.create_time() * 1000)
    except psutil.Error:
        return None


def _namespace() -> int:
    """Returns the inode of our pid namespace, 0 where there are none: pids mean nothing across."""
    try:
        return Path("/proc/self/ns/pid").stat().st_ino
    except OSError:
        return 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One process that starts servers: a test worker, or a command of ours.

    Attributes:
        pid: Its process id.
        started: When it began: clock ticks since boot on Linux, elsewhere milliseconds of the
            epoch.
        namespace: The inode of its pid namespace; 0 where there are none.
        token: Eight random hexadecimal digits.
    """

    pid: int
    started: int
    namespace: int
    token: str

    @classmethod
    def current(cls) -> Run:
        """Returns a new name for this process."""
        pid = os.getpid()
        return cls(
            pid=pid,
            started=_started(pid) or 0,
            namespace=_namespace(),
            token=os.urandom(4).hex(),
        )

    @classmethod
    def parse(cls, text: str) -> Run | None:
        """Reads what `str` wrote; None for anything else, which is then not ours."""
        found = _MARKER.fullmatch(text)
        if not found:
            return None
        pid, started, namespace, token = found.groups()
        return cls(pid=int(pid), started=int(started), namespace=int(namespace), token=token)

    @property
    def state(self) -> RunState:
        """Whether it is living, over, or in another pid namespace, where we cannot tell.

        It is over when its process is gone or a zombie, or when its pid belongs to a process that
        began at another time.
        """
        if self.namespace != _namespace():
            return RunState.ELSEWHERE
        return RunState.LIVING if _started(self.pid) == self.started else RunState.OVER

    def __str__(self) -> str:
        """The marker: pid, start, namespace, random, divided by hyphens."""
        return f"{self.pid}-{self.started}-{self.namespace}-{self.token}"


RUN = Run.current()
"""This process's name, in the environment and the homes of everything that it starts."""
