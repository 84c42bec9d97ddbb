"""Runs the battery again and again while other processes keep every core busy.

Run: `python -m benchmarks.battery_loop [--times N] [--hogs N] [WORDS…]` (default: 50 times, two
hogs). The words go to pytest, behind `tests/battery -n 2`. Each run has a random order of its own.
What a run that fails has said is kept in a file. Exits with 1 if one of them failed.
"""

from __future__ import annotations

import argparse
import multiprocessing
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def hog() -> None:
    while True:
        pass


def once(words: list[str], log: Path) -> bool:
    """Runs the battery; returns whether it passed, and keeps what it said if not."""
    command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "tests/battery", *words]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if ran.returncode:
        log.write_text(ran.stdout + ran.stderr)
    return ran.returncode == 0


def main() -> int:
    """Loops and prints; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=50)
    parser.add_argument("--hogs", type=int, default=2)
    chosen, words = parser.parse_known_args()
    folder = Path(tempfile.mkdtemp(prefix="battery-"))
    hogs = [multiprocessing.Process(target=hog, daemon=True) for _ in range(chosen.hogs)]
    for one in hogs:
        one.start()
    failed = 0
    try:
        for number in range(1, chosen.times + 1):
            began = time.monotonic()
            log = folder / f"{number}.txt"
            passed = once(words, log)
            failed += not passed
            word = "passed" if passed else f"FAILED, see {log}"
            print(f"{number}: {word}, {time.monotonic() - began:.0f} s", flush=True)
    finally:
        for one in hogs:
            one.kill()
    print(f"{chosen.times} times with {chosen.hogs} hogs: {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
