"""Every hostile case, ended by its owner or with its owner killed: nothing of it is left."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

import seatrial.process

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the supervisor is for Linux")

WORKER = Path(__file__).with_name("worker.py")
ISOLATION = Path(seatrial.process.__file__).with_name("_isolation.py")
PATIENCE = 50.0

CASES = ["plain", "a", "b", "c", "d", "d2", "e", "e2", "f", "g", "g2", "h", "i", "n", "n2"]
AGAINST_US = ["reaper", "stop"]
WORST = ["a", "c", "d2", "g2", "n", "n2", "stop"]

Who = dict[str, Any]


def worker(who: Who, folder: Path, *words: str, **variables: str) -> subprocess.Popen[str]:
    options = {name: value for name, value in who.items() if name not in ("executable", "path")}
    return subprocess.Popen(
        [who["executable"], "-W", "error", str(WORKER), str(folder), *words],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": who["path"], **variables},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )


def ended(who: Who, folder: Path, cases: list[str], **variables: str) -> list[dict[str, Any]]:
    with worker(who, folder, "end", *cases, **variables) as running:
        try:
            out, err = running.communicate(timeout=PATIENCE)
        finally:
            running.kill()
    assert running.returncode == 0, err
    rows = [json.loads(line) for line in out.splitlines()]
    assert [row["case"] for row in rows] == cases
    return rows


def allowed(who: Who, isolation: str) -> bool:
    """Says whether this user may isolate a server so."""
    options = {name: value for name, value in who.items() if name not in ("executable", "path")}
    argv = [who["executable"], "-I", "-S", str(ISOLATION), isolation]
    return subprocess.run(argv, **options, capture_output=True, check=False).returncode == 0


@pytest.mark.parametrize("layer", ["with", "without", "pidns", "cgroup"])
def test_nothing_is_left_when_teardown_returns(who: Who, folder: Path, layer: str) -> None:
    """Counted at that very moment: with all that Linux has, with less, and with isolation."""
    if layer in ("pidns", "cgroup") and not allowed(who, layer):
        pytest.skip(f"this user may not isolate by {layer} here")
    rows = ended(who, folder, CASES, BATTERY_LAYER=layer)
    assert [row for row in rows if row["alive"] or row["survivors"]] == []
    assert all(row["supervised"] for row in rows)
    left = {row["case"]: row["left"] for row in rows}
    assert left["e"] == left["e2"] == 1, "what the server itself left is named"


def test_a_server_that_turns_against_its_supervisors(who: Who, folder: Path) -> None:
    """It kills or stops what is above it; a server started later finds all in order again."""
    rows = ended(who, folder, ["reaper", "plain", "stop", "plain", "reaper", "stop", "c"])
    assert [row for row in rows if row["alive"] or row["survivors"]] == []


@contextlib.contextmanager
def watched(path: Path) -> Iterator[int]:
    """Opens a witness; what still holds it at the end is killed, so that a failure stays small."""
    os.mkfifo(path, 0o666)
    path.chmod(0o666)
    fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    try:
        yield fd
    finally:
        for pid in psutil.pids():
            with contextlib.suppress(OSError):
                held = {str(one.readlink()) for one in Path(f"/proc/{pid}/fd").iterdir()}
                if str(path) in held and pid != os.getpid():
                    os.kill(pid, signal.SIGKILL)
        os.close(fd)


def hung_up(fd: int) -> bool:
    """Waits until nobody holds the witness any more; says whether that came to be."""
    poll = select.poll()
    poll.register(fd, 0)
    return bool(poll.poll(PATIENCE * 1000))


def supervisors(owner: int) -> list[int]:
    """Returns pidfds of the zygote and the reapers of a worker."""
    found = []
    for pid in psutil.pids():
        with contextlib.suppress(OSError):
            words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
            if words[3:4] and words[3].endswith(b"_zygote.py") and int(words[6]) == owner:
                found.append(os.pidfd_open(pid))
    return found


def dead(pidfd: int) -> bool:
    poll = select.poll()
    poll.register(pidfd, select.POLLIN)
    return bool(poll.poll(PATIENCE * 1000))


@pytest.mark.parametrize("case", WORST)
@pytest.mark.parametrize("how", ["hold", "fork", "exit"])
def test_nothing_survives_its_worker(folder: Path, case: str, how: str) -> None:
    """Killed with SIGKILL, with a fork of it still about, or gone by `os._exit`."""
    _dies(None, folder, case, how, "with")


@pytest.mark.parametrize("case", ["a", "d2", "n2"])
def test_nothing_survives_its_worker_without_pidfds(folder: Path, case: str) -> None:
    _dies(None, folder, case, "hold", "without")


@pytest.mark.parametrize("isolation", ["pidns", "cgroup"])
@pytest.mark.parametrize("case", ["a", "d2", "g2", "n2"])
def test_nothing_survives_its_worker_in_isolation(
    who: Who, folder: Path, case: str, isolation: str
) -> None:
    if not allowed(who, isolation):
        pytest.skip(f"this user may not isolate by {isolation} here")
    _dies(who, folder, case, "hold", isolation)


@pytest.mark.parametrize("case", WORST)
def test_nothing_survives_a_worker_without_rights(who: Who, folder: Path, case: str) -> None:
    _dies(who, folder, case, "hold", "with")


def _dies(who: Who | None, folder: Path, case: str, how: str, layer: str) -> None:
    anybody = who or {"executable": sys.executable, "path": os.pathsep.join(filter(None, sys.path))}
    with (
        watched(folder / "witness") as fd,
        worker(anybody, folder, how, case, BATTERY_LAYER=layer) as running,
    ):
        assert running.stdout is not None
        assert running.stdin is not None
        try:
            assert running.stdout.readline() == "holding\n", running.communicate()[1]
            pidfds = supervisors(running.pid) if how != "exit" else []
            assert len(pidfds) >= 2 or how == "exit"
        finally:
            running.kill()
        assert hung_up(fd), "something of the server is still alive"
        assert all(map(dead, pidfds)), "a supervisor is still alive"
        for pidfd in pidfds:
            os.close(pidfd)
        running.stdin.close()  # what the worker forked ends only now
        assert running.wait(PATIENCE) != 0
