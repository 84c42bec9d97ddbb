"""Runs tests again and again, in random order, while other processes keep every core busy.

Run: `python -m benchmarks.rounds [--times N] [--hogs N] [--logs DIR] WORDS…` (50 times, a hog for
each core). The words go to pytest, behind `-q -n auto`: `tests/battery`, or `--pyargs
seatrial_suites -k "resume or auth"`. What a round that fails has said is kept in a file. Exits
with 1 if one of them failed.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def hog() -> None:
    """Keeps a core busy until the process that started it is gone."""
    parent = os.getppid()
    while os.getppid() == parent:
        pass


def once(words: list[str], log: Path) -> list[str]:
    """Runs the tests once; returns the lines that say what failed, and keeps the rest then."""
    command = [sys.executable, "-m", "pytest", "-q", "-n", "auto", *words]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if not ran.returncode:
        return []
    log.write_text(ran.stdout + ran.stderr)
    named = re.findall(r"^(?:FAILED|ERROR) .*", ran.stdout, re.MULTILINE)
    return named or [f"exit {ran.returncode}"]


def main() -> int:
    """Loops and prints; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=50)
    parser.add_argument("--hogs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--logs", type=Path, help="where rounds that fail are kept")
    chosen, words = parser.parse_known_args()
    folder = chosen.logs or Path(tempfile.mkdtemp(prefix="rounds-"))
    folder.mkdir(parents=True, exist_ok=True)
    hogs = [multiprocessing.Process(target=hog, daemon=True) for _ in range(chosen.hogs)]
    for one in hogs:
        one.start()
    failed = 0
    try:
        for number in range(1, chosen.times + 1):
            began = time.monotonic()
            log = folder / f"{number}.txt"
            wrong = once(words, log)
            failed += bool(wrong)
            word = f"FAILED, see {log}" if wrong else "passed"
            print(f"{number}: {word}, {time.monotonic() - began:.0f} s", flush=True)
            for line in wrong:
                print(f"  {line}", flush=True)
    finally:
        for one in hogs:
            one.kill()
    print(f"{chosen.times} rounds with {chosen.hogs} hogs: {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
