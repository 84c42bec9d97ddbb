"""What supervision costs: each figure beside its aim, and beside the floor in the same run.

`python -m benchmarks.process_cost [--rounds N] [--cycles N] [--only PART]`. The server is Python
with 10 MiB resident. There are two floors, taken turn about with ours: plain `Popen` and `killpg`,
and the same in C, if there is a compiler. A row has the median, the 99th percentile and the worst,
in milliseconds. Each part runs in a process of its own.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import random
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import psutil
from tests.battery import test_process_battery as battery
from tests.battery.conftest import nobody

from seatrial.process import CannotIsolate, Command, Isolation, layer
from seatrial.process.spawn import start

ROUNDS_AT_ONCE = 10
CASES_AT_ONCE = 25
HOGS = 4
SERVER = """
import signal, sys
if sys.argv[1] == "deaf":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
ballast = bytearray(2 << 20)
print("ready", flush=True)
while True:
    signal.pause()
"""
Aims = dict[str, float]
SPAWN: Aims = {"median": 1.0, "p99": 2.0}
TEARDOWN: Aims = {"median": 1.5, "p99": 5.0}
TEARDOWN_LOADED: Aims = {"p99": 25.0}
HOSTILE: Aims = {"p99": 150.0}
KILLED: Aims = {"median": 10.0, "worst": 200.0}
MEMORY_MIB = 1.0


class Times:
    """Durations of one kind, in milliseconds."""

    def __init__(self, *taken: float) -> None:
        self.all = list(taken)

    def take(self, began: float) -> None:
        self.all.append((time.perf_counter() - began) * 1000)

    @property
    def median(self) -> float:
        return statistics.median(self.all)

    @property
    def figures(self) -> dict[str, float]:
        ranked = sorted(self.all)
        p99 = ranked[min(len(ranked) - 1, int(len(ranked) * 0.99))]
        return {"median": self.median, "p99": p99, "worst": ranked[-1]}

    def over(self, floor: Times) -> Times:
        """Returns what each took more than the floor does at its median."""
        return Times(*(one - floor.median for one in self.all))


def row(title: str, times: Times, aims: Aims, note: str = "") -> None:
    figures = times.figures
    numbers = " / ".join(f"{figure:7.2f}" for figure in figures.values())
    said = ", ".join(
        f"{name} {aim:g} {'met' if figures[name] <= aim else 'MISSED'}"
        for name, aim in aims.items()
    )
    print(f"{title:38} {numbers}   aim: {said or 'none':36} {note}".rstrip(), flush=True)


def command(folder: Path, kind: str, isolation: Isolation | None = None) -> Command:
    return Command(
        argv=(sys.executable, "-I", "-S", "-c", SERVER, kind),
        env={"PATH": os.environ["PATH"]},
        cwd=folder,
        isolation=isolation,
    )


async def ours(server: Command, rounds: int, spawned: Times, ended: Times) -> None:
    for _ in range(rounds):
        began = time.perf_counter()
        process = await start(server, stderr_file=server.cwd / "stderr")
        spawned.take(began)
        await process.stdout.line()
        began = time.perf_counter()
        await process.end()
        ended.take(began)


def plain(server: Command, rounds: int, spawned: Times, ended: Times) -> None:
    for _ in range(rounds):
        began = time.perf_counter()
        process = subprocess.Popen(
            server.argv,
            env=server.env,
            cwd=server.cwd,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            process_group=0,
        )
        spawned.take(began)
        with process:
            assert process.stdout is not None
            process.stdout.readline()
            began = time.perf_counter()
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            ended.take(began)


def in_c(program: Path | None, server: Command, rounds: int, spawned: Times, ended: Times) -> None:
    if program is None:
        return
    argv = [str(program), str(rounds), *server.argv]
    for line in subprocess.run(argv, capture_output=True, check=True).stdout.splitlines():
        for times, word in zip((spawned, ended), line.split(), strict=True):
            times.all.append(float(word) / 1000)


def floor(folder: Path) -> Path | None:
    """Compiles the floor; returns None, and says so, where there is no compiler."""
    compiler = shutil.which("cc")
    if compiler is None:
        print("(no C compiler: no floor in C)")
        return None
    source = Path(__file__).with_name("process_floor.c")
    subprocess.run([compiler, "-O2", "-o", folder / "floor", source], check=True)
    return folder / "floor"


async def compare(
    folder: Path,
    kind: str,
    rounds: int,
    *,
    spawn: Aims = SPAWN,
    teardown: Aims = TEARDOWN,
    isolation: Isolation | None = None,
) -> None:
    """Starts and ends the server with ours, with Popen and in C, turn about."""
    server, program = command(folder, kind, isolation), floor(folder)
    await ours(server, ROUNDS_AT_ONCE, Times(), Times())  # the zygote starts with the first
    times = [(Times(), Times()) for _ in range(3)]
    for _ in range(0, rounds, ROUNDS_AT_ONCE):
        await ours(server, ROUNDS_AT_ONCE, *times[0])
        plain(server, ROUNDS_AT_ONCE, *times[1])
        in_c(program, server, ROUNDS_AT_ONCE, *times[2])
    (spawned, ended), (popened, popen_ended), (c_spawned, c_ended) = times
    row(f"spawn over Popen ({kind})", spawned.over(popened), spawn, ratio(spawned, c_spawned))
    row(f"teardown ({kind})", ended, teardown, ratio(ended, c_ended))
    row("  Popen: spawn", popened, {}, ratio(popened, c_spawned))
    row("  Popen: killpg, wait", popen_ended, {}, ratio(popen_ended, c_ended))


def ratio(times: Times, floor: Times) -> str:
    return f"x{times.median / floor.median:.1f} of C's {floor.median:.2f}" if floor.all else ""


@contextlib.contextmanager
def temporary() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o777)
        yield Path(name)


def quiet(rounds: int, _: int) -> None:
    for kind in ("well-behaved", "deaf"):
        with temporary() as folder:
            asyncio.run(compare(folder, kind, rounds))


def hogs(rounds: int, _: int) -> None:
    """With four programs that only compute, all at the same priority."""
    os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))
    with contextlib.ExitStack() as stack, temporary() as folder:
        for _ in range(HOGS):
            hog = stack.enter_context(subprocess.Popen([sys.executable, "-c", "while True: pass"]))
            stack.callback(hog.kill)
        asyncio.run(compare(folder, "well-behaved", rounds, spawn={}, teardown=TEARDOWN_LOADED))


def large(rounds: int, _: int) -> None:
    """From a worker that holds much memory: it may not cost more."""
    for gibibytes in (1, 4):
        room = psutil.virtual_memory().available / 2**30
        if room < gibibytes + 1:
            print(f"(no {gibibytes} GiB to spare: {room:.1f} GiB)")
            continue
        ballast = bytearray(gibibytes << 30)
        ballast[:: 1 << 12] = b"x" * len(ballast[:: 1 << 12])
        print(f"{gibibytes} GiB in the worker:")
        with temporary() as folder:
            asyncio.run(compare(folder, "well-behaved", rounds // 2))


def isolated(rounds: int, _: int) -> None:
    for isolation in (Isolation.PIDNS, Isolation.CGROUP):
        try:
            print(f"{layer(isolation).name}:")
        except CannotIsolate as error:
            print(f"({error.what}: {error.arrived})")
            continue
        with temporary() as folder:
            asyncio.run(compare(folder, "well-behaved", rounds, isolation=isolation))


def hostile(rounds: int, _: int) -> None:
    """Ends the cases that make it hard, as often as a tenth of the rounds."""
    for case in ("a", "d2", "g", "g2", "n", "n2"):
        with temporary() as folder:
            rows = battery.ended(ourselves(), folder, [case] * max(5, rounds // 10))
        left = sum(bool(one["alive"]) for one in rows)
        row(f"teardown (case {case})", Times(*(one["ms"] for one in rows)), HOSTILE, f"{left} left")


def ourselves() -> battery.Who:
    return {"executable": sys.executable, "path": os.pathsep.join(filter(None, sys.path))}


def killed(rounds: int, _: int) -> None:
    """Kills the worker with a case running, and waits until all of it is gone."""
    together = Times()
    for case in battery.WORST:
        times = Times()
        for _ in range(max(3, rounds // 20)):
            times.all.append(until_gone(ourselves(), case))
        row(f"worker killed (case {case})", times, {"worst": KILLED["worst"]})
        together.all += times.all
    row("worker killed (all cases)", together, KILLED)


def until_gone(who: battery.Who, case: str, **variables: str) -> float:
    """Returns the milliseconds from the worker's death to that of the last of a case."""
    with (
        temporary() as folder,
        battery.watched(folder / "witness") as fd,
        battery.worker(who, folder, "hold", case, **variables) as running,
    ):
        assert running.stdout is not None
        assert running.stdout.readline() == "holding\n"
        began = time.perf_counter()
        running.kill()
        assert battery.hung_up(fd), f"case {case}: something of it is still alive"
        return (time.perf_counter() - began) * 1000


