"""What the leak check costs a test: beside an empty test, and the pair of snapshots alone.

Run: `python benchmarks/leak_check.py [TESTS] [ROUNDS]` (default: 2000, 5). Runs a file of empty
tests in turn with the check and without it, and prints the milliseconds a test of both, the
difference round by round, and the pair of snapshots in a small process and in one that holds seven
descendants, forty-five descriptors and six threads.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from seatrial.leaks import compare, snapshot
from seatrial.leaks.chance import end_trees

AIM_MILLISECONDS = 0.3
DESCENDANTS, DESCRIPTORS, THREADS = 7, 45, 6
PAIRS = 2000


def _run(folder: Path, tests: int, *words: str) -> float:
    """Returns the milliseconds a test, start-up and collection left out."""
    code = (
        "import time\n"
        "def pytest_runtestloop(session): session.config.began = time.perf_counter()\n"
        "def pytest_sessionfinish(session):\n"
        "    took = time.perf_counter() - session.config.began\n"
        "    open('took', 'w').write(str(took))\n"
    )
    (folder / "conftest.py").write_text(code)
    (folder / "test_empty.py").write_text("".join(f"def test_{n}(): pass\n" for n in range(tests)))
    plain = ("-q", "-s", "-p", "no:randomly", "-p", "no:xdist", "-p", "no:cacheprovider")
    subprocess.run(
        [sys.executable, "-m", "pytest", *plain, *words],
        cwd=folder,
        capture_output=True,
        check=True,
    )
    return float((folder / "took").read_text()) * 1000 / tests


@contextmanager
def _crowd() -> Iterator[None]:
    """Holds as much as a busy worker does."""
    end = threading.Event()
    threads = [threading.Thread(target=end.wait) for _ in range(THREADS - 1)]
    shells = ["sleep 60 & sleep 60 & echo; wait", "sleep 60 & echo; wait", "echo; exec sleep 60"]
    with ExitStack() as stack:
        for thread in threads:
            thread.start()
            stack.callback(thread.join)
        stack.callback(end.set)
        started = []
        for words in (*shells, shells[2]):
            process = subprocess.Popen(["sh", "-c", words], stdout=subprocess.PIPE)
            assert process.stdout
            process.stdout.readline()
            started.append(process)
        stack.callback(lambda: end_trees(process.pid for process in started))
        while len(os.listdir("/proc/self/fd")) < DESCRIPTORS:  # noqa: PTH208
            stack.callback(os.close, os.open("/", os.O_RDONLY))
        assert len(snapshot().children) == DESCENDANTS
        yield


def _pairs() -> list[float]:
    took = []
    for _ in range(PAIRS):
        began = time.perf_counter()
        assert compare(snapshot(), snapshot()) == []
        took.append((time.perf_counter() - began) * 1000)
    return sorted(took)


def _print(name: str, values: list[float], aim: str = "") -> None:
    middle, high = statistics.median(values), sorted(values)[int(len(values) * 0.99)]
    word = "p99" if len(values) >= 100 else "at most"
    print(f"{name:<44} {middle:7.3f} ms   ({word} {high:.3f}){aim}")


def main() -> None:
    """Measures and prints."""
    tests = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    without, judged = [], []
    with tempfile.TemporaryDirectory() as name:
        for _ in range(rounds):
            without.append(_run(Path(name), tests, "--seatrial-leaks=off"))
            judged.append(_run(Path(name), tests, "--seatrial-leaks-all"))
    differences = [one - other for one, other in zip(judged, without, strict=True)]
    met = "met" if statistics.median(differences) <= AIM_MILLISECONDS else "missed"
    _print("an empty test, not judged", without)
    _print("an empty test, judged", judged)
    _print("the check", differences, f"   aim {AIM_MILLISECONDS}: {met}")
    _print("the pair of snapshots, a small process", _pairs())
    with _crowd():
        crowded = _pairs()
    _print("the pair of snapshots, a busy one", crowded)


if __name__ == "__main__":
    main()
