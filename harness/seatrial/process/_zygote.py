"""The zygote of one worker process: forks a reaper for each server, and covers for lost reapers.

This file is a program of its own (`python -I -S _zygote.py …`), standard library only and without
any import that costs time or memory, because it must outlive whoever started it. It knows two
roles. Both are *child subreapers*: a descendant that daemonised or moved to a session of its own
becomes the subreaper's child when its parent dies, so the whole tree can be walked from there.

The **zygote** leaves its parent (so that it is nobody's child to wait for), takes requests, forks a
reaper for each, and keeps a copy of the reaper's control socket until that reaper is dead and what
it may have lost is dead too: the end of that stream means that nothing is left.

A **reaper** starts one server and watches the owner (the worker process) and its control socket.
When either ends, or when told, it kills until nothing is left, and only then ends itself.

Usage: `_zygote.py REQUESTS OWNER_PIDFD OWNER_PID LISTING ISOLATION`: the number of a SEQPACKET
socket; of a pidfd, or -1 to look at the owner's process every 50 ms instead; the owner's pid;
`children` or `stat`, which says where the tree is read; `none`, `pidns` or `cgroup`. It prints the
pid of the zygote. A request carries five descriptors: the control socket, the server's three
streams, and a file with folder, number of arguments, arguments, and names and values of the
environment, all divided by NUL.

On the control socket go events, one Python literal a line:
`{"started": PID, "reaper": PID, "isolation": FOLDER}` or
`{"failed": ERRNO, "at": "program" | "folder" | "fork" | "isolation"}`,
`{"exited": STATUS, "left": [PROCESS…]}` (a negative status is a signal), `{"tree": [PROCESS…]}`,
`{"ended": [SURVIVOR…]}`, and from the zygote `{"lost": [SURVIVOR…]}`; and back come the commands
`signal NUMBER` (to the server's group), `list` and `end`.
"""

from __future__ import annotations

import errno
import fcntl
import gc
import os
import select
import sys
import time
from _socket import (
    AF_UNIX,
    MSG_CMSG_CLOEXEC,
    SCM_RIGHTS,
    SOCK_SEQPACKET,
    SOL_SOCKET,
    socket,
    socketpair,
)

if __name__ == "__main__":  # the package without its __init__, which is large
    for name, up in (("seatrial", ".."), ("seatrial.process", "")):
        sys.modules[name] = package = type(sys)(name)
        package.__path__ = [os.path.join(os.path.dirname(os.path.abspath(__file__)), up)]

from seatrial.process._isolation import Isolation, isolation
from seatrial.process._light import signal
from seatrial.process._proc import Processes
from seatrial.process._reaper import Reaper, Request, rehearse
from seatrial.process._subreaper import (
    IGNORED,
    PR_SET_NAME,
    Owner,
    Subreaper,
    prctl,
    tell,
)

BYTES = 4
DESCRIPTORS = 5
REHEARSALS = 10
REST_SECONDS = 0.005


