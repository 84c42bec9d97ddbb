"""What supervision costs: spawn and teardown beside plain Popen and killpg, in one run.

`python -m benchmarks.process_cost [ROUNDS]`. The server is Python with 10 MiB resident. Medians and
99th percentiles in milliseconds, ours and the floor's turn about; then hostile cases, a worker that
is killed, and memory.
"""

from __future__ import annotations

import asyncio
import json
import os
import select
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import psutil

from seatrial.process import Command, layer
from seatrial.process.spawn import start

BATTERY = Path(__file__).resolve().parent.parent / "tests" / "battery"
SERVER = """
import signal, sys
if sys.argv[1] == "deaf":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
ballast = bytearray(2 << 20)
print("ready", flush=True)
while True:
    signal.pause()
"""


class Times:
    """Durations of one kind, in seconds."""

    def __init__(self) -> None:
        self.all: list[float] = []

    def take(self, began: float) -> None:
        self.all.append(time.perf_counter() - began)

    @property
    def median(self) -> float:
        return statistics.median(self.all) * 1000

    def __str__(self) -> str:
        ranked = sorted(self.all)
        last = ranked[min(len(ranked) - 1, int(len(ranked) * 0.99))] * 1000
        return f"{self.median:7.2f} / {last:7.2f} / {ranked[-1] * 1000:7.2f}"


def report(title: str, ours: Times, floor: Times | None = None) -> None:
    against = f"   floor {floor}   x{ours.median / floor.median:.1f}" if floor else ""
    print(f"{title:34} {ours}{against}")


async def pairs(folder: Path, kind: str, rounds: int) -> None:
    """Starts and ends the server with ours and with Popen, turn about."""
    command = Command(
        argv=(sys.executable, "-I", "-S", "-c", SERVER, kind),
        env={"PATH": os.environ["PATH"]},
        cwd=folder,
    )
    spawned, ended, floor_spawned, floor_ended = Times(), Times(), Times(), Times()
    for _ in range(rounds):
        began = time.perf_counter()
        process = await start(command, stderr_file=folder / "stderr")
        spawned.take(began)
        await process.stdout.line()
        began = time.perf_counter()
        await process.end()
        ended.take(began)
        began = time.perf_counter()
        plain = subprocess.Popen(  # noqa: ASYNC220 - the floor is what blocks
            command.argv,
            env=command.env,
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            process_group=0,
        )
        floor_spawned.take(began)
        assert plain.stdout is not None
        assert plain.stdin is not None
        plain.stdout.readline()
        began = time.perf_counter()
        os.killpg(plain.pid, signal.SIGKILL)
        plain.wait()
        floor_ended.take(began)
        plain.stdin.close()
        plain.stdout.close()
    report(f"spawn ({kind})", spawned, floor_spawned)
    report(f"teardown ({kind})", ended, floor_ended)


def hostile(case: str, rounds: int) -> None:
    """Ends a hostile case again and again; says how often something was left."""
    times, leaks = Times(), 0
    with tempfile.TemporaryDirectory() as folder:
        rows = subprocess.run(
            [sys.executable, str(BATTERY / "worker.py"), folder, "end", *[case] * rounds],
            stdout=subprocess.PIPE,
            check=True,
        ).stdout.splitlines()
    for row in map(json.loads, rows):
        times.all.append(row["ms"] / 1000)
        leaks += bool(row["alive"])
    report(f"teardown (case {case}, {leaks} leaks)", times)


def killed(case: str, rounds: int) -> None:
    """Kills the worker with a case running, and waits until all of it is gone."""
    times = Times()
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as folder:
            witness = Path(folder) / "witness"
            os.mkfifo(witness)
            fd = os.open(witness, os.O_RDONLY | os.O_NONBLOCK)
            gone = select.poll()
            gone.register(fd, 0)
            argv = [sys.executable, str(BATTERY / "worker.py"), folder, "hold", case]
            with subprocess.Popen(argv, stdout=subprocess.PIPE) as worker:
                assert worker.stdout is not None
                assert worker.stdout.readline() == b"holding\n"
                began = time.perf_counter()
                worker.kill()
                assert gone.poll(60_000)
                times.take(began)
            os.close(fd)
    report(f"worker killed (case {case})", times)


async def memory(folder: Path) -> None:
    """Prints what the zygote and a reaper hold for themselves while a server runs."""
    command = Command(argv=("/bin/cat",), env={"PATH": os.environ["PATH"]}, cwd=folder)
    process = await start(command, stderr_file=folder / "stderr")
    reaper = psutil.Process(process.pid).parent()
    zygote = reaper.parent() if reaper else None
    for name, who in (("zygote", zygote), ("reaper", reaper)):
        if who is not None:
            held = who.memory_full_info()
            print(
                f"{name:34} {held.uss / 2**20:.2f} MiB its own, "
                f"{held.pss / 2**20:.2f} MiB with its part of what is shared"
            )
    await process.end()


def grown(rounds: int, gibibytes: int) -> None:
    """Spawns from a worker that holds much memory: it may not cost more."""
    room = psutil.virtual_memory().available / 2**30
    if room < gibibytes + 1:
        print(f"(no {gibibytes} GiB to spare: {room:.1f} GiB)")
        return
    ballast = bytearray(gibibytes << 30)
    ballast[:: 1 << 12] = b"x" * len(ballast[:: 1 << 12])
    with tempfile.TemporaryDirectory() as folder:
        print(f"with {gibibytes} GiB in the worker:")
        asyncio.run(pairs(Path(folder), "well-behaved", rounds))


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    few = max(5, rounds // 10)
    print(f"{layer().name}; load {os.getloadavg()[0]:.1f}; ms: median / p99 / worst")
    with tempfile.TemporaryDirectory() as folder:
        for kind in ("well-behaved", "deaf"):
            asyncio.run(pairs(Path(folder), kind, rounds))
        asyncio.run(memory(Path(folder)))
    jobs: list[tuple[Callable[[str, int], None], tuple[str, ...]]] = [
        (hostile, ("a", "d2", "g", "g2", "n", "n2")),
        (killed, ("a", "d2", "g2", "n2")),
    ]
    for job, cases in jobs:
        for case in cases:
            job(case, few)
    grown(rounds, 1)
    grown(rounds, 4)


if __name__ == "__main__":
    main()
