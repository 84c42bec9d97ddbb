"""What the leak check costs a test: beside an empty test, in a small process and in a busy one.

Run: `python -m benchmarks.leak_check [TESTS] [ROUNDS]` (default: 2000, 5). Runs a file of empty
tests in turn with the check and without it, and prints the milliseconds a test of both and the
difference, then the same in a process that holds seven descendants, forty-five descriptors and six
threads. It is the time of the processor that is measured, and the best of the rounds that counts:
both are the least disturbed by what else runs here.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from seatrial.leaks import snapshot
from seatrial.leaks.chance import end_trees

ROOT = Path(__file__).resolve().parent.parent
AIM_MILLISECONDS = 0.3
DESCENDANTS, DESCRIPTORS, THREADS = 7, 45, 6


CONFTEST = """
import time
from contextlib import ExitStack

from benchmarks.leak_check import crowd

def pytest_runtestloop(session):
    session.config.stack = ExitStack()
    if {busy}:
        session.config.stack.enter_context(crowd())
    session.config.began = time.process_time()

def pytest_sessionfinish(session):
    took = time.process_time() - session.config.began
    session.config.stack.close()
    open("took", "w").write(str(took))
"""


def _run(folder: Path, tests: int, *words: str, busy: bool) -> float:
    """Returns the milliseconds a test, start-up and collection left out."""
    (folder / "conftest.py").write_text(CONFTEST.format(busy=busy))
    (folder / "test_empty.py").write_text("".join(f"def test_{n}(): pass\n" for n in range(tests)))
    plain = ("-q", "-s", "-p", "no:randomly", "-p", "no:xdist", "-p", "no:cacheprovider")
    subprocess.run(
        [sys.executable, "-m", "pytest", *plain, *words],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=True,
    )
    return float((folder / "took").read_text()) * 1000 / tests


@contextmanager
def crowd() -> Iterator[None]:
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


def measure(tests: int, rounds: int, *, busy: bool) -> None:
    """Prints what an empty test takes, unjudged and judged, and what lies between."""
    plain, judged = [], []
    with tempfile.TemporaryDirectory() as name:
        for _ in range(rounds):
            plain.append(_run(Path(name), tests, "--seatrial-leaks=off", busy=busy))
            judged.append(_run(Path(name), tests, "--seatrial-leaks-all", busy=busy))
    check = min(judged) - min(plain)
    word = "busy" if busy else "small"
    met = "met" if check <= AIM_MILLISECONDS else "missed"
    print(
        f"a {word} process: not judged {min(plain):.3f} ms (at most {max(plain):.3f}), "
        f"judged {min(judged):.3f} ms (at most {max(judged):.3f}), "
        f"the check {check:.3f} ms, aim {AIM_MILLISECONDS}: {met}",
        flush=True,
    )


def main() -> None:
    """Measures and prints."""
    tests = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    for busy in (False, True):
        measure(tests, rounds, busy=busy)


if __name__ == "__main__":
    main()
