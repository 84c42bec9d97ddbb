"""Kills pytest with SIGKILL at random moments, and looks for what is left.

Run: `python -m benchmarks.random_kills [--kills N] [--seed S] -- --seatrial-server codex`, where
the words behind `--` name the server (the default is the reference server). Each round starts
`pytest -n auto` on the suites and kills the controller at a moment that a seeded generator picks
from the time that a whole run takes, or from its first seconds (`--within`).

The witness is the kernel: this process is the subreaper of whatever comes of the run, daemons and
other sessions included, so all of it has ended when this process has no child any more. Then
`seatrial sweep` must find every folder that is left, and no process that bears the round's mark may
be alive. Exits with 1 if anything stays.
"""

from __future__ import annotations

import argparse
import ctypes
import os
import random
import select
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from seatrial.home import base_folder
from seatrial.leaks.folders import find

PR_SET_CHILD_SUBREAPER = 36
BOUND_SECONDS = 30.0
AIM_MILLISECONDS = 250.0
PYTEST = (sys.executable, "-m", "pytest", "-q", "-n", "auto", "-p", "no:cacheprovider")


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """One run that was killed.

    Attributes:
        moment: When, in seconds from its start.
        gone: Milliseconds from the kill to the end of the last process.
        swept: How many folders were left, and then swept.
        left: What stayed: processes at the bound, folders behind the sweep.
    """

    moment: float
    gone: float
    swept: int
    left: tuple[str, ...]


class Wards:
    """All that comes of what this process starts: it is their subreaper."""

    def __init__(self) -> None:
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1)
        wake, end = os.pipe2(os.O_NONBLOCK)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(end, warn_on_full_buffer=False)
        self._wake = wake
        self._poll = select.poll()
        self._poll.register(wake, select.POLLIN)

    def gone(self, bound: float) -> bool:
        """Waits until there is none any more, for so many seconds; says whether that came to be."""
        deadline = time.monotonic() + bound
        while True:
            try:
                while os.waitpid(-1, os.WNOHANG)[0]:
                    pass
            except ChildProcessError:
                return True
            left = deadline - time.monotonic()
            if left <= 0 or not self._poll.poll(left * 1000):
                return False
            os.read(self._wake, 4096)

    def end(self) -> None:
        """Kills whatever is still there, so that it does not disturb the next round."""
        while not self.gone(0):
            for one in psutil.Process().children(recursive=True):
                with suppress(psutil.NoSuchProcess):
                    one.kill()
            self.gone(1)


@contextmanager
def round_folder() -> Iterator[Path]:
    """Makes a folder beside those of other homes, which are not among temporary files."""
    beside = base_folder()
    beside.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=beside, prefix="kills-") as name:
        yield Path(name)


def started(folder: Path, server: Sequence[str]) -> subprocess.Popen[bytes]:
    """Starts the suites under pytest, with folders of their own for homes and temporary files."""
    for name in ("homes", "tmp"):
        (folder / name).mkdir()
    with (folder / "out").open("wb") as out:
        return subprocess.Popen(
            [*PYTEST, "--pyargs", "seatrial_suites", *server],
            cwd=folder,
            env=environment(folder),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
        )


def environment(folder: Path) -> dict[str, str]:
    return {**os.environ, "SEATRIAL_HOMES": str(folder / "homes"), "TMPDIR": str(folder / "tmp")}


def marked(folder: Path) -> list[str]:
    """Returns the processes that have something of the round's folder in their environment."""
    found = []
    for pid in psutil.pids():
        with suppress(OSError):
            if str(folder).encode() in Path(f"/proc/{pid}/environ").read_bytes():
                found.append(f"process {pid}: {Path(f'/proc/{pid}/cmdline').read_text()}")
    return found


def swept(folder: Path) -> int:
    """Runs `seatrial sweep` for each run that left a folder; returns how many folders that was."""
    left = [*find(folder / "homes"), *find(folder / "tmp")]
    for run in {one.run for one in left}:
        words = [sys.executable, "-m", "seatrial", "sweep", "--run", str(run)]
        subprocess.run(words, env=environment(folder), check=True, capture_output=True)
    return len(left)


def whole_run(wards: Wards, server: Sequence[str]) -> float:
    """Returns the seconds that a run takes which nobody kills.

    Raises:
        SystemExit: It does not succeed.
    """
    with round_folder() as folder:
        began = time.monotonic()
        process = started(folder, server)
        if status := process.wait():
            sys.exit(f"the run fails by itself ({status}):\n{(folder / 'out').read_text()}")
        took = time.monotonic() - began
        if not wards.gone(BOUND_SECONDS):
            sys.exit("something is left of a run that nobody killed")
    return took


def kill(wards: Wards, server: Sequence[str], moment: float) -> Round | None:
    """Kills one run; returns None if it was over before."""
    with round_folder() as folder:
        process = started(folder, server)
        with suppress(subprocess.TimeoutExpired):
            process.wait(moment)
            return None
        process.kill()
        began = time.perf_counter()
        left = [] if wards.gone(BOUND_SECONDS) else ["a process outlived the bound"]
        gone = (time.perf_counter() - began) * 1000
        left += marked(folder)
        wards.end()
        folders = swept(folder)
        left += [str(path) for path in (folder / "homes").iterdir()]
        left += [str(path) for path in (folder / "tmp").glob("*/") if path.name[:7] != "pytest-"]
    return Round(moment=moment, gone=gone, swept=folders, left=tuple(left))


def main() -> int:
    """Kills, measures, prints; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--within", type=float, default=float("inf"), metavar="SECONDS")
    parser.add_argument("server", nargs="*", default=["--seatrial-server", "reference"])
    chosen = parser.parse_args()
    wards, pick = Wards(), random.Random(chosen.seed)
    length = whole_run(wards, chosen.server)
    print(
        f"{' '.join(chosen.server)}: seed {chosen.seed}, a whole run takes {length:.1f} s",
        flush=True,
    )
    rounds: list[Round] = []
    while len(rounds) < chosen.kills:
        made = kill(wards, chosen.server, pick.uniform(0, min(length, chosen.within)))
        if made is None:
            continue
        rounds.append(made)
        if made.left or made.gone > AIM_MILLISECONDS:
            print(f"  at {made.moment:.2f} s: gone in {made.gone:.0f} ms", *made.left, flush=True)
    times = sorted(one.gone for one in rounds)
    unclean = sum(1 for one in rounds if one.left)
    print(f"{len(rounds)} kills, {unclean} left something; {sum(r.swept for r in rounds)} folders")
    print(
        f"until all is gone: median {statistics.median(times):.1f} ms, at most {times[-1]:.0f} ms"
    )
    print(
        f"beyond the aim of {AIM_MILLISECONDS:.0f} ms: {sum(t > AIM_MILLISECONDS for t in times)}"
    )
    return 1 if unclean else 0


if __name__ == "__main__":
    sys.exit(main())