class Zygote(Subreaper):
    """The reapers by pid, each with a copy of its control socket, and the line for requests.

    One reaper is forked ahead and waits for its server: the spare, on a line of its own. It hangs
    up when it has started that server. The next one is forked a moment later, or when it is asked
    for: a fork beside it would slow it down, and a fork at once whoever waits for its word.
    """

    def __init__(self, owner: Owner, requests: int, kind: str) -> None:
        super().__init__(owner)
        self.kind = kind
        self.isolations: dict[int, Isolation] = {}
        self.requests = socket(AF_UNIX, SOCK_SEQPACKET, 0, requests)
        self.poll.register(requests, select.POLLIN)
        self.dead: list[tuple[int, int, Isolation]] = []
        self.spare = 0
        self.line: socket | None = None
        self.busy: socket | None = None
        self.rests_until = 0.0

    def run(self) -> None:
        """Serves until there is nobody to serve and no reaper left."""
        self.prepare()
        listening = True
        while listening or self.spared:
            ready = self.wait(self.rest())
            if self.wake in ready:
                self.bury()
            if self.owner.pidfd in ready:  # and for ever
                self.poll.unregister(self.owner.pidfd)
            if listening and (self.owner.gone(ready) or self.asked(ready)):
                listening = False
                self.hang_up()
            elif self.busy and self.busy.fileno() in ready:
                self.settle()
                self.rests_until = time.monotonic() + REST_SECONDS if listening else 0.0
            if self.rest() == 0:
                self.rests_until = 0.0
                self.prepare()
                self.bury()
        self.kill()

    def rest(self) -> float | None:
        """Returns the milliseconds until the next spare is forked; None if there is one."""
        if not self.rests_until:
            return None
        return max(0.0, (self.rests_until - time.monotonic()) * 1000)

    def hang_up(self) -> None:
        """Stops taking requests; the spare ends by itself."""
        self.rests_until = 0.0
        self.poll.unregister(self.requests.fileno())
        if self.line:
            self.line.close()

    def asked(self, ready: dict[int, int]) -> bool:
        """Takes a request if there is one; returns whether it was the end of them."""
        return self.requests.fileno() in ready and not self.serve()

    def serve(self) -> bool:
        """Takes one request and hands it to the spare; returns False at the end of them."""
        data, control, others = _receive(self.requests)
        if not data:
            return False
        failure = 0 if len(others) == DESCRIPTORS - 1 else errno.EMFILE
        if control >= 0:
            failure = failure or self.hand_over(control, others)
        if control >= 0 and failure:
            tell(control, self.owner, {"failed": failure, "at": "fork"})
            os.close(control)
        for fd in others:
            os.close(fd)
        return True

    def settle(self) -> None:
        """Hangs up on the last spare, which has started its server or failed to."""
        if self.busy:
            self.poll.unregister(self.busy.fileno())
            self.busy.close()
            self.busy = None

    def hand_over(self, control: int, others: list[int]) -> int:
        """Gives the request to the spare; returns why it could not be, an errno, or 0."""
        os.set_blocking(control, False)
        rights = b"".join(fd.to_bytes(BYTES, sys.byteorder) for fd in (control, *others))
        failure = 0
        for _ in range(2):  # the spare may have been killed
            failure = failure if self.line else self.prepare()
            if self.line:
                self.settle()
                self.rests_until = 0.0
                self.busy, self.line = self.line, None
                self.poll.register(self.busy.fileno(), select.POLLIN)
                try:
                    self.busy.sendmsg([b"x"], [(SOL_SOCKET, SCM_RIGHTS, rights)])
                except (BrokenPipeError, ConnectionError):
                    continue
                self.spared[self.spare] = control
                return 0
        return failure or errno.ECHILD

    def prepare(self) -> int:
        """Forks the spare if there is none; returns why it could not, an errno, or 0."""
        if self.line:
            return 0
        try:
            isolated = isolation(self.kind)
            ours, theirs = socketpair(AF_UNIX, SOCK_SEQPACKET)
        except OSError as error:
            return error.errno or errno.EMFILE
        try:
            self.spare = os.fork()
        except OSError as error:
            ours.close()
            theirs.close()
            return error.errno or errno.EAGAIN
        if self.spare == 0:
            try:
                ours.close()
                self.settle()
                self._become_reaper(theirs, isolated)
            finally:
                os._exit(1)
        theirs.close()
        self.line = ours
        self.spared[self.spare] = -1
        self.isolations[self.spare] = isolated
        return 0

    def _become_reaper(self, line: socket, isolated: Isolation) -> None:
        zygote = os.getppid()
        os.setsid()
        prctl(PR_SET_NAME, b"seatrial-reaper")
        self.requests.close()
        reaper = Reaper(self.owner, isolated)
        for fd in (self.wake, self.wake_end, *self.spared.values()):
            if fd >= 0:
                os.close(fd)
        reaper.prepare()
        reaper.poll.register(line.fileno(), select.POLLIN)
        ready: dict[int, int] = {}
        while line.fileno() not in ready:
            ready = reaper.wait()
            if self.owner.gone(ready):
                if os.getppid() == zygote:  # it may have been stopped, and then so may be others
                    os.kill(zygote, signal.SIGCONT)
                reaper.finish()
        reaper.poll.unregister(line.fileno())
        data, control, others = _receive(line)
        if data:
            *streams, payload = others
            text = os.pread(payload, os.fstat(payload).st_size, 0)
            os.close(payload)
            reaper.start(control, Request(streams, text))
        line.close()
        reaper.run()

    def died(self, pid: int, status: int) -> None:
        """Takes note of a reaper that is dead."""
        control = self.spared.pop(pid, None)
        if control is not None:
            self.dead.append((control, status, self.isolations.pop(pid)))
        if pid == self.spare and self.line and control == -1:
            self.line.close()
            self.line = None

    def bury(self) -> None:
        """Reaps the dead; ends what a reaper lost that did not end well, and only then hangs up."""
        self.collect()
        while self.dead:
            dead, self.dead = self.dead, []
            survivors = self.kill() if any(status for _, status, _ in dead) else []
            for control, status, isolated in dead:
                isolated.end()
                if control >= 0:
                    if status:
                        tell(control, self.owner, {"lost": survivors})
                    os.close(control)


def _receive(line: socket) -> tuple[bytes, int, list[int]]:
    """Returns a message's text, its first descriptor or -1, and its other descriptors."""
    data, ancillary, _, _ = line.recvmsg(16, 16 + DESCRIPTORS * BYTES, MSG_CMSG_CLOEXEC)
    fds = [
        int.from_bytes(rights[at : at + BYTES], sys.byteorder)
        for _, _, rights in ancillary
        for at in range(0, len(rights) - BYTES + 1, BYTES)
    ]
    return data, (fds or [-1])[0], fds[1:]


def continued_by(line: int) -> None:
    """Has the kernel continue this process whenever something happens on a socket, its end too.

    Somebody may have stopped it, and nobody else may be there any more to let it go on.
    """
    fcntl.fcntl(line, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(line, fcntl.F_SETSIG, signal.SIGCONT)
    fcntl.fcntl(line, fcntl.F_SETFL, fcntl.fcntl(line, fcntl.F_GETFL) | os.O_ASYNC)


def main() -> None:
    requests, pidfd, pid, listing, kind = sys.argv[1:]
    owner = Owner(int(pidfd), int(pid), Processes(listing))
    for name in IGNORED:
        signal.signal(getattr(signal, name), signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    if pid_of_zygote := os.fork():
        os.write(1, b"%d" % pid_of_zygote)
        os._exit(0)
    os.setsid()
    null = os.open("/dev/null", os.O_RDWR)
    for fd in (0, 1, 2):
        os.dup2(null, fd)
    for fd in (int(requests), *([owner.pidfd] if owner.pidfd >= 0 else [])):
        os.set_inheritable(fd, False)
    os.close(null)
    prctl(PR_SET_NAME, b"seatrial-zygote")
    continued_by(int(requests))
    zygote = Zygote(owner, int(requests), kind)
    for _ in range(REHEARSALS):
        rehearse(zygote)
    gc.collect()
    gc.disable()
    gc.freeze()  # so that a fork copies as little as can be
    zygote.run()


if __name__ == "__main__":
    main()
