"""What was left over, in words: a process, a thread, a task, a descriptor, a socket's addresses."""

from __future__ import annotations

import asyncio
import os
import socket
import stat
import threading
from pathlib import Path
from typing import Any

from seatrial.leaks.kinds import Kind

__all__ = ["PROC", "Found", "child", "descriptor", "task_text", "thread"]

Found = tuple[Kind, str, int | None]
"""A kind, the thing in words, and its pid if it is a process."""

PROC = Path("/proc/self/fd").is_dir() and Path(f"/proc/self/task/{os.getpid()}/children").exists()
"""Whether this machine shows processes, their children and their descriptors as files."""

_EMPTY_LOOKS = 100
_PROTOCOLS = {
    (socket.AF_INET, socket.SOCK_STREAM): "TCP",
    (socket.AF_INET, socket.SOCK_DGRAM): "UDP",
    (socket.AF_INET6, socket.SOCK_STREAM): "TCP",
    (socket.AF_INET6, socket.SOCK_DGRAM): "UDP",
    (socket.AF_UNIX, socket.SOCK_STREAM): "Unix",
}


def child(pid: int) -> tuple[Kind | None, str, int]:
    """Returns what a process is, its command line and its parent; kind None if it is gone."""
    if not PROC:
        import psutil

        try:
            process = psutil.Process(pid)
            return Kind.CHILD, " ".join(process.cmdline()), process.ppid()
        except psutil.Error:
            return None, "", 0
    try:
        line = Path(f"/proc/{pid}/stat").read_bytes()
        argv = Path(f"/proc/{pid}/cmdline").read_bytes()[:4096]
        for _ in range(_EMPTY_LOOKS):  # in the midst of its exec a process has no words
            if argv:
                break
            os.sched_yield()
            argv = Path(f"/proc/{pid}/cmdline").read_bytes()[:4096]
    except OSError:
        return None, "", 0
    head, _, rest = line.rpartition(b")")
    fields = rest.split()
    name = head.partition(b"(")[2].decode(errors="replace")
    words = argv.rstrip(b"\0").replace(b"\0", b" ").decode(errors="replace") or f"({name})"
    if fields[0] in {b"Z", b"X"}:
        return Kind.ZOMBIE, f"{words}, which has ended and was not waited for", int(fields[1])
    own = str(pid).encode()
    its = "session" if fields[3] == own else "group" if fields[2] == own else ""
    return Kind.CHILD, words + f", in a {its} of its own" * bool(its), int(fields[1])


def thread(one: threading.Thread) -> Found:
    """Returns a thread in words: its name, and what it runs."""
    target = getattr(one, "_target", None)
    code = getattr(target, "__code__", None)
    where = f", running {code.co_filename}:{code.co_firstlineno}" if code else ""
    return Kind.THREAD, f"{one.name}{where}", None


def task_text(task: asyncio.Task[Any]) -> str:
    """Returns a task in words: its name, its coroutine, and where that waits."""
    frames = task.get_stack(limit=1)
    where = f", at {frames[0].f_code.co_filename}:{frames[0].f_lineno}" if frames else ""
    name = getattr(task.get_coro(), "__qualname__", "")
    return f"{task.get_name()} ({name}){where}"


def descriptor(fd: int) -> Found | None:
    """Returns an open descriptor in words; None if it is closed by now."""
    try:
        if stat.S_ISSOCK(os.fstat(fd).st_mode):
            return Kind.SOCKET, f"{fd}: {_addresses(fd)}", None
        return Kind.DESCRIPTOR, f"{fd}: {Path(f'/proc/self/fd/{fd}').readlink()}", None
    except OSError:
        return None


def _addresses(fd: int) -> str:
    """Returns a socket in words: its protocol, its address, and where it leads to."""
    with socket.socket(fileno=os.dup(fd)) as one:
        protocol = _PROTOCOLS.get((one.family, one.type), f"{one.family.name} {one.type.name}")
        here = _address(one.getsockname())
        try:
            return f"{protocol} socket {here} to {_address(one.getpeername())}"
        except OSError:
            listens = one.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)
            return f"{protocol} socket {here}, {'listening' if listens else 'not connected'}"


def _address(address: Any) -> str:
    if isinstance(address, tuple):
        host, port, *_ = address
        return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    return os.fsdecode(address) if address else "without a name"
