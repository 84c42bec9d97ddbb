"""Mechanism against case: what is still alive when each way to end a process has returned.

Run: `python -m benchmarks.process_battery [--trials N] [--user UID] [--only WORD…]` with the extra
`bench` installed, as root for `--user`, which runs the trials as a user without rights (by
`--python`, an interpreter which that user may run). It prints a page in Markdown. The cases are
those of `tests/battery/hostile.py`; a cell is the worst of the trials.
"""

from __future__ import annotations

import argparse
import ctypes
import os
import platform
import select
import shlex
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from benchmarks.mechanisms import OURS, installed, versions
from seatrial.leaks.snapshot import below

ROOT = Path(__file__).resolve().parent.parent
PR_SET_CHILD_SUBREAPER = 36
BOUND_SECONDS = 10.0
SETTLE_SECONDS = 2.0
SLOW_MILLISECONDS = 100.0

CASES = {
    **{
        case: (case, "end")
        for case in (
            *("plain", "a", "b", "c", "d", "d2", "e", "e2", "f", "g", "g2", "h", "i", "n", "n2"),
            *("reaper", "stop"),
        )
    },
    **{f"j:{case}": (case, "hold") for case in ("a", "c", "d2", "g2", "n2")},
    **{f"x:{case}": (case, "exit") for case in ("a", "d2")},
}
"""Each column: the hostile case, and whether it is ended or its owner dies."""

LEGEND = f"""
A cell is the number of processes that were alive {SETTLE_SECONDS:g} s after the teardown had
returned, or after the owner had died. `H` says that the teardown had not returned after
{BOUND_SECONDS:g} s, `!` that it raised an exception, `K` that the program had killed its owner, and
a number in parentheses how many milliseconds it took, where that is more than
{SLOW_MILLISECONDS:g}. The last row is counted at the moment of the return.
"""
MARKS = {"hung": "H", "raised": "!", "killed": "K", "returned": "", "holding": ""}
KILLED = 128 + signal.SIGKILL


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """What one trial left, how its teardown ended, and how long that took."""

    left: int
    outcome: str
    milliseconds: float = 0.0

    def __str__(self) -> str:
        """Says it as the table does."""
        slow = f" ({self.milliseconds:.0f})" if self.milliseconds > SLOW_MILLISECONDS else ""
        return f"{MARKS[self.outcome]}{self.left}{slow}"

    @property
    def badness(self) -> tuple[bool, int, float]:
        """For the worst of several."""
        return self.outcome == "hung", self.left, self.milliseconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Who:
    """Who runs the trials: an interpreter, and a user's number or that of this process."""

    python: str
    user: int | None

    def start(self, words: Sequence[str]) -> subprocess.Popen[str]:
        """Starts a trial below a shell, which is the owner's parent and may be stopped."""
        path = os.pathsep.join([str(ROOT), *filter(None, sys.path)])
        return subprocess.Popen(
            ["/bin/sh", "-c", '"$@"; exit $?', "sh", self.python, "-m", *words],
            env={"PATH": os.environ["PATH"], "PYTHONPATH": path, "HOME": "/"},
            cwd="/",
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            user=self.user,
            group=self.user,
            extra_groups=None if self.user is None else [],
        )


def holders(witness: Path) -> list[int]:
    """Returns the processes that hold the witness, but for this one."""
    found = []
    for pid in psutil.pids():
        with suppress(OSError):
            held = {str(one.readlink()) for one in Path(f"/proc/{pid}/fd").iterdir()}
            if str(witness) in held and pid != os.getpid():
                found.append(pid)
    return found


def hung_up(fd: int, seconds: float) -> bool:
    """Waits until nobody holds the witness any more; says whether that came to be."""
    poll = select.poll()
    poll.register(fd, 0)
    return bool(poll.poll(seconds * 1000))


