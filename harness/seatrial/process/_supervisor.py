"""The supervisor of one server: owns its process tree, and ends all of it even if we are killed.

This file is a program of its own (`python -I -S _supervisor.py …`), standard library only, because
it must outlive whoever started it. It is a *child subreaper*: a descendant that daemonised or moved
to a session of its own becomes the supervisor's child when its parent dies, so the whole tree can
be walked from here whatever it did. It watches its owner by pidfd and by a control socket; when
either ends, or when told, it kills until nothing is left, and only then ends itself.

Usage: `_supervisor.py CONTROL_FD OWNER_PID -- PROGRAM [ARG …]`, standard streams those of the
server. On the control socket it sends one JSON object a line:
`{"started": PID}` or `{"failed": ERRNO}`, `{"exited": STATUS, "left": [PROCESS…]}` (a negative
status is a signal), `{"tree": [PROCESS…]}`, `{"ended": true, "survivors": [PROCESS…]}`; it takes
`{"signal": NUMBER}` (to the server's group), `{"list": true}` and `{"end": true}`.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import select
import signal
import sys
import time

TYPE_CHECKING = False
if TYPE_CHECKING:  # typing is slow to import, and this starts once a server
    from typing import Any

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
LAST_RESORT_SECONDS = 5.0
ROUND_MILLISECONDS = 2
IGNORED = ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGPIPE", "SIGTSTP")

_prctl = ctypes.CDLL(None, use_errno=True).prctl


def _children(pid: int) -> list[int]:
    """Returns the direct children of a process, of all its threads."""
    found: list[int] = []
    with contextlib.suppress(OSError):
        for thread in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{thread}/children", "rb") as file:
                found += [int(word) for word in file.read().split()]
    return found


def _descendants() -> list[int]:
    """Returns every descendant of this process, parents before children."""
    found = []
    pending = _children(os.getpid())
    while pending:
        pid = pending.pop()
        found.append(pid)
        pending += _children(pid)
    return found


def _describe(pid: int) -> dict[str, Any] | None:
    """Returns a process as {pid, argv, state}, or None if it is gone or a zombie."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            state = file.read().rpartition(b")")[2].split()[0].decode()
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            argv = file.read(4096).rstrip(b"\0").decode(errors="replace").split("\0")
    except OSError:
        return None
    return None if state in "ZX" else {"pid": pid, "argv": argv, "state": state}


def _described(pids: list[int]) -> list[dict[str, Any]]:
    return [row for row in map(_describe, pids) if row]


class Supervisor:
    """The server, everything that came of it, and the line to the owner."""

    def __init__(self, control: int, owner: int, argv: list[str]) -> None:
        self.control = control
        self.argv = argv
        self.server = 0
        self.pending = b""
        self.poll = select.poll()
        self.wake, wake_end = os.pipe()
        for end in (self.wake, wake_end):
            os.set_blocking(end, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(wake_end, warn_on_full_buffer=False)
        self.poll.register(self.wake, select.POLLIN)
        self.poll.register(self.control, select.POLLIN)
        self.owner_fd = self._watch(owner)

    def _watch(self, owner: int) -> int:
        """Returns a pidfd of the owner; an owner that is already gone ends everything at once."""
        try:
            fd = os.pidfd_open(owner)
        except OSError:
            sys.exit(0)
        if os.getppid() != owner:
            sys.exit(0)
        self.poll.register(fd, select.POLLIN)
        return fd

    def tell(self, **message: Any) -> None:
        with contextlib.suppress(OSError):
            os.write(self.control, json.dumps(message).encode() + b"\n")

    def start(self) -> bool:
        """Starts the server in a session of its own; returns whether it could be executed."""
        report, report_end = os.pipe()
        self.server = os.fork()
        if self.server == 0:
            self._execute(report_end)
        os.close(report_end)
        with open("/dev/null", "r+b", buffering=0) as null:
            for fd in (0, 1, 2):
                os.dup2(null.fileno(), fd)
        errno = os.read(report, 16)
        os.close(report)
        if errno:
            os.waitpid(self.server, 0)
            self.tell(failed=int(errno))
            return False
        self.tell(started=self.server)
        return True

    def _execute(self, report_end: int) -> None:
        try:
            signal.set_wakeup_fd(-1)
            for name in ("SIGCHLD", *IGNORED):
                signal.signal(getattr(signal, name), signal.SIG_DFL)
            os.setsid()
            _prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
            os.execvp(self.argv[0], self.argv)
        except OSError as error:
            os.write(report_end, str(error.errno).encode())
        finally:
            os._exit(127)

    def run(self) -> None:
        """Serves until told to end, or until the owner is gone."""
        ending = False
        while not ending:
            ready = {fd for fd, _ in self.poll.poll()}
            if self.wake in ready:
                with contextlib.suppress(BlockingIOError):
                    os.read(self.wake, 4096)
                self.reap()
            ending = self.owner_fd in ready or (self.control in ready and self.obey())
        self.tell(ended=True, survivors=self.end())

    def reap(self) -> None:
        """Collects every child that has died; tells the owner when it was the server."""
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            if pid == self.server:
                self.server = 0
                left = _described(_descendants())
                self.tell(exited=os.waitstatus_to_exitcode(status), left=left)

    def obey(self) -> bool:
        """Reads the control socket; returns whether it is time to end."""
        with contextlib.suppress(OSError):
            data = os.read(self.control, 65536)
            self.pending += data
            if not data:
                return True
        *lines, self.pending = self.pending.split(b"\n")
        for line in lines:
            command = json.loads(line)
            if "end" in command:
                return True
            if "list" in command:
                self.tell(tree=_described(_descendants()))
            elif self.server:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(self.server, signal.SIGCONT)
                    os.killpg(self.server, command["signal"])
        return False

    def end(self) -> list[dict[str, Any]]:
        """Kills until no descendant is left; returns what could not be killed."""
        deadline = time.monotonic() + LAST_RESORT_SECONDS
        waiter = select.poll()
        waiter.register(self.wake, select.POLLIN)
        while time.monotonic() < deadline:
            if self.server:
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.killpg(self.server, signal.SIGKILL)
            for pid in _descendants():
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.kill(pid, signal.SIGKILL)
            self.reap()
            try:
                os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            except ChildProcessError:
                return []
            if waiter.poll(ROUND_MILLISECONDS):
                with contextlib.suppress(BlockingIOError):
                    os.read(self.wake, 4096)
        return _described(_descendants())


def main() -> None:
    control, owner, separator, *argv = sys.argv[1:]
    assert separator == "--"
    for name in IGNORED:
        signal.signal(getattr(signal, name), signal.SIG_IGN)
    _prctl(PR_SET_CHILD_SUBREAPER, 1)
    os.set_inheritable(int(control), False)
    supervisor = Supervisor(int(control), int(owner), argv)
    if supervisor.start():
        supervisor.run()


main()
