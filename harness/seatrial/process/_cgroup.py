"""A cgroup (version 2) for one server: the kernel can be told to kill all that is in it.

One such stroke can miss a process that is being forked, so it is repeated until the group can be
removed. It is made below the group that we are in ourselves, where that is ours to do: as root, or
where it was delegated. The reaper enters it before there is a server and leaves it when there is
one: so the server is born in it, and never seen outside.

Source: the kernel's documentation, admin-guide/cgroup-v2.
"""

from __future__ import annotations

import errno
import os
import select
import time

from seatrial.process._isolation import Isolation
from seatrial.process._light import suppress

LAST_RESORT_SECONDS = 5.0
ROUND_MILLISECONDS = 2


def home() -> str:
    """Returns the folder of the group that this process is in.

    Raises:
        OSError: There is no cgroup of version 2 here, or it cannot be seen.
    """
    with open("/proc/self/cgroup") as file:
        own = next((line[3:].rstrip("\n") for line in file if line.startswith("0::")), "")
    with open("/proc/self/mountinfo") as file:
        for line in file:
            words = line.split()
            root, point = words[3:5]
            if words[words.index("-") + 1] == "cgroup2" and own.startswith(root):
                return os.path.normpath(f"{point}/{os.path.relpath(own, root)}")
    raise OSError(errno.ENOENT, "no cgroup of version 2 is mounted here")


class Cgroup(Isolation):
    """The group of one server.

    Attributes:
        path: Its folder; a number and the time make it nobody else's.
    """

    def __init__(self, path: str = "") -> None:
        self.home = os.path.dirname(path) if path else home()
        self.path = path or f"{self.home}/seatrial-{os.getpid()}-{time.monotonic_ns()}"

    def enter(self) -> None:
        """Makes the group and moves us into it."""
        os.mkdir(self.path)
        _write(f"{self.path}/cgroup.procs", b"0")

    def leave(self) -> None:
        """Moves us back to where we were."""
        _write(f"{self.home}/cgroup.procs", b"0")

    def strike(self) -> bool:
        """Kills what is in it, but for what is just being forked."""
        with suppress(FileNotFoundError):
            _write(f"{self.path}/cgroup.kill", b"1")
        return False

    def cleared(self) -> bool:
        """Removes the group, with those that the server made in it; False if one is not empty."""
        try:
            for folder, _, _ in os.walk(self.path, topdown=False):
                os.rmdir(folder)
        except OSError as error:
            return error.errno == errno.ENOENT
        return True

    def end(self) -> None:
        """Kills and removes it, in five seconds at most."""
        deadline = time.monotonic() + LAST_RESORT_SECONDS
        while not self.cleared() and time.monotonic() < deadline:
            self.strike()
            with suppress(OSError):
                _change(f"{self.path}/cgroup.events")


def _write(path: str, data: bytes) -> None:
    file = os.open(path, os.O_WRONLY)
    try:
        os.write(file, data)
    finally:
        os.close(file)


def _change(path: str) -> None:
    """Returns when the events file of a group changes, as when it becomes empty, or soon after."""
    file = os.open(path, os.O_RDONLY)
    try:
        os.read(file, 4096)
        changes = select.poll()
        changes.register(file, select.POLLPRI)
        changes.poll(ROUND_MILLISECONDS)
    finally:
        os.close(file)
