"""A PID namespace for one server: the kernel kills all of it at one stroke, with its first process.

The reaper stays outside and is the parent of both: of the namespace's first process, which is ours
and does nothing, and of the server. So the server can neither see nor kill what watches it, and an
exit or a failure to execute is seen as without a namespace. The first process asks the kernel to be
killed when the reaper dies: then the namespace ends even if every supervisor was killed at once.

Without the right to make one (CAP_SYS_ADMIN) it is made inside a user namespace, in which the user
stays who it is. A mount namespace is made with it, so that /proc can be mounted anew.

Source: pid_namespaces(7), user_namespaces(7), mount_namespaces(7).
"""

from __future__ import annotations

import ctypes
import errno
import os

from seatrial.process._isolation import Isolation
from seatrial.process._light import signal, suppress
from seatrial.process._subreaper import PR_SET_NAME, libc, prctl, send

CLONE_NEWNS = 0x00020000
CLONE_NEWUSER = 0x10000000
CLONE_NEWPID = 0x20000000
MS_NOSUID_NODEV_NOEXEC = 2 | 4 | 8
MS_REC = 0x4000
MS_SLAVE = 0x80000
PR_SET_PDEATHSIG = 1


class PidNamespace(Isolation):
    """The namespace of one server, held by its first process."""

    def enter(self) -> None:
        """Unshares, and forks the first process; /proc is the namespace's own if it may be."""
        self._unshare()
        reading, writing = os.pipe()
        self.init = os.fork()
        if self.init == 0:
            _first(writing)
        os.close(writing)
        begun = os.read(reading, 1)
        os.close(reading)
        if not begun:
            raise OSError(errno.ECHILD, "the first process of the PID namespace died")

    def _unshare(self) -> None:
        uid, gid = os.geteuid(), os.getegid()
        try:
            _call("unshare", CLONE_NEWPID | CLONE_NEWNS)
        except PermissionError:
            _call("unshare", CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNS)
            for name, text in (
                ("setgroups", "deny"),
                ("uid_map", f"{uid} {uid} 1"),
                ("gid_map", f"{gid} {gid} 1"),
            ):
                with open(f"/proc/self/{name}", "w") as file:
                    file.write(text)

    def strike(self) -> bool:
        """Kills the first process, and the kernel all the others; False if that is dead already."""
        if self.init:
            send(os.kill, self.init)
        return self.init != 0


def _first(writing: int) -> None:
    """Is the first process: reaps what becomes its own, by ignoring it, and stays until killed."""
    try:
        prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        prctl(PR_SET_NAME, b"seatrial-init")
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)
        with suppress(OSError):  # /proc is the outer one then
            _call("mount", b"none", b"/", None, MS_REC | MS_SLAVE, None)
            _call("mount", b"proc", b"/proc", b"proc", MS_NOSUID_NODEV_NOEXEC, None)
        os.write(writing, b"x")  # fails if the reaper was dead before it could be asked for
        for name in os.listdir("/proc/self/fd"):
            with suppress(OSError):  # one of them was the listing
                os.close(int(name))
        while True:
            signal.pause()
    finally:
        os._exit(1)


def _call(name: str, *words: object) -> None:
    """Calls a function of the C library.

    Raises:
        OSError: It failed; the error names it.
    """
    if getattr(libc, name)(*words) == -1:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code), name)
