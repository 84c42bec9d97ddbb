"""Programs that do not want to end, one a case: `python -I -S hostile.py CASE WITNESS [COUNT]`.

Each process of a case holds the write end of the witness, a FIFO: while one of them runs, its
reader sees no end of file. That is the ground truth which no trick with sessions, environments or
names can fool. A case says `ready` on stdout when it is what it should be, and has written its
pid to `WITNESS.pid`. What would go on for ever ends by itself after a minute, so that a failure
here does not take the machine with it.
"""

from __future__ import annotations

import os
import signal
import sys
import time

LIFETIME = 60.0
END = time.monotonic() + LIFETIME
DEAF = ("SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT")


def deaf() -> None:
    for name in DEAF:
        signal.signal(getattr(signal, name), signal.SIG_IGN)


def stay() -> None:
    """Stays until killed, or until the lifetime is over."""
    signal.alarm(int(LIFETIME))
    while True:
        signal.pause()


def child(*, session: bool = False, double: bool = False, close: bool = False) -> int:
    """Forks a descendant that is deaf and stays; returns its pid once it is what it should be."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        deaf()
        if session:
            os.setsid()
        if double and os.fork():
            os._exit(0)
        if close:
            null = os.open("/dev/null", os.O_RDWR)
            for fd in (0, 1, 2):
                os.dup2(null, fd)
        os.write(writing, b"%d" % os.getpid())
        os.close(writing)
        os.close(reading)
        if close:
            os.execve("/bin/sleep", ["nothing-of-ours", str(int(LIFETIME))], {})
        stay()
    os.close(writing)
    found = int(os.read(reading, 32))
    os.close(reading)
    if double:
        os.waitpid(pid, 0)
    return found


def ready() -> None:
    os.write(1, b"ready\n")


def parent_of(pid: int) -> int:
    with open(f"/proc/{pid}/stat") as file:  # noqa: PTH123 - starts often
        return int(file.read().rpartition(")")[2].split()[1])


def chain(*, session: bool) -> None:
    """An endless chain: each link forks the next and exits."""
    deaf()
    if os.fork():
        stay()
    ready()
    while time.monotonic() < END:
        if session:
            os.setsid()
        if os.fork():
            os._exit(0)
    os._exit(0)


def bomb(count: int, *, session: bool) -> None:
    for _ in range(count):
        child(session=session)


def flood() -> None:
    ready()
    while time.monotonic() < END:
        os.write(1, b"x" * 65536)
        os.write(2, b"y" * 65536)


def stopped() -> None:
    pid = child(session=True)
    os.kill(pid, signal.SIGSTOP)
    ready()
    os.kill(os.getpid(), signal.SIGSTOP)


def zombies() -> None:
    for _ in range(20):
        if os.fork() == 0:
            os._exit(0)


def against_the_reaper(number: int) -> None:
    """Turns against the process that supervises us: with `killpg` for a parent, it is our owner."""
    child(session=True)
    child(session=True, double=True, close=True)
    ready()
    os.kill(os.getppid(), number)


def against_both(number: int) -> None:
    """Stops the reaper and the zygote, or whatever our parent and its parent are."""
    child(session=True)
    parent = os.getppid()
    above = parent_of(parent)
    if above > 1:
        os.kill(above, number)
    ready()
    os.kill(parent, number)


def main() -> None:  # noqa: C901 - a table
    case, witness = sys.argv[1:3]
    count = int(sys.argv[3]) if len(sys.argv) > 3 else 200
    with open(f"{witness}.pid", "w") as file:  # noqa: PTH123 - starts often
        file.write(str(os.getpid()))
    os.set_inheritable(os.open(witness, os.O_WRONLY), True)
    match case:
        case "plain":
            pass
        case "a":
            deaf()
        case "b":
            for _ in range(3):
                child()
        case "c":
            child(session=True)
        case "d":
            child(session=True, double=True)
        case "d2":
            child(session=True, double=True, close=True)
        case "e" | "e2":
            child(session=case == "e")
            ready()
            os._exit(0)
        case "f":
            flood()
        case "g" | "g2":
            bomb(count, session=case == "g2")
        case "h":
            stopped()
        case "i":
            zombies()
        case "n" | "n2":
            chain(session=case == "n2")
        case "reaper":
            against_the_reaper(signal.SIGKILL)
        case "stop":
            against_both(signal.SIGSTOP)
        case _:
            sys.exit(f"no case {case!r}")
    if case not in ("reaper", "stop"):
        ready()
    stay()


main()
