"""Strong isolation, for who asks for it: which kinds there are, and which this machine allows."""

from __future__ import annotations

import functools
import os
import subprocess
from enum import StrEnum

from seatrial.errors import SeatrialError
from seatrial.process.program import run_program

__all__ = ["VARIABLE", "CannotIsolate", "Isolation", "named", "strongest", "wished"]

VARIABLE = "SEATRIAL_ISOLATION"
"""Names the isolation of every server that is not started with one of its own."""


class Isolation(StrEnum):
    """What a server is put into, beside having a supervisor.

    Attributes:
        NONE: Nothing.
        AUTO: The strongest that this machine allows, which may be nothing.
        PIDNS: A PID namespace: it sees only its own processes, and the kernel ends all of them at
            one stroke.
        CGROUP: A cgroup (version 2): it sees what it always did, and the kernel is told to kill
            whatever is in the group until nothing is.
    """

    NONE = "none"
    AUTO = "auto"
    PIDNS = "pidns"
    CGROUP = "cgroup"


class CannotIsolate(SeatrialError):
    """An isolation was wished for that there is not, or that this machine does not allow."""


_HELP = {
    Isolation.PIDNS: (
        "is this a container, or are user namespaces switched off for this user?",
        "allow `unshare --user --pid true`, run as root, or take cgroup, auto or none",
    ),
    Isolation.CGROUP: (
        "is the cgroup of this process not delegated to this user, or mounted read-only?",
        "run it by `systemd-run --user --scope -p Delegate=yes`, or take pidns, auto or none",
    ),
}


def wished() -> Isolation:
    """Returns what the environment wishes for.

    Raises:
        CannotIsolate: There is no isolation of that name.
    """
    return named(os.environ.get(VARIABLE) or Isolation.NONE)


def named(word: str) -> Isolation:
    """Returns the isolation of a name.

    Raises:
        CannotIsolate: There is none of that name.
    """
    try:
        return Isolation(word)
    except ValueError:
        raise CannotIsolate(
            f"there is no isolation {word!r}",
            expected=f"one of {', '.join(Isolation)}, in {VARIABLE} or for one command",
            arrived=str(word),
            cause="is it misspelled?",
            remedy=f"set {VARIABLE} to one of them, or unset it",
        ) from None


def strongest(wish: Isolation, *, supervised: bool) -> Isolation:
    """Returns the isolation that a wish comes to here.

    Args:
        wish: What is wished for.
        supervised: Whether this machine has all that our supervisor can use, on which isolation
            stands.

    Raises:
        CannotIsolate: This machine does not allow what was wished for by name.
    """
    if wish is Isolation.NONE:
        return wish
    kinds = (Isolation.PIDNS, Isolation.CGROUP) if wish is Isolation.AUTO else (wish,)
    against = {kind: _against(kind) if supervised else _NO_SUPERVISOR for kind in kinds}
    if allowed := [kind for kind, reason in against.items() if not reason]:
        return allowed[0]
    if wish is Isolation.AUTO:
        return Isolation.NONE
    cause, remedy = _HELP[wish]
    raise CannotIsolate(
        f"cannot isolate by {wish}",
        expected=f"a machine that allows {wish}: it was asked for by name",
        arrived=against[wish],
        cause=cause,
        remedy=remedy,
    )


_NO_SUPERVISOR = "no Linux with pidfds and /proc/PID/task/TID/children"


@functools.cache
def _against(kind: Isolation) -> str:
    """Returns what stands against a kind on this machine, "" if nothing does; tried once."""
    try:
        tried = run_program("_isolation.py", kind)
    except (OSError, subprocess.SubprocessError) as error:
        return str(error)
    return "" if tried.returncode == 0 else tried.stderr.decode(errors="replace").strip()
