"""Ending a server: what it took is recorded, and nothing that came of it is left."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
import pytest

from seatrial.process import (
    GENTLE,
    HARD,
    Ended,
    Ending,
    Exit,
    Means,
    ProcessInfo,
    ServerProcess,
    Step,
    spawn,
)
from seatrial.process.layers import Group, Supervised
from seatrial.process.zygote import zygote

if TYPE_CHECKING:
    from tests.harness.conftest import Dead, Pidfd, Run, Script

linux = pytest.mark.skipif(sys.platform != "linux", reason="the supervisor is for Linux")
both = pytest.mark.parametrize(
    "held", [pytest.param(Supervised, marks=linux), Group], ids=["supervised", "group"]
)
supervised = pytest.mark.parametrize(
    "held", [pytest.param(Supervised, marks=linux)], ids=["supervised"]
)
GRACE = 20.0


@pytest.fixture(autouse=True)
def _layer(held: type, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules["seatrial.process.spawn"], "layer", lambda *_: held)
    if issubclass(held, Supervised):
        zygote(held.machine)  # its socket stays open, whichever test is the first


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


@both
def test_a_server_that_leaves_when_stdin_ends(run: Run, script: Script, tmp_path: Path) -> None:
    command = script(HELPERS + "ready()\nsys.stdin.read()\nsys.exit(7)")

    async def main() -> Ended:
        async with spawn(command, stderr_file=tmp_path / "stderr") as process:
            await first(process)
            ended = await process.end(GENTLE)
            assert await process.end(HARD) is ended
            return ended

    assert run(main()) == Ended(means=Means.EOF, exit=Exit(status=7))


@both
@pytest.mark.parametrize("means", [Means.SIGTERM, Means.SIGINT])
def test_a_server_that_leaves_on_a_signal(
    run: Run, script: Script, tmp_path: Path, means: Means
) -> None:
    command = script(
        HELPERS + f"signal.signal(signal.{means.name}, lambda *_: os._exit(5))\n" + STAYS
    )

    async def main() -> Ended:
        async with spawn(command, stderr_file=tmp_path / "stderr") as process:
            await first(process)
            return await process.end(steps(means))

    assert run(main()) == Ended(means=means, exit=Exit(status=5))


@both
def test_the_means_is_the_step_that_did_it(run: Run, script: Script, tmp_path: Path) -> None:
    """It ignores the end of stdin, so that the next step has to do it: no grace is needed."""
    command = script(HELPERS + STAYS)
    ending = Ending(
        steps=(
            Step(means=Means.EOF, grace=0.0),
            Step(means=Means.SIGTERM, grace=GRACE),
            Step(means=Means.SIGINT, grace=GRACE),
        )
    )

    async def main() -> Ended:
        async with spawn(command, stderr_file=tmp_path / "stderr") as process:
            await first(process)
            return await process.end(ending)

    ended = run(main())
    assert ended == Ended(means=Means.SIGTERM, exit=Exit(status=-signal.SIGTERM))


@both
def test_a_server_that_ignores_everything_is_killed(
    run: Run, script: Script, tmp_path: Path, pidfd: Pidfd, dead: Dead
) -> None:
    command = script(
        HELPERS + "for n in ('SIGTERM', 'SIGINT', 'SIGHUP'):\n"
        "    signal.signal(getattr(signal, n), signal.SIG_IGN)\n"
        "child = spawn(ignore=True)\n" + STAYS.replace("ready()", "ready(child=child)")
    )

    async def main() -> Ended:
        async with spawn(command, stderr_file=tmp_path / "stderr") as process:
            fds = {name: pidfd(pid) for name, pid in (await first(process)).items()}
            fds["server"] = pidfd(process.pid)
            assert not dead(fds)
            ended = await process.end(steps(Means.EOF, Means.SIGTERM, Means.SIGINT, grace=0.0))
            assert dead(fds, timeout=0 if process._layer.name == Supervised.name else GRACE) == {
                "server",
                "child",
            }
            return ended

    assert run(main()) == Ended(means=Means.SIGKILL, exit=Exit(status=-signal.SIGKILL))


@both
def test_the_hard_ending_is_the_default_and_says_so(
    run: Run, script: Script, tmp_path: Path
) -> None:
    command = script(HELPERS + STAYS)

    async def main() -> Ended:
        async with spawn(command, stderr_file=tmp_path / "stderr") as process:
            await first(process)
        return await process.end(GENTLE)

    assert run(main()) == Ended(means=Means.SIGKILL, exit=Exit(status=-signal.SIGKILL))


@both
def test_a_server_that_left_by_itself(run: Run, script: Script, tmp_path: Path) -> None:
    command = script("import sys; sys.exit(3)")

    async def main() -> Ended:
        async with spawn(command, stderr_file=tmp_path / "stderr") as process:
            assert (await process.exited).status == 3
            return await process.end(GENTLE)

    assert run(main()) == Ended(means=Means.ITSELF, exit=Exit(status=3))


@both
def test_a_stopped_server_still_takes_a_signal(run: Run, script: Script, tmp_path: Path) -> None:
    command = script(HELPERS + "signal.signal(signal.SIGTERM, lambda *_: os._exit(5))\n" + STAYS)

    async def main() -> Ended:
        async with spawn(command, stderr_file=tmp_path / "stderr") as process:
            await first(process)
            os.kill(process.pid, signal.SIGSTOP)
            return await process.end(steps(Means.SIGTERM))

    assert run(main()) == Ended(means=Means.SIGTERM, exit=Exit(status=5))


@both
def test_a_stopped_tree_is_ended(
    run: Run, script: Script, tmp_path: Path, pidfd: Pidfd, dead: Dead
) -> None:
    command = script(
        HELPERS
        + """