def said(process: subprocess.Popen[str]) -> list[str]:
    """Returns the words that a trial says, `killed` if it was, `hung` after the bound.

    Raises:
        RuntimeError: It ended by itself without a word: the trial itself is broken.
    """
    assert process.stdout is not None
    if not select.select([process.stdout], [], [], BOUND_SECONDS)[0]:
        return ["hung"]
    if words := process.stdout.readline().split():
        return words
    if process.wait() != KILLED:
        raise RuntimeError(f"the trial failed: {shlex.join(map(str, process.args))}")  # type: ignore[arg-type]
    return ["killed"]


def one(who: Who, mechanism: str, column: str, settle: float) -> Cell:
    """Runs one trial, and kills whatever it leaves."""
    case, how = CASES[column]
    with tempfile.TemporaryDirectory() as name:
        folder, witness = Path(name), Path(name) / "witness"
        folder.chmod(0o777)
        os.mkfifo(witness)
        witness.chmod(0o666)
        fd = os.open(witness, os.O_RDONLY | os.O_NONBLOCK)
        words = ["benchmarks.process_trial", mechanism, how, name, case, str(witness)]
        with who.start(words) as running:
            outcome, *rest = said(running)
            if how == "hold" and outcome == "holding":
                os.kill(int(rest[0]), signal.SIGKILL)
            left = 0 if hung_up(fd, settle) else max(1, len(holders(witness)))
            clean_up()
        os.close(fd)
    took = float(rest[0]) if outcome in ("returned", "raised") else 0.0
    return Cell(left=left, outcome=outcome, milliseconds=took)


def clean_up() -> None:
    """Kills what a mechanism left: all of it has become ours, for we are its subreaper.

    Group by group first, and without a pause: an endless chain is only caught by who is quick.
    """
    while left := below(os.getpid()):
        for pid in left:
            with suppress(OSError):
                os.kill(pid, signal.SIGKILL)
                if (group := os.getpgid(pid)) != os.getpgrp():
                    os.killpg(group, signal.SIGKILL)
        with suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass


def rows(who: Who, names: Mapping[str, str], trials: int) -> None:
    """Prints the table, row by row as they come; a name may stand for another's mechanism."""
    print("| mechanism |", " | ".join(CASES), "|")
    print("|" + " --- |" * (len(CASES) + 1))
    for title, mechanism in names.items():
        settle = 0.0 if title != mechanism else SETTLE_SECONDS
        cells = [
            max(
                (one(who, mechanism, column, settle) for _ in range(trials)),
                key=lambda c: c.badness,
            )
            for column in CASES
            if settle or CASES[column][1] == "end"
        ]
        empty = ["" for _ in range(len(CASES) - len(cells))]
        print(f"| {title} |", " | ".join([*map(str, cells), *empty]), "|", flush=True)


def main() -> None:
    """Prints a page: the command, the machine, the versions, the table, and how to read it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trials", type=int, default=1)
    parser.add_argument("--user", type=int, help="the number of a user without rights")
    parser.add_argument("--python", default=sys.executable, help="what runs the trials")
    parser.add_argument("--only", nargs="+", default=[""], metavar="WORD", help="of a mechanism")
    chosen = parser.parse_args()
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1)
    names = {name: name for name in installed() if any(word in name for word in chosen.only)}
    if OURS in names:
        names[f"{OURS}, at its return"] = OURS
    who = Who(python=chosen.python, user=chosen.user)
    uid = os.getuid() if chosen.user is None else chosen.user
    rights = "root" if uid == 0 else "a user without rights"
    began = time.monotonic()
    print(f"`python -m benchmarks.process_battery {shlex.join(sys.argv[1:])}`".replace(" `", "`"))
    print(
        f"\nLinux {platform.release().partition('-')[0]}, {os.cpu_count()} cores, run by {rights};",
        end=" ",
    )
    print(", ".join(f"{package} {number}" for package, number in versions().items()) + ".\n")
    rows(who, names, chosen.trials)
    print(LEGEND)
    print(f"It took {time.monotonic() - began:.0f} s.")


if __name__ == "__main__":
    main()
