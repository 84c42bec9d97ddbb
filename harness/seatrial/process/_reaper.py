"""The reaper of one server: starts it, watches its owner, and ends all that came of it.

It serves until its owner is gone, until the control socket ends, or until it is told; then it kills
until nothing is left, and only then ends itself. What goes over the control socket is described in
`_zygote.py`, which forks it.
"""

from __future__ import annotations

import errno
import os
import select
import signal

from seatrial.process._subreaper import (
    IGNORED,
    Family,
    Owner,
    Subreaper,
    described,
    send,
    tell,
)

TYPE_CHECKING = False
if TYPE_CHECKING:  # typing is slow to import, and this starts once a worker
    from typing import Any


class Request:
    """A server to start: where, what, with which environment, on which streams."""

    def __init__(self, streams: list[int], payload: int) -> None:
        self.streams = streams
        with open(payload, "rb", buffering=0) as file:
            file.seek(0)
            words = file.read().split(b"\0")
        self.cwd, end = words[0], 2 + int(words[1])
        self.argv, rest = words[2:end], words[end:]
        self.env = dict(zip(rest[::2], rest[1::2], strict=True))

    def spawn(self) -> int:
        """Starts the program in a session of its own; returns its pid.

        By vfork, as `posix_spawn` does it: nothing is copied, and the failure to execute comes back
        as an error. That takes our own folder, which is nobody else's: we have one thread.

        Raises:
            OSError: It could not be executed; of several folders, for the most telling reason.
        """
        program = self.argv[0]
        folders = [b""]
        if b"/" not in program:
            folders = self.env.get(b"PATH", b"/bin:/usr/bin").split(b":")
        failure: OSError = FileNotFoundError(errno.ENOENT, "not found")
        for folder in folders:
            try:
                return os.posix_spawn(
                    os.path.join(folder, program),
                    self.argv,
                    self.env,
                    file_actions=[
                        (os.POSIX_SPAWN_DUP2, stream, fd) for fd, stream in enumerate(self.streams)
                    ],
                    setsid=True,
                    setsigmask=(),
                    setsigdef=[getattr(signal, name) for name in (*IGNORED, "SIGXFSZ")],
                )
            except OSError as error:
                if not isinstance(error, FileNotFoundError | NotADirectoryError):
                    failure = error
        raise failure


class Reaper(Subreaper):
    """The server, everything that came of it, and the line to the owner."""

    def __init__(self, owner: Owner, family: Family) -> None:
        super().__init__(owner, family)
        self.control = -1
        self.exited = False
        self.ending = False
        self.pending = b""

    def tell(self, **message: Any) -> None:
        tell(self.control, self.owner, message)

    def start(self, control: int, request: Request) -> bool:
        """Starts the server; returns whether it could be executed."""
        self.control = control
        self.poll.register(control, select.POLLIN)
        at = "folder"
        try:
            os.chdir(request.cwd)
            at = "program"
            self.leader = request.spawn()
        except Exception as error:
            code = getattr(error, "errno", None) or errno.EINVAL
            self.tell(failed=code, at="fork" if code == errno.EAGAIN else at)
        finally:
            os.chdir("/")
            for fd in request.streams:
                os.close(fd)
        if self.leader:
            self.tell(started=self.leader, reaper=os.getpid())
        return self.leader != 0

    def run(self) -> None:
        """Serves until told to end, or until the owner is gone; then ends all of it."""
        while not self.ending:
            ready = self.wait()
            if self.wake in ready:
                self.reap()
            self.ending = self.owner.gone(ready) or (self.control in ready and self.obey())
        survivors = self.kill()
        self.tell(ended=survivors)
        os._exit(1 if survivors else 0)

    def reap(self) -> None:
        """Collects the dead as they come, but keeps the leader: it holds its group's number."""
        while not self.exited:
            try:
                found = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            except ChildProcessError:
                return
            if found is None:
                return
            if found.si_pid == self.leader:
                killed = found.si_code != os.CLD_EXITED
                self.report(-found.si_status if killed else found.si_status)
            else:
                os.waitpid(found.si_pid, 0)
        for pid in self.family.children():
            if pid != self.leader:
                os.waitpid(pid, os.WNOHANG)

    def report(self, status: int) -> None:
        """Tells that the server's own process has ended, and what of it was still alive."""
        self.exited = True
        left = [] if self.ending else described(self.family.below({}))
        self.tell(exited=status, left=left)

    def died(self, pid: int, status: int) -> None:
        """Reports the leader, which is reaped only now that its group has been killed."""
        if pid == self.leader:
            self.leader = 0
            if not self.exited:
                self.report(os.waitstatus_to_exitcode(status))

    def obey(self) -> bool:
        """Reads the control socket; returns whether it is time to end."""
        try:
            data = os.read(self.control, 65536)
        except BlockingIOError:
            return False
        except OSError:
            return True
        *lines, self.pending = (self.pending + data).split(b"\n")
        for line in lines:
            command, _, number = line.partition(b" ")
            if command == b"end":
                return True
            if command == b"list":
                self.tell(tree=described(self.family.below({})))
            elif self.leader and not self.exited:
                send(os.killpg, self.leader, signal.SIGCONT)
                send(os.killpg, self.leader, int(number))
        return not data