child = spawn(session=True)
os.kill(child, signal.SIGSTOP)
os.waitid(os.P_PID, child, os.WSTOPPED)
ready(child=child)
os.kill(os.getpid(), signal.SIGSTOP)
"""
    )

    async def main() -> None:
        async with spawn(command, stderr_file=tmp_path / "stderr") as process:
            fds = {name: pidfd(pid) for name, pid in (await first(process)).items()}
            fds["server"] = pidfd(process.pid)
            ended = await process.end()
            assert ended.survivors == ()
            assert dead(fds, timeout=GRACE) == {"child", "server"}

    run(main())


@both
def test_descendants_in_sessions_of_their_own_are_ended(
    run: Run, script: Script, tmp_path: Path, pidfd: Pidfd, dead: Dead
) -> None:
    command = script(
        HELPERS
        + "pids = {str(n): spawn(session=n % 2, ignore=True) for n in range(4)}\n"
        + STAYS.replace("ready()", "ready(**pids)")
    )

    async def main() -> None:
        async with spawn(command, stderr_file=tmp_path / "stderr") as process:
            fds = {name: pidfd(pid) for name, pid in (await first(process)).items()}
            assert not dead(fds)
            await process.end()
            assert dead(fds, timeout=GRACE) == {"0", "1", "2", "3"}

    run(main())


DAEMONS = (
    HELPERS
    + """
