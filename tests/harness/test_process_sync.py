"""The synchronous twin of `spawn`: any program, for code that has no event loop."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
import pytest

from seatrial.leaks import ledger
from seatrial.process import (
    GENTLE,
    CannotStart,
    Command,
    Ending,
    Exit,
    Means,
    Step,
    environment,
    layer,
    spawn_sync,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.harness.conftest import Script

PATIENCE = 30.0


def shell(text: str, folder: Path) -> Command:
    return Command(argv=("/bin/sh", "-c", text), env=environment({}, run="test"), cwd=folder)


@pytest.fixture(autouse=True)
def _no_thread_is_left() -> None:
    assert "seatrial-spawn-sync" not in {thread.name for thread in threading.enumerate()}


def test_lines_go_in_and_come_out(tmp_path: Path) -> None:
    with spawn_sync(
        shell("echo hi; echo oh >&2; cat; true", tmp_path), stderr_file=tmp_path / "e"
    ) as one:
        assert one.line() == b"hi"
        assert one.write(b"more\n")
        assert one.line() == b"more"
        with pytest.raises(TimeoutError):
            one.line(timeout=0.0)
        with pytest.raises(TimeoutError):
            one.wait(timeout=0.0)
        assert [process.argv for process in one.running("cat")] == [("cat",)]
        one.close_stdin()
        assert one.wait() == Exit(status=0)
        assert one.line() is None
        assert one.left == ()
    assert one.pid > 0
    assert (tmp_path / "e").read_text() == "oh\n"


def test_the_ledger_knows_where_it_was_asked_for(tmp_path: Path) -> None:
    with spawn_sync(shell("cat", tmp_path), stderr_file=tmp_path / "e") as one:
        (entry,) = [entry for entry in ledger.unsettled() if entry.facts.get("pid") == one.pid]
        assert entry.place.startswith(f"{__file__}:")


@pytest.mark.skipif(sys.platform != "linux", reason="the supervisor is for Linux")
def test_it_takes_along_what_was_left(tmp_path: Path) -> None:
    text = "setsid sleep 300 >/dev/null 2>&1 & echo started; cat"
    with spawn_sync(shell(text, tmp_path), stderr_file=tmp_path / "e") as one:
        assert one.line() == b"started"
        ended = one.end(GENTLE)
        assert one.end() is ended
        assert one.tree() == []
        one.outlast("sleep")
    assert ended.means is Means.EOF
    assert len(ended.left) == 1, "it may not be the program yet that it is becoming"
    assert ended.survivors == ()


def test_a_flood_is_drained_while_nobody_reads(script: Script, tmp_path: Path) -> None:
    text = "import sys\nsys.stderr.write('x' * (4 << 20))\nsys.stderr.flush()\nprint('through')"
    with spawn_sync(script(text), stderr_file=tmp_path / "e") as one:
        assert one.line(timeout=PATIENCE) == b"through"
        assert one.wait(timeout=PATIENCE) == Exit(status=0)
        assert one.stderr(lines=1).startswith("xxx")
    assert (tmp_path / "e").stat().st_size == 4 << 20


def test_what_cannot_start_says_so(tmp_path: Path) -> None:
    command = Command(argv=("no-such-program",), cwd=tmp_path)
    with (
        pytest.raises(CannotStart, match="no-such-program"),
        spawn_sync(command, stderr_file=tmp_path / "e"),
    ):
        pytest.fail("it started")


def test_the_block_ends_it_whatever_happens(tmp_path: Path) -> None:
    with (
        pytest.raises(KeyError),
        spawn_sync(shell("cat", tmp_path), stderr_file=tmp_path / "e") as one,
    ):
        raise KeyError(one.pid)
    assert one.end().means is Means.SIGKILL, "it can still be asked, and has ended"


class Interrupted(BaseException):
    """What Ctrl-C or a timeout by signal raises in the midst of anything."""


@pytest.fixture
def interrupt() -> Iterator[str]:
    """Returns the words by which a shell interrupts this process."""

    def interrupted(*_: object) -> None:
        raise Interrupted

    before = signal.signal(signal.SIGUSR1, interrupted)
    yield f"kill -USR1 {os.getpid()}"
    signal.signal(signal.SIGUSR1, before)


def test_who_is_interrupted_in_a_gentle_ending_has_a_hard_one(
    interrupt: str, tmp_path: Path
) -> None:
    text = f"trap '{interrupt}' TERM; echo ready; while :; do sleep 300 & wait; done"
    for_ever = Ending(steps=(Step(means=Means.SIGTERM, grace=1e6),))
    with (
        pytest.raises(Interrupted),
        spawn_sync(shell(text, tmp_path), stderr_file=tmp_path / "e", ending=for_ever) as one,
    ):
        assert one.line() == b"ready"
    ended = one.end()
    assert (ended.means, ended.survivors) == (Means.SIGKILL, ())
    assert not psutil.pid_exists(one.pid)


def test_who_is_interrupted_while_waiting_takes_no_line_away(
    interrupt: str, tmp_path: Path
) -> None:
    with spawn_sync(
        shell("read go; echo late; read go", tmp_path), stderr_file=tmp_path / "e"
    ) as one:
        with (
            pytest.raises(Interrupted),
            spawn_sync(shell(interrupt, tmp_path), stderr_file=tmp_path / "other"),
        ):
            one.line()
        one.write(b"go\n")
        assert one.line() == b"late"


def test_who_is_interrupted_while_it_starts_leaves_nothing(
    interrupt: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = layer()
    started: list[int] = []

    class Interrupts(held):  # type: ignore[misc, valid-type]
        @classmethod
        async def start(cls, *words: Any) -> Any:
            os.kill(os.getpid(), signal.SIGUSR1)
            made = await held.start(*words)
            started.append(made.pid)
            return made

    monkeypatch.setattr(sys.modules["seatrial.process.spawn"], "layer", lambda *_: Interrupts)
    with (
        pytest.raises(Interrupted),
        spawn_sync(shell("cat", tmp_path), stderr_file=tmp_path / "e") as one,
    ):
        pytest.fail(f"{one.pid} was started")
    assert not any(map(psutil.pid_exists, started))
    assert "seatrial-spawn-sync" not in {thread.name for thread in threading.enumerate()}


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_disk_does_not_block_it(tmp_path: Path) -> None:
    text = "yes | head -c 1000000 >&2; echo through"
    with spawn_sync(shell(text, tmp_path), stderr_file=Path("/dev/full")) as one:
        assert one.line() == b"through"
        assert one.wait() == Exit(status=0)
        assert one.stderr(lines=2) == "y\ny"


NEVER_LEFT = """
import sys
from pathlib import Path
from seatrial.process import Command, spawn_sync

folder = Path(sys.argv[1])
kept = spawn_sync(Command(argv=("/bin/cat",), cwd=folder), stderr_file=folder / "e")
print(kept.__enter__().pid)
"""


def test_a_block_that_is_never_left_is_left_with_the_interpreter(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-W", "error", "-c", NEVER_LEFT, str(tmp_path)],
        capture_output=True,
        timeout=PATIENCE,
        check=True,
    )
    assert ran.stderr == b""
    assert not psutil.pid_exists(int(ran.stdout))
