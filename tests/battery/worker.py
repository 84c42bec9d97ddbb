"""A worker of the battery: runs cases and says what was alive when teardown returned.

`python worker.py FOLDER end CASE…` ends each case and prints one line of JSON for each, with the
number of processes that still held the witness at that moment. `python worker.py FOLDER hold CASE`
starts a case, says `holding` and stays; with `fork` instead of `hold` it forks first, as
multiprocessing does; with `exit` it leaves at once by `os._exit`.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import time
from pathlib import Path

import psutil

from seatrial.process import GENTLE, HARD, Command, spawn
from seatrial.process.layers import InCgroup, InPidNamespace, Supervised, WithoutBoth

HOSTILE = str(Path(__file__).with_name("hostile.py"))
PATIENCE = 60.0
LAYERS = {
    "with": Supervised,
    "without": WithoutBoth,
    "pidns": InPidNamespace,
    "cgroup": InCgroup,
}


def command(case: str, witness: Path) -> Command:
    return Command(
        argv=(sys.executable, "-I", "-S", HOSTILE, case, str(witness)),
        env={"PATH": os.environ["PATH"]},
        cwd=witness.parent,
    )


def open_witness(path: Path) -> int:
    os.mkfifo(path)
    return os.open(path, os.O_RDONLY | os.O_NONBLOCK)


def alive(fd: int) -> bool:
    """Says whether a process still holds the witness: its end of file has not come."""
    try:
        return os.read(fd, 1) != b""
    except BlockingIOError:
        return True


def holders(path: Path) -> list[str]:
    """Names the processes that hold the witness, to tell what a failure left."""
    found = []
    for pid in psutil.pids():
        try:
            held = {str(one.readlink()) for one in Path(f"/proc/{pid}/fd").iterdir()}
            if str(path) in held and pid != os.getpid():
                found.append(Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " "))
        except OSError:
            continue
    return found


async def end(folder: Path, number: int, case: str) -> dict[str, object]:
    case, _, gently = case.partition(":")
    witness = folder / f"witness-{number}"
    fd = open_witness(witness)
    async with spawn(command(case, witness), stderr_file=folder / "stderr") as process:
        if case != "f":
            line = await asyncio.wait_for(process.stdout.line(), PATIENCE)
            assert line == b"ready", process.stderr.text()
        if case in ("e", "e2"):
            await asyncio.wait_for(process.exited, PATIENCE)
        before = time.perf_counter()
        ended = await process.end(GENTLE if gently else HARD)
        survived = alive(fd)
        took = time.perf_counter() - before
    left = holders(witness) if survived else []
    os.close(fd)
    return {
        "case": case,
        "alive": left or survived,
        "survivors": len(ended.survivors),
        "supervised": ended.supervised,
        "left": len(ended.left),
        "ms": took * 1000,
    }


async def ends(folder: Path, cases: list[str]) -> None:
    for number, case in enumerate(cases):
        print(json.dumps(await end(folder, number, case)), flush=True)  # noqa: T201


async def hold(folder: Path, how: str, case: str) -> None:
    async with spawn(command(case, folder / "witness"), stderr_file=folder / "stderr") as process:
        if case != "f":
            await process.stdout.line()
        if how == "fork" and os.fork() == 0:
            signal.alarm(60)
            os.read(0, 1)  # it holds all that we held, until the test has seen the end
            os._exit(0)
        print("holding", flush=True)  # noqa: T201
        if how == "exit":
            os._exit(1)
        await asyncio.Event().wait()


def main() -> None:
    folder, how, *cases = sys.argv[1:]
    held = LAYERS[os.environ.get("BATTERY_LAYER", "with")]
    os.environ["SEATRIAL_ISOLATION"] = held.machine.isolation
    if held is WithoutBoth:
        sys.modules["seatrial.process.spawn"].layer = lambda *_: held  # type: ignore[attr-defined]
    assert sys.modules["seatrial.process.spawn"].layer() is held
    if how == "end":
        asyncio.run(ends(Path(folder), cases))
    else:
        asyncio.run(hold(Path(folder), how, cases[0]))


if __name__ == "__main__":
    main()
