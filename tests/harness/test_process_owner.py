"""Owners and supervisors that are killed or stopped: the server goes with them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
import pytest
from tests.harness.processes import (
    DAEMONS,
    GRACE,
    HELPERS,
    STAYS,
    first,
    parent,
    supervised,
)

from seatrial.process import (
    Ended,
    Means,
    spawn,
)

if TYPE_CHECKING:
    from tests.harness.conftest import Dead, Pidfd, Run, Script


@supervised
def test_a_server_dies_with_its_supervisor(
    run: Run, script: Script, tmp_path: Path, pidfd: Pidfd, dead: Dead
) -> None:
    command = script(HELPERS + STAYS)

    async def main() -> Ended:
        async with spawn(command, stderr_file=tmp_path / "stderr") as process:
            await first(process)
            fds = {"server": pidfd(process.pid)}
            os.kill(parent(process.pid), signal.SIGKILL)
            assert dead(fds, timeout=GRACE) == {"server"}
            assert await process.stdout.line() is None
            return await process.end()

    assert run(main()) == Ended(means=Means.SIGKILL, exit=None)


OWNER = """
import asyncio, json, os, pathlib, sys
from seatrial.process import Command, spawn

async def main():
    argv, cwd = json.loads(sys.argv[1]), pathlib.Path(sys.argv[2])
    command = Command(argv=tuple(argv), env={"PATH": os.environ["PATH"]}, cwd=cwd)
    async with spawn(command, stderr_file=cwd / "stderr") as process:
        pids = json.loads(await process.stdout.line())
        if sys.argv[3] == "fork":
            # A child that holds every pipe and socket of ours may not keep the tree alive.
            if os.fork() == 0:
                os.read(0, 1)
                os._exit(0)
        print(json.dumps(pids | {"server": process.pid}), flush=True)
        await asyncio.Event().wait()

asyncio.run(main())
"""


@supervised
@pytest.mark.parametrize("how", ["plain", "fork"])
def test_nothing_survives_an_owner_that_is_killed(
    script: Script, tmp_path: Path, pidfd: Pidfd, dead: Dead, how: str
) -> None:
    server = script(
        DAEMONS + STAYS.replace("ready()", "ready(daemon=daemon, waits=waits, near=near)")
    )
    owner = subprocess.Popen(
        [sys.executable, "-c", OWNER, json.dumps(server.argv), str(tmp_path), how],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with owner:
        assert owner.stdout is not None
        pids: dict[str, Any] = json.loads(owner.stdout.readline())
        pids["supervisor"] = parent(pids["server"])
        fds = {name: pidfd(pid) for name, pid in pids.items()}
        assert not dead(fds)
        owner.kill()
        assert dead(fds, timeout=GRACE) == set(fds)
        assert owner.stdin is not None
        owner.stdin.close()
        assert owner.stdout.read() == b"", "the owner's own child ends with its input"


@supervised
def test_nothing_survives_although_every_supervisor_was_stopped(
    script: Script, tmp_path: Path, pidfd: Pidfd, dead: Dead
) -> None:
    """The one that waits for the next server could let them go on; here it is killed."""
    server = script(DAEMONS + STAYS.replace("ready()", "ready(daemon=daemon, waits=waits)"))
    argv = [sys.executable, "-c", OWNER, json.dumps(server.argv), str(tmp_path), "plain"]
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as owner:
        assert owner.stdout is not None
        pids: dict[str, Any] = json.loads(owner.stdout.readline())
        reaper = parent(pids["server"])
        zygote = psutil.Process(parent(reaper))
        fds = {name: pidfd(pid) for name, pid in pids.items()}
        os.kill(zygote.pid, signal.SIGSTOP)
        os.kill(reaper, signal.SIGSTOP)
        for spare in zygote.children():
            if spare.pid != reaper:
                spare.kill()
        owner.kill()
        assert dead(fds, timeout=GRACE) == set(fds)
