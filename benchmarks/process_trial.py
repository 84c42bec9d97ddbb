"""One trial of the battery: holds a hostile program by one mechanism, and ends it or dies.

Usage: `python -m benchmarks.process_trial MECHANISM HOW FOLDER CASE WITNESS`. With `end` it says
`returned MILLISECONDS` when the teardown has returned (`raised` if by an exception) and stays; with
`hold` it says `holding PID` and stays, to be killed; with `exit` it leaves by `os._exit`.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from benchmarks.mechanisms import MECHANISMS
from seatrial.process.layers import death

HOSTILE = Path(__file__).resolve().parent.parent / "tests" / "battery" / "hostile.py"
LEAVING = ("e", "e2")
TURNING = ("reaper", "stop")
HEAD_START_SECONDS = 0.3


def say(*words: object) -> None:
    print(*words, flush=True)


async def trial(name: str, how: str, folder: Path, case: Sequence[str]) -> None:
    argv = [sys.executable, "-I", "-S", str(HOSTILE), *case]
    outcome, began = "raised", 0.0
    with suppress(Exception):  # what is left counts, and not what it says of it
        async with MECHANISMS[name][1](argv, folder):
            if case[0] in LEAVING:
                await death(int(Path(f"{case[1]}.pid").read_text()))
            if case[0] in TURNING:  # it does so after its word, and nothing tells when
                await asyncio.sleep(HEAD_START_SECONDS)
            if how != "end":
                say("holding", os.getpid())
                if how == "exit":
                    os._exit(1)
                await asyncio.Event().wait()
            began = time.perf_counter()
        outcome = "returned"
    say(outcome, (time.perf_counter() - began) * 1000)
    sys.stdin.read()


if __name__ == "__main__":
    asyncio.run(trial(sys.argv[1], sys.argv[2], Path(sys.argv[3]), sys.argv[4:]))
