"""What one approval test costs over the floor: the check beside a bare script, in turn.

Run: `python -m benchmarks.approval_turn [SERVER] [ROUNDS]` (default: codex, 15). Prints the median
and the range of both in milliseconds, and the ratio pair by pair. The check starts the server under
a reaper, speaks through the journal, plays a mock provider that checks each request, draws a
verdict from five observations, and ends the whole process tree; the bare script does none of it.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import time

from benchmarks.bare_exchange import exchange
from seatrial.conformance import Verdict, installed, judge
from seatrial.servers import ServerUnderTest, resolve

REQUIREMENT = "approvals.command.accept"


def _check(server: ServerUnderTest) -> None:
    (suite,) = [suite for suite in installed() if REQUIREMENT in suite.checks]
    result = asyncio.run(
        judge(suite.checks[REQUIREMENT], suite.requirements[REQUIREMENT], server, "app_v2")
    )
    assert result.verdict is Verdict.PASS, result.reason


def _timed(function: object, server: ServerUnderTest) -> float:
    began = time.perf_counter()
    function(server)  # type: ignore[operator]
    return (time.perf_counter() - began) * 1000


def _row(name: str, values: list[float], unit: str) -> None:
    low, middle, high = min(values), statistics.median(values), max(values)
    print(f"{name:<28} {middle:8.2f} {unit}   ({low:.2f} to {high:.2f})")


def main() -> None:
    """Measures and prints."""
    server = resolve(sys.argv[1] if len(sys.argv) > 1 else "codex")
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 15
    _check(server)
    exchange(server)
    pairs = [(_timed(_check, server), _timed(exchange, server)) for _ in range(rounds)]
    print(f"one approved command on {server.title}, {rounds} rounds in turn, median (range)")
    _row("the check", [check for check, _ in pairs], "ms")
    _row("a bare script", [bare for _, bare in pairs], "ms")
    _row("ratio, pair by pair", [check / bare for check, bare in pairs], "x ")


if __name__ == "__main__":
    main()
