"""The ledger: what was opened, by which test and from which line, and whether it was settled."""

from __future__ import annotations

import itertools
import json
import os
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

from seatrial.leaks.kinds import Kind
from seatrial.leaks.run import RUN

__all__ = ["Entry", "Ledger", "LeftBehind", "ledger", "read_log"]

_WAY = frozenset({"seatrial", "seatrial_provider", "contextlib", "asyncio"})
"""Packages that lie between what is opened and whoever wanted it."""

_RUNNERS = frozenset({"_pytest", "pytest", "pluggy", "click", "runpy"})
"""Packages that only call; behind them nobody is found who wanted anything."""

_check: ContextVar[str] = ContextVar("seatrial_check", default="")
_asked: ContextVar[str] = ContextVar("seatrial_asked", default="")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Entry:
    """One thing that was opened.

    Attributes:
        number: Its place in the ledger.
        kind: What it is.
        name: Which one: a command line, a folder, an address.
        owner: Who opened it: a test's id, a fixture, a check; empty if nobody is known.
        place: The first caller outside Seatrial, as file:line.
        at: When, in seconds of the epoch.
        facts: What else is known; a process has its `pid`, and as its `root` the pid of what all
            that comes of it hangs from: its supervisor, or itself.
    """

    number: int
    kind: Kind
    name: str
    owner: str
    place: str
    at: float
    facts: Mapping[str, Any]
    ledger: Ledger = field(repr=False)

    def settle(self, *, left: Sequence[str] = ()) -> None:
        """Notes that it was closed; safe to call again.

        Args:
            left: What the server under test left behind, in words: its leaks and not the test's.
        """
        self.ledger._settle(self, left)

    @property
    def settled(self) -> bool:
        """Whether it was closed."""
        return self not in self.ledger.unsettled()

    def __str__(self) -> str:
        """Says it in one line."""
        pid = f" (pid {self.facts['pid']})" if "pid" in self.facts else ""
        by = f", opened by {self.owner}" if self.owner else ", opened"
        return f"{self.name}{pid}{by} at {self.place}"


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftBehind:
    """What a server under test left when its own process had ended: a finding on the server."""

    entry: Entry
    what: tuple[str, ...]


class Ledger:
    """What was opened in this process.

    Attributes:
        opened: How many things were opened so far.
        test: Who owns what is opened from now on; the plugin sets it to the test that runs.
        left: What servers under test left behind.
    """

    def __init__(self) -> None:
        self.opened = 0
        self.test = ""
        self.left: list[LeftBehind] = []
        self._numbers = itertools.count(1)
        self._open: dict[int, Entry] = {}
        self._log: int | None = None
        self._head = b""

    def open(self, kind: Kind, name: str, **facts: Any) -> Entry:
        """Notes that something was opened, by whom and from where.

        Args:
            kind: What it is.
            name: Which one.
            **facts: What else is known; JSON values.
        """
        check = _check.get()
        entry = Entry(
            number=next(self._numbers),
            kind=kind,
            name=name,
            owner=self.test or check,
            place=_asked.get() or _place(sys._getframe(1)),
            at=time.time(),
            facts={**facts, "check": check} if check and self.test else facts,
            ledger=self,
        )
        self.opened += 1
        self._open[entry.number] = entry
        self._write({"open": entry.number, "kind": kind, "name": name, "owner": entry.owner}
                    | {"place": entry.place, "facts": facts})  # fmt: skip
        return entry

    def unsettled(self, owner: str | None = None) -> list[Entry]:
        """Returns what is open: all of it, or what one owner opened."""
        return [entry for entry in self._open.values() if owner in {None, entry.owner}]

    @contextmanager
    def owned_by(self, check: str) -> Iterator[None]:
        """Names the check that opens what is opened in this block, in this context only.

        Where tests run as well, the test is the owner, and the check is among the facts.
        """
        token = _check.set(check)
        try:
            yield
        finally:
            _check.reset(token)

    @contextmanager
    def asked_for_here(self) -> Iterator[None]:
        """Has what this block asks another thread to open stand at the caller's own place."""
        token = _asked.set(_place(sys._getframe(1)))
        try:
            yield
        finally:
            _asked.reset(token)

    def log_to(self, file: Path) -> None:
        """Keeps what is open in a file from now on, so that it is known after a crash.

        On a full disk the file stays empty, and the tests go on.

        Raises:
            OSError: The file cannot be made.
        """
        self._log = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND, 0o600)
        self._head = json.dumps({"run": str(RUN)}).encode() + b"\n"
        with suppress(OSError):
            os.write(self._log, self._head)

    def _settle(self, entry: Entry, left: Sequence[str]) -> None:
        if self._open.pop(entry.number, None) is None:
            return
        if left:
            self.left.append(LeftBehind(entry=entry, what=tuple(left)))
        if self._open or self._log is None:
            self._write({"settled": entry.number})
        else:
            with suppress(OSError):
                os.ftruncate(self._log, len(self._head))

    def _write(self, row: Mapping[str, Any]) -> None:
        if self._log is not None:
            with suppress(OSError):  # a full disk fails what needs the disk, and not the ledger
                os.write(self._log, json.dumps(row, default=str).encode() + b"\n")

    def forget(self) -> None:
        """Begins anew in a fork of this process: what is open, and the file, are the parent's."""
        self._open.clear()
        self._log = None


def read_log(file: Path) -> tuple[str, list[dict[str, Any]]]:
    """Returns the run that wrote a log, and what was open at the end of it.

    A row has `kind`, `name`, `owner`, `place` and `facts`. A last line that was cut off is left
    out; a file that is not there is empty.
    """
    run, rows = "", {}
    for line in file.read_bytes().splitlines() if file.exists() else ():
        try:
            row = json.loads(line)
        except ValueError:
            continue
        run = row.get("run", run)
        if "open" in row:
            rows[row["open"]] = row
        rows.pop(row.get("settled"), None)
    return run, list(rows.values())


_packages: dict[CodeType, str] = {}


def _package(frame: FrameType) -> str:
    code = frame.f_code
    if code not in _packages:
        _packages[code] = str(frame.f_globals.get("__name__", "")).partition(".")[0]
    return _packages[code]


def _place(frame: FrameType | None) -> str:
    """Returns the first caller outside Seatrial; where there is none, the outermost inside it."""
    last = ""
    while frame is not None:
        package = _package(frame)
        if package in _RUNNERS:
            break
        if package not in {"contextlib", "asyncio"}:
            last = f"{frame.f_code.co_filename}:{frame.f_lineno}"
        if package not in _WAY:
            return last
        frame = frame.f_back
    return last


ledger = Ledger()
"""The ledger of this process."""

if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=ledger.forget)
