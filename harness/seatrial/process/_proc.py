"""What /proc shows of the processes that came of this one.

Standard library only, and nothing that is slow or large to import: see `_zygote.py`.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:  # typing is slow to import, and this starts once a worker
    from typing import Any

EMPTY_LOOKS = 100
CHUNK = 4096
LATEST = 8


class Processes:
    """The processes of this machine, as they are listed here.

    The folder is opened once: what is mounted there for the server may be another one.
    """

    def __init__(self, listing: str) -> None:
        self.scan = listing == "stat"
        self.folder = os.open("/proc", os.O_RDONLY | os.O_DIRECTORY)

    def _read(self, path: str) -> bytes | None:
        """Returns all of a file; None once its process is gone."""
        try:
            file = os.open(path, os.O_RDONLY, dir_fd=self.folder)
        except OSError:
            return None
        try:
            data = b""
            while more := os.read(file, CHUNK):
                data += more
            return data
        except OSError:
            return None
        finally:
            os.close(file)

    def fields(self, pid: int) -> list[bytes]:
        """Returns what is behind a process's name: state, parent, …; [] once it is gone."""
        return (self._read(f"{pid}/stat") or b"").rpartition(b")")[2].split()

    def birth(self, pid: int) -> bytes:
        """Returns when it was born, which tells it from a later one of its number; b"" if dead."""
        fields = self.fields(pid)
        return b"" if not fields or fields[0] in b"ZX" else fields[19]

    def children(self) -> list[int]:
        """Returns our direct children, dead ones too."""
        me = os.getpid()
        return self._by_parent().get(me, []) if self.scan else self._listed(me)

    def below(self, spared: dict[int, int]) -> list[int]:
        """Returns every descendant of ours, parents first, but for the spared and theirs."""
        known = self._by_parent() if self.scan else None
        found: list[int] = []
        pending = [os.getpid()]
        while pending:
            pid = pending.pop()
            children = self._listed(pid) if known is None else known.get(pid, [])
            fresh = [child for child in children if child not in spared]
            found += fresh
            pending += fresh
        return found

    def latest(self, spared: dict[int, int]) -> list[int]:
        """Returns our direct children among the last few processes that were begun at all.

        A chain that forks and exits is faster than a search of all processes. The number that was
        given out last is the end of /proc/loadavg; see proc(5).
        """
        last = int((self._read("loadavg") or b"0").split()[-1])
        me = b"%d" % os.getpid()
        around = range(last, max(0, last - LATEST), -1)
        return [pid for pid in around if self.fields(pid)[1:2] == [me] and pid not in spared]

    def _listed(self, pid: int) -> list[int]:
        """Returns the direct children of all threads of a process, as the kernel lists them."""
        try:
            folder = os.open(f"{pid}/task", os.O_RDONLY | os.O_DIRECTORY, dir_fd=self.folder)
        except OSError:  # it has just gone
            return []
        try:
            threads = os.listdir(folder)
        except OSError:
            return []
        finally:
            os.close(folder)
        lists = [self._read(f"{pid}/task/{thread}/children") or b"" for thread in threads]
        return [int(word) for words in lists for word in words.split()]

    def _by_parent(self) -> dict[int, list[int]]:
        """Returns the children of each process.

        The folder is opened anew: how far a listing has come is shared by all that hold one
        descriptor, so by the zygote and every reaper, and two at once would miss what the other
        has read.
        """
        found: dict[int, list[int]] = {}
        folder = os.open(".", os.O_RDONLY | os.O_DIRECTORY, dir_fd=self.folder)
        try:
            names = os.listdir(folder)
        finally:
            os.close(folder)
        for name in names:
            if name.isdecimal() and len(fields := self.fields(int(name))) > 1:
                found.setdefault(int(fields[1]), []).append(int(name))
        return found

    def described(self, pids: list[int]) -> list[dict[str, Any]]:
        """Returns the processes as {pid, argv, state}, without those that are gone or zombies."""
        found = []
        for pid in pids:
            state = (self.fields(pid) or [b"X"])[0].decode()
            if state in "ZX":
                continue
            argv = self._words(pid)
            if argv is not None:
                found.append({"pid": pid, "argv": argv, "state": state})
        return found

    def _words(self, pid: int) -> list[str] | None:
        """Returns a command line, the start of a long one; None for a process that is gone.

        In the midst of its exec a process has none for a moment, so an empty one is looked at
        again, some times, with the processor left to others in between.
        """
        line = b""
        for _ in range(EMPTY_LOOKS):
            found = self._read(f"{pid}/cmdline")
            if found is None:
                return None
            if line := found[:4096].rstrip(b"\0"):
                break
            os.sched_yield()
        return line.decode(errors="replace").split("\0")
