"""Servers of a few lines, and the ways to hold them, for the tests of how a server ends."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable
from typing import Any, TypeVar

import psutil
import pytest

from seatrial.process import Ending, Means, ServerProcess, Step
from seatrial.process.layers import Group, Supervised

T = TypeVar("T", bound=Callable[..., None])
SUPERVISED = pytest.param(
    Supervised,
    marks=pytest.mark.skipif(sys.platform != "linux", reason="the supervisor is for Linux"),
    id="supervised",
)
GROUP = pytest.param(Group, id="group")


def held_by(*layers: Any) -> list[pytest.MarkDecorator]:
    """Returns the marks that run a test once for each way to hold its servers."""
    held = pytest.mark.parametrize("held", layers, indirect=True)
    return [pytest.mark.usefixtures("held"), held]


def supervised(test: T) -> T:
    """Runs a test with the supervisor."""
    for mark in held_by(SUPERVISED):
        test = mark(test)
    return test


def both(test: T) -> T:
    """Runs a test twice: with the supervisor, and with what there is elsewhere."""
    for mark in held_by(SUPERVISED, GROUP):
        test = mark(test)
    return test


GRACE = 20.0


def steps(*means: Means, grace: float = GRACE) -> Ending:
    return Ending(steps=tuple(Step(means=one, grace=grace) for one in means))


HELPERS = """
import json, os, signal, sys

def spawn(*, session=False, double=False, program=None, close=False, ignore=False):
    '''Forks a descendant that stays; returns its pid once it is what it should be.'''
    reading, writing = os.pipe()
    if os.fork() == 0:
        if session:
            os.setsid()
        if double and os.fork():
            os._exit(0)
        if ignore:
            for name in ("SIGTERM", "SIGINT", "SIGHUP"):
                signal.signal(getattr(signal, name), signal.SIG_IGN)
        if close:
            null = os.open("/dev/null", os.O_RDWR)
            for fd in (0, 1, 2):
                os.dup2(null, fd)
        os.write(writing, str(os.getpid()).encode())
        if program:
            os.execve(program[0], program, {})  # closes the pipe, once it is that program
        os.close(writing)
        while True:
            signal.pause()
    os.close(writing)
    pid = int(os.read(reading, 32))
    os.read(reading, 1)
    os.close(reading)
    if double:
        os.wait()
    return pid

def ready(**pids):
    print(json.dumps(pids), flush=True)
"""

STAYS = """
ready()
while True:
    signal.pause()
"""


async def first(process: ServerProcess) -> dict[str, int]:
    line = await asyncio.wait_for(process.stdout.line(), GRACE)
    assert line is not None, process.stderr.text()
    pids: dict[str, int] = json.loads(line)
    return pids


DAEMONS = (
    HELPERS
    + """
daemon = spawn(session=True, double=True, close=True, program=("/usr/bin/tail", "-f", "/dev/null"))
waits = spawn(session=True, double=True, ignore=True)
near = spawn()
"""
)


def parent(pid: int) -> int:
    return psutil.Process(pid).ppid()
