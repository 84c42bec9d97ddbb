"""A sweep ends what a dead run left, and touches nothing else."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from seatrial.leaks import RUN, Run, RunState
from seatrial.leaks.chance import await_deaths
from seatrial.leaks.folders import CannotSweep, own
from seatrial.leaks.sweep import MARKER, look, sweep

Sleeper = Callable[[str | None], subprocess.Popen[bytes]]
DEAD = replace(RUN, started=RUN.started + 1, token=f"dead{RUN.token[4:]}")


@pytest.fixture
def sleeper() -> Iterator[Sleeper]:
    """Starts a process with a marker in its environment, or none."""
    started: list[subprocess.Popen[bytes]] = []

    def start(marker: str | None) -> subprocess.Popen[bytes]:
        env = {"PATH": os.environ["PATH"]} | ({MARKER: marker} if marker is not None else {})
        started.append(subprocess.Popen(["sleep", "614"], env=env, start_new_session=True))
        while not Path(f"/proc/{started[-1].pid}/environ").read_bytes():
            os.sched_yield()  # its exec is done, but the kernel has not noted its words yet
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()


def _home(folder: Path, name: str, run: Run, *, kept: bool = False) -> Path:
    root = folder / name
    (root / "workspace").mkdir(parents=True)
    own(root, run, kept=kept)
    return root


def _mine(run: Run) -> bool:
    return run == DEAD


def test_what_bears_a_marker_is_found(sleeper: Sleeper, homes: Path) -> None:
    dead, plain, strange = sleeper(str(DEAD)), sleeper(None), sleeper("somebody's own words")
    living = sleeper(str(RUN))
    root = _home(homes, "h", DEAD)
    (homes / "unmarked").mkdir()
    (homes / "broken").mkdir()
    (homes / "broken" / "owner.json").write_text('["run"]')
    found = look(homes)
    pids = {process.pid for process in found.processes}
    assert {dead.pid, living.pid} <= pids
    assert not pids & {plain.pid, strange.pid, os.getpid()}
    over = found.of(RunState.OVER)
    assert dead.pid in {process.pid for process in over.processes}
    assert living.pid not in {process.pid for process in over.processes}
    assert living.pid in {process.pid for process in found.of(RunState.LIVING).processes}
    assert [home.root for home in over.folders] == [root]
    (one,) = [process for process in found.processes if process.pid == dead.pid]
    assert str(one) == f"process {dead.pid}: sleep 614"


def test_only_a_dead_runs_things_are_ended(sleeper: Sleeper, homes: Path) -> None:
    dead, plain, living = sleeper(str(DEAD)), sleeper(None), sleeper(str(RUN))
    gone, stays = _home(homes, "gone", DEAD), _home(homes, "stays", RUN)
    elsewhere = _home(homes, "elsewhere", replace(DEAD, namespace=DEAD.namespace + 1))
    unmarked = homes / "unmarked"
    unmarked.mkdir()
    done = sweep(homes, wanted=lambda run: run.token == DEAD.token and run.state is RunState.OVER)
    assert [process.pid for process in done.ended] == [dead.pid]
    assert await_deaths([dead.pid], bound=0)
    assert not await_deaths([plain.pid], bound=0)
    assert not await_deaths([living.pid], bound=0)
    assert [home.root for home in done.removed] == [gone]
    assert (done.alive, done.stuck) == ([], [])
    assert set(homes.iterdir()) == {stays, elsewhere, unmarked}


def test_a_home_that_was_kept_stays_unless_asked_for(homes: Path) -> None:
    root = _home(homes, "kept", DEAD, kept=True)
    assert sweep(homes, wanted=_mine).removed == []
    assert root.exists()
    assert [home.root for home in sweep(homes, wanted=_mine, kept=True).removed] == [root]
    assert not root.exists()


def test_a_link_to_a_folder_is_not_followed(homes: Path, tmp_path: Path) -> None:
    target = _home(tmp_path, "target", DEAD)
    homes.mkdir()
    (homes / "link").symlink_to(target)
    assert sweep(homes, wanted=_mine).removed == []
    assert target.exists()


def test_who_sweeps_is_not_swept(tmp_path: Path) -> None:
    code = f"""
import json, sys
from pathlib import Path
from seatrial.leaks import Run
from seatrial.leaks.sweep import sweep
done = sweep(Path({str(tmp_path)!r}), wanted=lambda run: str(run) == {str(DEAD)!r})
print(json.dumps([one.pid for one in done.ended]))
"""
    words = ["sh", "-c", '"$0" -c "$1"; echo after', sys.executable, code]
    env = {**os.environ, MARKER: str(DEAD)}
    ran = subprocess.run(words, env=env, capture_output=True, text=True, timeout=60, check=True)
    assert json.loads(ran.stdout.splitlines()[0]) == []
    assert ran.stdout.splitlines()[1] == "after"


def test_a_folder_that_is_none_is_an_error_in_four_parts(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("x")
    with pytest.raises(CannotSweep, match="cannot look for homes") as caught:
        look(file)
    assert "SEATRIAL_HOMES" in caught.value.remedy
    assert look(tmp_path / "none").folders == ()