daemon = spawn(session=True, double=True, close=True, program=("/usr/bin/tail", "-f", "/dev/null"))
waits = spawn(session=True, double=True, ignore=True)
near = spawn()
"""
)


@supervised
def test_daemons_with_nothing_of_ours_about_them_are_ended(
    run: Run, script: Script, tmp_path: Path, pidfd: Pidfd, dead: Dead
) -> None:
    """Double-forked, a session of their own, another argv, an empty environment, no pipes."""
    command = script(
        DAEMONS + STAYS.replace("ready()", "ready(daemon=daemon, waits=waits, near=near)")
    )

    async def main() -> None:
        async with spawn(command, stderr_file=tmp_path / "stderr") as process:
            fds = {name: pidfd(pid) for name, pid in (await first(process)).items()}
            fds["server"] = pidfd(process.pid)
            supervisor = {"supervisor": pidfd(_parent(process.pid))}
            assert not dead(fds | supervisor)
            ended = await process.end()
            assert dead(fds) == set(fds), "they are gone when end() returns, not some time later"
            assert dead(supervisor, timeout=GRACE) == {"supervisor"}, "it has only to exit"
            assert ended.survivors == ()

    run(main())


def _parent(pid: int) -> int:
    return psutil.Process(pid).ppid()


@supervised
@pytest.mark.parametrize("means", [Means.ITSELF, Means.EOF, Means.SIGTERM])
def test_what_a_server_leaves_behind_is_named(
    run: Run, script: Script, tmp_path: Path, pidfd: Pidfd, dead: Dead, means: Means
) -> None:
    ends = {
        Means.ITSELF: "ready(waits=waits, near=near)",
        Means.EOF: "ready(waits=waits, near=near)\nsys.stdin.read()",
        Means.SIGTERM: STAYS.replace("ready()", "ready(waits=waits, near=near)"),
    }
    # The near one is in the server's group, so a signal to the group would end it too.
    near = "near = spawn(ignore=True)"
    command = script(DAEMONS.replace("near = spawn()", near) + ends[means])

    async def main() -> tuple[dict[str, int], Ended]:
        async with spawn(command, stderr_file=tmp_path / "stderr") as process:
            pids = await first(process)
            fds = {name: pidfd(pid) for name, pid in pids.items()}
            if means is Means.ITSELF:
                await process.exited
                assert not dead(fds)
                assert {one.pid for one in process.left} >= set(pids.values())
            ended = await process.end(steps(*(() if means is Means.ITSELF else (means,))))
            assert dead(fds) == set(fds)
            return pids, ended

    pids, ended = run(main())
    assert ended.means is means
    left = {one.pid: one for one in ended.left}
    assert set(pids.values()) <= set(left)
    assert any(one.argv[0] == "/usr/bin/tail" for one in ended.left)
    assert len(ended.left) == 3
    assert ended.survivors == ()


@supervised
def test_what_our_own_kill_finds_is_not_held_against_the_server(
    run: Run, script: Script, tmp_path: Path
) -> None:
    command = script(DAEMONS + STAYS)

    async def main() -> Ended:
        async with spawn(command, stderr_file=tmp_path / "stderr") as process:
            await first(process)
            return await process.end()

    assert run(main()).left == ()


@both
def test_what_is_left_in_the_servers_group_is_ended(
    run: Run, script: Script, tmp_path: Path, pidfd: Pidfd, dead: Dead
) -> None:
    command = script(HELPERS + "ready(near=spawn(ignore=True))")

    async def main() -> None:
        async with spawn(command, stderr_file=tmp_path / "stderr") as process:
            fds = {name: pidfd(pid) for name, pid in (await first(process)).items()}
            await process.exited
            assert not dead(fds)
            await process.end()
            assert dead(fds, timeout=GRACE) == {"near"}

    run(main())


@both
def test_a_child_that_was_only_not_reaped_is_not_left(
    run: Run, script: Script, tmp_path: Path
) -> None:
    command = script(
        HELPERS
        + """
