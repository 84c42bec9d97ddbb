"""The worker's end of its zygote: started once, asked for servers, started anew if it was lost."""

from __future__ import annotations

import array
import atexit
import contextlib
import errno
import os
import signal
import socket
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from seatrial.leaks import keep
from seatrial.process.base import ExecutionFailed
from seatrial.process.isolation import Isolation
from seatrial.process.program import run_program

__all__ = ["Machine", "Zygote", "probe", "zygote"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """What the supervisor can use here.

    Attributes:
        pidfd: Whether a process can be watched by a descriptor; if not, it is looked at.
        children: Whether the kernel lists a process's children; if not, /proc is searched.
        isolation: What its servers are put into; not AUTO, which is a wish.
    """

    pidfd: bool
    children: bool
    isolation: Isolation = Isolation.NONE


def probe() -> Machine | None:
    """Returns what this machine has for a supervisor; None if it cannot have one at all."""
    if sys.platform != "linux" or not sys.executable or not Path("/proc/self/stat").exists():
        return None
    pidfd = True
    try:
        os.close(os.pidfd_open(os.getpid()))
    except (AttributeError, OSError):
        pidfd = False
    thread = Path(f"/proc/self/task/{threading.get_native_id()}/children")
    return Machine(pidfd=pidfd, children=thread.exists())


class Zygote:
    """One running zygote.

    It is asked over a socket that keeps messages apart, without waiting for an answer: that comes
    from the reaper, on the control socket of the server itself. So event loops may come and go,
    threads may ask at the same time, and no reader of ours is bound to any of them.

    Attributes:
        pid: Its process id. It is no child of ours: whoever waits for children does not meet it.

    Raises:
        ExecutionFailed: It could not be started.
    """

    def __init__(self, machine: Machine) -> None:
        try:
            with contextlib.ExitStack() as cleanup:
                self._requests, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
                cleanup.callback(theirs.close)
                failed = cleanup.enter_context(contextlib.ExitStack())
                failed.callback(self._requests.close)
                owner = -1
                if machine.pidfd:
                    owner = os.pidfd_open(os.getpid())
                    cleanup.callback(os.close, owner)
                self.pid = _start(machine, theirs.fileno(), owner)
                failed.pop_all()
        except OSError as error:
            raise ExecutionFailed(error.errno or 0, at="supervisor") from error
        self._requests.setblocking(False)
        keep(self._requests.fileno())

    def request(
        self,
        fds: Sequence[int],
        argv: Sequence[str],
        env: Mapping[str, str],
        cwd: Path,
    ) -> None:
        """Asks for a server; `fds` are the control socket and the three streams.

        Raises:
            BrokenPipeError: The zygote is no more.
            OSError: Another reason why it cannot be asked, such as no descriptors left.
        """
        words = [os.fspath(cwd), str(len(argv)), *argv]
        for item in env.items():
            words += item
        payload = os.memfd_create("seatrial-request")
        try:
            left = memoryview(b"\0".join(map(os.fsencode, words)))
            while left:
                left = left[os.write(payload, left) :]
            rights = array.array("i", [*fds, payload])
            self.resume()
            self._requests.sendmsg([b"x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, rights)])
        finally:
            os.close(payload)

    def resume(self) -> None:
        """Lets it go on if somebody stopped it."""
        with contextlib.suppress(OSError):
            os.kill(self.pid, signal.SIGCONT)

    def close(self) -> None:
        """Gives it up: it takes no more requests, and ends with the last of its servers."""
        self._requests.close()


def _start(machine: Machine, requests: int, owner: int) -> int:
    """Starts the program and returns the zygote's pid, once it has left us."""
    listing = "children" if machine.children else "stat"
    numbers = [str(number) for number in (requests, owner, os.getpid())]
    fds = [fd for fd in (requests, owner) if fd >= 0]
    started = run_program("_zygote.py", *numbers, listing, machine.isolation, pass_fds=fds)
    if not started.stdout:
        raise OSError(errno.ECHILD, started.stderr.decode(errors="replace"))
    return int(started.stdout)


_running: dict[Machine, Zygote] = {}
_lock = threading.RLock()


def zygote(machine: Machine, *, instead_of: Zygote | None = None) -> Zygote:
    """Returns this process's zygote, started now if there is none yet, or none but a lost one.

    Raises:
        ExecutionFailed: It could not be started.
    """
    with _lock:
        running = _running.get(machine)
        if running is None or running is instead_of:
            if running is not None:
                running.close()
            running = _running[machine] = Zygote(machine)
        return running


def _forget() -> None:
    """Gives up all of them: at our end, and in a fork of ours, which may not keep them alive."""
    global _lock  # somebody else may have held it when we were forked
    _lock = threading.RLock()
    for running in _running.values():
        running.close()
    _running.clear()


atexit.register(_forget)  # the end of our process ends them too; this only closes our sockets
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)
