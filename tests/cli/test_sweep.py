"""`seatrial sweep`, as a process."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from seatrial.leaks import RUN, Run, RunState
from seatrial.leaks.folders import name_for, own
from seatrial.leaks.sweep import MARKER

Seatrial = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def dead() -> Run:
    """A run that was there and is over."""
    code = "from seatrial.leaks import RUN; print(RUN)"
    words = [sys.executable, "-c", code]
    ran = subprocess.run(words, capture_output=True, text=True, check=True, timeout=60)
    run = Run.parse(ran.stdout.strip())
    assert run is not None
    assert run.state is RunState.OVER
    return run


@pytest.fixture
def left() -> Iterator[Callable[[Run | None], psutil.Process]]:
    """Starts what a run would have left: a process in a session of its own."""
    started: list[subprocess.Popen[bytes]] = []

    def start(run: Run | None) -> psutil.Process:
        env = {"PATH": os.environ["PATH"]} | ({MARKER: str(run)} if run else {})
        started.append(subprocess.Popen(["sleep", "615"], env=env, start_new_session=True))
        while not Path(f"/proc/{started[-1].pid}/environ").read_bytes():
            os.sched_yield()  # its exec is done, but the kernel has not noted its words yet
        return psutil.Process(started[-1].pid)

    yield start
    for process in started:
        process.kill()
        process.wait()


def _alive(process: psutil.Process) -> bool:
    return bool(process.status() != psutil.STATUS_ZOMBIE)


def test_it_ends_what_a_dead_run_left_and_nothing_else(
    seatrial: Seatrial,
    left: Callable[[Run | None], psutil.Process],
    dead: Run,
    tmp_path: Path,
) -> None:
    orphan, living, plain = left(dead), left(RUN), left(None)
    home, kept, ours = (tmp_path / "homes" / name for name in ("home", "kept", "ours"))
    for root, run in ((home, dead), (kept, dead), (ours, RUN)):
        root.mkdir(parents=True)
        own(root, run, kept=root is kept)

    dry = seatrial("sweep", "--dry-run")  # of whichever run, others on this machine among them
    assert dry.returncode == 0, dry.stderr
    lines = dry.stdout.splitlines()
    at = lines.index(f"run {dead} is over: would be swept")
    assert lines[at + 1 : at + 3] == [f"  process {orphan.pid}: sleep 615", f"  home {home}"]
    assert f"left alone: home {kept} (kept on purpose); --kept removes it" in lines
    at = lines.index(f"run {RUN} still runs: left alone")
    assert f"  process {living.pid}: sleep 615" in lines[at:]
    assert f"  home {ours}" in lines[at:]
    assert str(plain.pid) not in dry.stdout
    assert _alive(orphan)
    assert home.exists()

    done = seatrial("sweep", "--run", str(dead))
    assert done.returncode == 0, done.stderr
    assert f"ended process {orphan.pid}: sleep 615" in done.stdout.splitlines()
    assert f"removed home {home}" in done.stdout.splitlines()
    assert not _alive(orphan)
    assert _alive(living)
    assert _alive(plain)
    assert [root.exists() for root in (home, kept, ours)] == [False, True, True]

    rest = seatrial("sweep", "--kept", "--run", str(dead))
    assert f"removed home {kept} (kept on purpose)" in rest.stdout.splitlines()
    assert str(orphan.pid) not in rest.stdout
    assert not kept.exists()


def test_it_finds_the_ledgers_that_a_killed_controller_left(
    seatrial: Seatrial, dead: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By their names, in the folder for temporary files, and none but those of dead runs."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    ours, theirs, other = (tmp_path / name for name in (name_for(dead), name_for(RUN), "seatrial"))
    for folder in (ours, theirs, other):
        folder.mkdir()
        (folder / "gw0.jsonl").write_text("")
    assert f"  folder {ours}" in seatrial("sweep", "--dry-run").stdout.splitlines()
    assert seatrial("sweep", "--run", str(dead)).stdout == f"removed folder {ours}\n"
    assert [folder.exists() for folder in (ours, theirs, other)] == [False, True, True]


def test_a_second_sweep_says_that_nothing_is_left(
    seatrial: Seatrial, dead: Run, tmp_path: Path
) -> None:
    home = tmp_path / "homes" / "home"
    home.mkdir(parents=True)
    own(home, dead, kept=False)
    words = ("sweep", "--run", str(dead))
    assert seatrial(*words).stdout == f"removed home {home}\n"
    again = seatrial(*words)
    assert (again.returncode, again.stdout) == (0, "nothing to sweep\n")


def test_a_living_run_is_left_alone_even_if_it_is_named(
    seatrial: Seatrial, left: Callable[[Run | None], psutil.Process]
) -> None:
    living = left(RUN)
    ran = seatrial("sweep", "--run", str(RUN))
    assert ran.returncode == 0
    assert "nothing to sweep" in ran.stdout
    assert _alive(living)


def test_a_run_that_is_no_runs_name_is_an_error_in_four_parts(seatrial: Seatrial) -> None:
    ran = seatrial("sweep", "--run", "4711")
    assert ran.returncode == 2
    for word in ("expected:", "arrived:  '4711'", "cause:", "do:"):
        assert word in ran.stderr


def test_a_folder_of_homes_that_is_none_is_an_error_in_four_parts(
    seatrial: Seatrial, tmp_path: Path
) -> None:
    (tmp_path / "homes").write_text("a file")
    ran = seatrial("sweep", "--dry-run")
    assert ran.returncode == 2
    for word in ("cannot look for homes", "expected:", "arrived:", "cause:", "do:"):
        assert word in ran.stderr
