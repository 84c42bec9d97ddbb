"""The kinds of leak, and how much each one matters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

__all__ = ["SEVERITIES", "Kind", "Leak", "Severity"]


class Kind(StrEnum):
    """What can be left over."""

    PROCESS = "process"
    HOME = "home"
    PROVIDER = "provider"
    STREAM = "stream"
    REQUEST = "request"
    TASK = "task"
    THREAD = "thread"
    SOCKET = "socket"
    DESCRIPTOR = "descriptor"
    CHILD = "child"
    ZOMBIE = "zombie"


class Severity(StrEnum):
    """What a leak does to the test that made it."""

    OFF = "off"
    WARN = "warn"
    FAIL = "fail"


SEVERITIES: Mapping[Kind, Severity] = MappingProxyType(
    {
        Kind.PROCESS: Severity.FAIL,
        Kind.HOME: Severity.FAIL,
        Kind.PROVIDER: Severity.FAIL,
        Kind.STREAM: Severity.WARN,
        Kind.REQUEST: Severity.WARN,
        Kind.TASK: Severity.WARN,
        Kind.THREAD: Severity.WARN,
        Kind.SOCKET: Severity.WARN,
        Kind.DESCRIPTOR: Severity.WARN,
        Kind.CHILD: Severity.FAIL,
        Kind.ZOMBIE: Severity.FAIL,
    }
)
"""What outlives the test run, or grows without bound in it, fails; the rest is said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leak:
    """One thing that was left over.

    Attributes:
        kind: What it is.
        what: It, in words: a command line, a path, a name; and who opened it where that is known.
        severity: What it does to the test.
        pid: Of a process, what its tree hangs from; of a child or zombie, its own process id.
    """

    kind: Kind
    what: str
    severity: Severity
    pid: int | None = None

    def __str__(self) -> str:
        """Says it in one line."""
        return f"{self.kind} {self.what}"
