"""A start, a wait or an end that is given up: nothing of the server is left all the same."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
import pytest
from tests.harness.processes import (
    HELPERS,
    STAYS,
    both,
    first,
    steps,
)

from seatrial.process import (
    BadStep,
    CannotStart,
    Ended,
    Exit,
    Means,
    ServerProcess,
    Step,
    spawn,
)
from seatrial.process.spawn import start

if TYPE_CHECKING:
    from tests.harness.conftest import Dead, Pidfd, Run, Script


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
def test_a_wait_for_its_exit_that_is_given_up_is_given_up_for_nobody_else(
    run: Run, script: Script, tmp_path: Path
) -> None:
    command = script(HELPERS + "ready()\nsys.stdin.read()\nsys.exit(7)")

    async def main() -> Ended:
        async with spawn(command, stderr_file=tmp_path / "stderr") as process:
            await first(process)
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(process.exited, 0)
            assert not process.exited.done()
            process.stdin.close()
            assert await process.exited == Exit(status=7)
            return await process.end()

    assert run(main()) == Ended(means=Means.ITSELF, exit=Exit(status=7))


STAYS_MUTE = "import signal\nsignal.pause()"

DEAF = r"""
def told(*_):
    os.write(1, b"told\n")  # print may be in the midst of it

signal.signal(signal.SIGTERM, told)
"""
"""Says that it was told to end, and stays."""


@both
@pytest.mark.parametrize("how", ["ending", "block", "loop"])
def test_a_gentle_ending_that_is_cancelled_is_a_hard_one_at_once(
    run: Run, script: Script, tmp_path: Path, pidfd: Pidfd, dead: Dead, how: str
) -> None:
    command = script(HELPERS + DEAF + STAYS)
    for_ever = steps(Means.SIGTERM, grace=1e6)
    fds: dict[str, int] = {}

    async def serve(told: asyncio.Event) -> None:
        async with spawn(command, stderr_file=tmp_path / "stderr", ending=for_ever) as process:
            await first(process)
            fds["server"] = pidfd(process.pid)
            watching = asyncio.create_task(process.stdout.line())
            watching.add_done_callback(lambda _: told.set())
            if how == "ending":
                await process.end(for_ever)

    async def main() -> None:
        told = asyncio.Event()
        serving = asyncio.create_task(serve(told))
        await told.wait()
        if how != "loop":
            for _ in range(3):  # whoever is impatient asks more than once
                serving.cancel()
                await asyncio.sleep(0)
            with pytest.raises(asyncio.CancelledError):
                await serving
            assert dead(fds) == {"server"}

    if how == "loop":  # which is closed while it is under way
        asyncio.run(main())
    else:
        run(main())
    assert dead(fds) == {"server"}


@both
def test_a_hard_ending_cuts_a_gentle_one_short(run: Run, script: Script, tmp_path: Path) -> None:
    command = script(HELPERS + DEAF + STAYS)

    async def main() -> None:
        async with spawn(command, stderr_file=tmp_path / "stderr") as process:
            await first(process)
            gentle = asyncio.create_task(process.end(steps(Means.SIGTERM, grace=1e6)))
            assert await process.stdout.line() == b"told"
            assert not gentle.done()
            ended = await process.end()
            assert await gentle is ended
            assert process.ended is ended
            assert ended.means is Means.SIGKILL

    run(main())


@both
def test_a_loop_that_closes_at_once_ends_what_has_just_been_started(
    script: Script, tmp_path: Path
) -> None:
    """Its tasks have not begun: neither that which listens, nor that which ends it."""
    command = script(STAYS_MUTE)
    served: list[ServerProcess] = []

    async def serve() -> None:
        async with spawn(command, stderr_file=tmp_path / "stderr") as process:
            served.append(process)
            asyncio.get_running_loop().stop()
            await asyncio.Event().wait()

    with pytest.raises(RuntimeError, match="stopped before"), asyncio.Runner() as runner:
        runner.run(serve())
    assert served[0].ended is not None
    assert served[0].ended.survivors == ()
    assert not psutil.pid_exists(served[0].pid)


@both
def test_a_loop_that_closes_ends_the_servers_that_nobody_has_ended(
    script: Script, tmp_path: Path, pidfd: Pidfd, dead: Dead
) -> None:
    command = script(HELPERS + "near = spawn()\n" + STAYS.replace("ready()", "ready(near=near)"))
    fds: dict[str, int] = {}
    kept: list[ServerProcess] = []  # so that nothing goes because nobody refers to it

    async def main() -> None:
        kept.append(await start(command, stderr_file=tmp_path / "stderr"))
        near = (await first(kept[0]))["near"]
        fds.update(server=pidfd(kept[0].pid), near=pidfd(near))

    asyncio.run(main())
    assert dead(fds) == {"server", "near"}
    kept[0]._entry.settle()


@both
@pytest.mark.parametrize(
    ("means", "grace"),
    [(Means.ITSELF, 1), ("eof", 1), (Means.EOF, -1), (Means.EOF, None), (Means.EOF, float("inf"))],
)
def test_a_step_that_cannot_be_done_is_refused_before_anything_is_started(
    means: Any, grace: Any
) -> None:
    with pytest.raises(BadStep, match="expected: a means"):
        Step(means=means, grace=grace)


@both
@pytest.mark.parametrize("stream", ["stderr_file", "stdout_file"])
def test_what_has_no_file_for_its_output_is_not_started(
    run: Run, script: Script, tmp_path: Path, stream: str
) -> None:
    command = script("open('ran', 'w')")
    files: dict[str, Any] = {"stderr_file": tmp_path / "stderr", stream: tmp_path / "none" / "file"}

    async def main() -> None:
        before = len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - the listing's own fd is in it
        with pytest.raises(CannotStart, match="a file for what it writes"):
            async with spawn(command, **files):
                pytest.fail("it started")
        assert not (command.cwd / "ran").exists()
        assert len(os.listdir("/proc/self/fd")) == before  # noqa: PTH208

    run(main())


@both
def test_all_of_its_output_is_in_its_files(run: Run, script: Script, tmp_path: Path) -> None:
    command = script("import os\nos.write(1, b'out\\nlast words')\nos.write(2, b'err')")
    out, err = tmp_path / "stdout", tmp_path / "stderr"

    async def main() -> None:
        async with spawn(command, stderr_file=err, stdout_file=out) as process:
            await process.exited

    run(main())
    assert (out.read_bytes(), err.read_bytes()) == (b"out\nlast words", b"err")
