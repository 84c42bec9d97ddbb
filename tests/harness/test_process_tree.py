"""What came of a server: seen while it runs, named where it was left, and always ended."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.harness.processes import (
    DAEMONS,
    GRACE,
    HELPERS,
    STAYS,
    both,
    first,
    parent,
    steps,
    supervised,
)

from seatrial.process import (
    Ended,
    Exit,
    Means,
    spawn,
)

if TYPE_CHECKING:
    from tests.harness.conftest import Dead, Pidfd, Run, Script


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
            supervisor = {"supervisor": pidfd(parent(process.pid))}
            assert not dead(fds | supervisor)
            ended = await process.end()
            assert dead(fds) == set(fds), "they are gone when end() returns, not some time later"
            assert dead(supervisor, timeout=GRACE) == {"supervisor"}, "it has only to exit"
            assert ended.survivors == ()

    run(main())


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
