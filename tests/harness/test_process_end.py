"""Ending a server: what it took is recorded, step by step."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.harness.processes import (
    GRACE,
    HELPERS,
    STAYS,
    both,
    first,
    steps,
)

from seatrial.process import (
    GENTLE,
    HARD,
    Ended,
    Ending,
    Exit,
    Means,
    ProcessInfo,
    Step,
    spawn,
)
from seatrial.process.layers import Group, Supervised

if TYPE_CHECKING:
    from tests.harness.conftest import Dead, Pidfd, Run, Script


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
def test_a_server_that_closes_its_stdout_and_stays(
    run: Run, script: Script, tmp_path: Path
) -> None:
    command = script(HELPERS + "os.close(1)\nwhile True:\n    signal.pause()")

    async def main() -> None:
        async with spawn(command, stderr_file=tmp_path / "stderr") as process:
            assert await process.stdout.line() is None
            assert not process.exited.done()

    run(main())


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


def test_an_end_is_said_in_words() -> None:
    assert str(Exit(status=0)) == "exit status 0"
    assert str(Exit(status=-9)) == "killed by SIGKILL"
    assert str(Exit(status=-250)) == "killed by signal 250"
    assert str(ProcessInfo(pid=7, argv=("cat", "x"), state="S")) == "7 [S] cat x"
    assert [step.signal for step in GENTLE.steps] == [None, signal.SIGTERM]
    assert HARD.steps == ()
    assert "group" in Group.name