async def held(folder: Path) -> None:
    """Prints what the zygote and a reaper hold while a server runs."""
    process = await start(command(folder, "well-behaved"), stderr_file=folder / "stderr")
    await process.stdout.line()
    reaper = psutil.Process(process.pid).parent()
    zygote = reaper.parent() if reaper else None
    for name, who in (("a worker (zygote)", zygote), ("a server (reaper)", reaper)):
        assert who is not None
        memory = who.memory_full_info()
        own, shared = memory.uss / 2**20, memory.pss / 2**20
        met = "met" if own <= MEMORY_MIB else "MISSED"
        print(f"{name:38} {own:.2f} MiB of its own   aim: {MEMORY_MIB:g} {met}   PSS {shared:.2f}")
    await process.end()


def memory(_: int, __: int) -> None:
    with temporary() as folder:
        asyncio.run(held(folder))


def cycles(_: int, count: int) -> None:
    """Ends hostile cases, and kills their worker, again and again; counts what is left."""
    other = nobody()
    if other is None:
        print("(without rights: not root, or no interpreter that others may run)")
    for name, who in (("ourselves", ourselves()), ("without rights", other)):
        if who is not None:
            left_in(name, who, count, [*battery.CASES, *battery.AGAINST_US], "with")
            for isolation in (Isolation.PIDNS, Isolation.CGROUP):
                if battery.allowed(who, isolation):
                    left_in(f"{name}, {isolation}", who, count // 10, battery.CASES, isolation)


def left_in(name: str, who: battery.Who, count: int, cases: Sequence[str], held: str) -> None:
    done, left, seeded = 0, 0, random.Random(count)
    while done < count:
        with temporary() as folder:
            chosen = seeded.choices(cases, k=min(CASES_AT_ONCE, count - done))
            rows = battery.ended(who, folder, chosen, BATTERY_LAYER=held)
        left += sum(bool(one["alive"] or one["survivors"]) for one in rows)
        until_gone(who, seeded.choice(sorted({*battery.WORST} & {*cases})), BATTERY_LAYER=held)
        done += len(rows) + 1
    title = f"left in {done} hostile cycles"
    print(f"{title:38} {left}   aim: 0 {'MISSED' if left else 'met'}   ({name})", flush=True)


PARTS: dict[str, Callable[[int, int], None]] = {
    "quiet": quiet,
    "hogs": hogs,
    "large": large,
    "isolated": isolated,
    "hostile": hostile,
    "killed": killed,
    "memory": memory,
    "cycles": cycles,
}


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=200, help="of each comparison")
    parser.add_argument("--cycles", type=int, default=200, help="hostile ones, for each user")
    parser.add_argument("--only", choices=PARTS)
    chosen = parser.parse_args(words)
    if chosen.only:
        PARTS[chosen.only](chosen.rounds, chosen.cycles)
        return 0
    policy = {os.SCHED_OTHER: "normal", os.SCHED_FIFO: "real-time"}
    priority = policy.get(os.sched_getscheduler(0), "another")
    print(f"{layer().name}; {os.cpu_count()} cores, {priority} priority, load {os.getloadavg()[0]}")
    print(f"{'':38} {'median':>7} / {'p99':>7} / {'worst':>7}   (ms)")
    statuses = []
    for part in PARTS:
        print(f"-- {part}", flush=True)
        again = [sys.executable, "-m", "benchmarks.process_cost", *words, "--only", part]
        statuses.append(subprocess.run(again, check=False).returncode)
    return max(statuses)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