for _ in range(3):
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
"""
    )

    async def main() -> Ended:
        async with spawn(command, stderr_file=tmp_path / "stderr") as process:
            await process.exited
            return await process.end()

    assert run(main()) == Ended(means=Means.ITSELF, exit=Exit(status=0))


@both
def test_a_server_that_closes_its_stdout_and_stays(
    run: Run, script: Script, tmp_path: Path
) -> None:
    command = script(HELPERS + "os.close(1)\nwhile True:\n    signal.pause()")

    async def main() -> None:
        async with spawn(command, stderr_file=tmp_path / "stderr") as process:
            assert await process.stdout.line() is None
            assert not process.exited.done()

    run(main())


@supervised
def test_a_server_dies_with_its_supervisor(
    run: Run, script: Script, tmp_path: Path, pidfd: Pidfd, dead: Dead
) -> None:
    command = script(HELPERS + STAYS)

    async def main() -> Ended:
        async with spawn(command, stderr_file=tmp_path / "stderr") as process:
            await first(process)
            fds = {"server": pidfd(process.pid)}
            os.kill(_parent(process.pid), signal.SIGKILL)
            assert dead(fds, timeout=GRACE) == {"server"}
            assert await process.stdout.line() is None
            return await process.end()

    assert run(main()) == Ended(means=Means.SIGKILL, exit=None)


@both
def test_the_end_of_stdout_is_seen_although_a_grandchild_holds_it(
    run: Run, script: Script, tmp_path: Path
) -> None:
    command = script(HELPERS + "ready(pid=spawn())\nprint('last words', end='')")

    async def main() -> None:
        async with spawn(command, stderr_file=tmp_path / "stderr") as process:
            await first(process)
            assert await process.stdout.line() == b"last words"
            assert await process.stdout.line() is None
            assert (await process.exited).status == 0

    run(main())


@both
def test_a_server_that_floods_stdout_is_ended(run: Run, script: Script, tmp_path: Path) -> None:
    command = script(
        HELPERS + "ready()\nwhile True:\n    os.write(1, b'x' * 65536)\n    os.write(2, b'y' * 99)"
    )

    async def main() -> Ended:
        async with spawn(command, stderr_file=tmp_path / "stderr") as process:
            await first(process)
            return await process.end()

    assert run(main()).means is Means.SIGKILL


@both
def test_the_block_ends_the_server_whatever_happens_in_it(
    run: Run, script: Script, tmp_path: Path, pidfd: Pidfd, dead: Dead
) -> None:
    command = script(HELPERS + STAYS)
    fds: dict[str, int] = {}

    async def fails() -> None:
        async with spawn(command, stderr_file=tmp_path / "stderr") as process:
            await first(process)
            fds["fails"] = pidfd(process.pid)
            raise KeyError("in the block")

    async def hangs() -> None:
        async with spawn(command, stderr_file=tmp_path / "stderr") as process:
            await first(process)
            fds["hangs"] = pidfd(process.pid)
            hanging.set()
            await asyncio.Event().wait()

    hanging = asyncio.Event()

    async def main() -> None:
        with pytest.raises(KeyError):
            await fails()
        task = asyncio.create_task(hangs())
        await hanging.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert dead(fds) == {"fails", "hangs"}

    run(main())


@both
def test_starting_can_be_cancelled_at_any_moment(run: Run, script: Script, tmp_path: Path) -> None:
    """Wherever the cancellation hits, nothing stays: no process, not even to be reaped."""
    command = script(HELPERS + STAYS)

    async def start() -> None:
        async with spawn(command, stderr_file=tmp_path / "stderr") as process:
            await first(process)

    async def main() -> None:
        for rounds in range(4):
            task = asyncio.create_task(start())
            for _ in range(rounds):
                await asyncio.sleep(0)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            assert task.cancelled()
            assert psutil.Process().children(recursive=True) == []

    run(main())


@both
def test_a_server_whose_stderr_has_no_file_is_ended(
    run: Run, script: Script, tmp_path: Path
) -> None:
    command = script(HELPERS + STAYS)

    async def main() -> None:
        before = len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - the listing's own fd is in it
        with pytest.raises(FileNotFoundError):
            async with spawn(command, stderr_file=tmp_path / "none" / "stderr"):
                pytest.fail("it started")
        assert psutil.Process().children(recursive=True) == []
        assert len(os.listdir("/proc/self/fd")) == before  # noqa: PTH208

    run(main())


@both
def test_the_tree_is_what_is_alive(run: Run, script: Script, tmp_path: Path) -> None:
    command = script(HELPERS + "child = spawn()\n" + STAYS.replace("ready()", "ready(child=child)"))

    async def main() -> None:
        async with spawn(command, stderr_file=tmp_path / "stderr") as process:
            child = (await first(process))["child"]
            assert {one.pid for one in await process.tree()} == {process.pid, child}
            assert [one.pid for one in await process.running("program")] == [child]
            assert await process.running("no such word") == []
            waiting = asyncio.ensure_future(process.outlast("program", timeout=GRACE))
            await asyncio.sleep(0)
            os.kill(child, signal.SIGKILL)
            await waiting
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(process.tree(), 0)
            await process.end()
            assert await process.tree() == []

    run(main())


@both
def test_a_question_that_nobody_waits_for_any_more_does_no_harm(
    run: Run, script: Script, tmp_path: Path
) -> None:
    command = script(HELPERS + STAYS)

    async def main() -> None:
        async with spawn(command, stderr_file=tmp_path / "stderr") as process:
            await first(process)
            asking = asyncio.ensure_future(process.tree())
            await asyncio.sleep(0)
            asking.cancel()
            await asyncio.gather(asking, return_exceptions=True)
            assert [one.pid for one in await process.tree()] == [process.pid]
            ended = await process.end()
            assert ended.exit == Exit(status=-signal.SIGKILL)

    run(main())


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
        pids["supervisor"] = _parent(pids["server"])
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
        reaper = _parent(pids["server"])
        zygote = psutil.Process(_parent(reaper))
        fds = {name: pidfd(pid) for name, pid in pids.items()}
        os.kill(zygote.pid, signal.SIGSTOP)
        os.kill(reaper, signal.SIGSTOP)
        for spare in zygote.children():
            if spare.pid != reaper:
                spare.kill()
        owner.kill()
        assert dead(fds, timeout=GRACE) == set(fds)


@pytest.mark.parametrize("held", [Group])
def test_an_end_is_said_in_words(held: type[Group]) -> None:
    assert str(Exit(status=0)) == "exit status 0"
    assert str(Exit(status=-9)) == "killed by SIGKILL"
    assert str(Exit(status=-250)) == "killed by signal 250"
    assert str(ProcessInfo(pid=7, argv=("cat", "x"), state="S")) == "7 [S] cat x"
    assert [step.signal for step in GENTLE.steps] == [None, signal.SIGTERM]
    assert HARD.steps == ()
    assert "group" in held.name
