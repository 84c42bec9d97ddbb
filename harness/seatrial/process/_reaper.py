"""The reaper of one server: starts it, watches its owner, and ends all that came of it.

It serves until its owner is gone, until the control socket ends, or until it is told; then it kills
until nothing is left, and only then ends itself. What goes over the control socket is described in
`_zygote.py`, which forks it.
"""

from __future__ import annotations

import errno
import os
import select

from seatrial.process._light import signal, suppress
from seatrial.process._subreaper import (
    IGNORED,
    Owner,
    Subreaper,
    send,
    tell,
)

TYPE_CHECKING = False
if TYPE_CHECKING:  # typing is slow to import, and this starts once a worker
    from typing import Any

    from seatrial.process._isolation import Isolation


class Request:
    """A server to start: where, what, with which environment, on which streams."""

    def __init__(self, streams: list[int], text: bytes) -> None:
        self.streams = streams
        words = text.split(b"\0")
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


def rehearse(role: Subreaper) -> None:
    """Does a start that fails, and an end of nothing.

    What is shared with the process that forked this one is copied, page by page, when it is first
    written to, which takes longer than all else: it should be done before anybody waits. And what
    the interpreter learns about a program at first, such as where its names are found, is better
    learnt before the fork: what the zygote has rehearsed is not copied for each reaper.
    """
    with suppress(OSError):
        Request([0, 1, 2], b"/\x001\0/dev/null/no-program").spawn()
    role.kill()


class Reaper(Subreaper):
    """The server, everything that came of it, and the line to the owner."""

    def __init__(self, owner: Owner, isolation: Isolation) -> None:
        super().__init__(owner)
        self.isolation = isolation
        self.failure = 0
        self.control = -1
        self.exited = False
        self.ending = False
        self.pending = b""

    def tell(self, **message: Any) -> None:
        tell(self.control, self.owner, message)

    def prepare(self) -> None:
        """Makes the isolation, and rehearses, while there is nobody yet who waits for it."""
        rehearse(self)
        try:
            self.isolation.enter()
        except OSError as error:
            self.failure = error.errno or errno.EPERM

    def start(self, control: int, request: Request) -> None:
        """Starts the server, or tells why it could not be executed."""
        self.control = control
        self.poll.register(control, select.POLLIN)
        at = "folder"
        try:
            os.chdir(request.cwd)
            at = "program"
            if self.failure:
                at = "isolation"
                raise OSError(self.failure, os.strerror(self.failure))
            self.leader = request.spawn()
        except Exception as error:
            code = getattr(error, "errno", None) or errno.EINVAL
            self.tell(failed=code, at="fork" if code == errno.EAGAIN else at)
        finally:
            os.chdir("/")
            for fd in request.streams:
                os.close(fd)
        if self.leader:
            self.tell(started=self.leader, reaper=os.getpid(), isolation=self.isolation.path)

    def run(self) -> None:
        """Serves until told to end, or until the owner is gone; then ends all of it."""
        if not self.leader:
            self.finish()
        self.isolation.leave()
        while not self.ending:
            ready = self.wait()
            if self.wake in ready:
                self.reap()
            self.ending = self.owner.gone(ready) or (self.control in ready and self.obey())
        survivors = self.kill()
        self.tell(ended=survivors)
        os._exit(1 if survivors else 0)

    def finish(self) -> None:
        """Ends where there is no server: only what was prepared for it is left."""
        if not self.failure:
            self.isolation.leave()
        self.kill()
        os._exit(0)

    def strike(self) -> int:
        """Kills at one stroke what its isolation holds; one by one what is not all in it."""
        return 0 if self.isolation.strike() else super().strike()

    def collect(self) -> bool:
        """Reaps every child that is dead; returns whether anything else is there still."""
        return super().collect() or not self.isolation.cleared()

    def tree(self) -> list[dict[str, Any]]:
        """Returns what is alive of the server; what is ours is not of it."""
        below = self.processes.below({})
        return self.processes.described([pid for pid in below if pid != self.isolation.init])

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
                self.died(*os.waitpid(found.si_pid, 0))
        for pid in self.processes.children():
            if pid != self.leader:
                self.died(*os.waitpid(pid, os.WNOHANG))

    def report(self, status: int) -> None:
        """Tells that the server's own process has ended, and what of it was still alive."""
        self.exited = True
        self.tell(exited=status, left=[] if self.ending else self.tree())

    def died(self, pid: int, status: int) -> None:
        """Reports the leader, which is reaped only now that its group has been killed."""
        if pid == self.leader:
            self.leader = 0
            if not self.exited:
                self.report(os.waitstatus_to_exitcode(status))
        elif pid == self.isolation.init:
            self.isolation.init = 0

    def obey(self) -> bool:
        """Reads the control socket; returns whether it is time to end."""
        try:
            data = os.read(self.control, 4096)
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
                self.tell(tree=self.tree())
            elif self.leader and not self.exited:
                send(os.killpg, self.leader, signal.SIGCONT)
                send(os.killpg, self.leader, int(number))
        return not data
