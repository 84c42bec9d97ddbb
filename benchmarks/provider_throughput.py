"""How fast the provider answers beside other mocks and beside bare servers, in one run.

Run: `python -m benchmarks.provider_throughput [--rounds N] [--seconds S] [--only NAME] [--vary]`,
with `wrk`, `node` and `npm` on the path. The server is pinned to one core and the load to another.
Every round starts each server anew, in turn and in the other order every second time; what is
compared are ratios within a round, and the median of them is printed, so that a busy machine slows
both.
All requests are the same, or with `--vary` no two of them. What the bare servers reach is the most
that a server in Python can: the aims are to be read against it.
"""

from __future__ import annotations

import argparse
import json
import math
import socket
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.provider_subjects import (
    AIMOCK,
    AIOHTTP,
    BARE,
    BODY,
    HEADERS,
    OURS,
    PYTHON_MOCKS,
    SUBJECTS,
    Running,
    running,
)

_SERVER_CORE, _LOAD_CORE = 0, 1
_DELTAS = 10_000
_LONG = " ".join(f"w{number % 1000}" for number in range(2 * _DELTAS))
"""A text that our provider streams in ten thousand deltas, two words each."""

_LAST = b"response.completed"
"""What the last event of a stream begins with, and no other."""

_TAIL = 400_000
"""How many bytes before the end the last event begins at most."""

_SCRIPT = """
wrk.method = "POST"
wrk.path = "/v1/responses"
wrk.body = %s
%s
%s
done = function(summary, latency, requests)
  io.write(string.format("RESULT %%f %%f %%d\\n", summary.requests / summary.duration * 1e6,
    latency:percentile(50), summary.errors.status + summary.errors.read + summary.errors.timeout))
end
"""


_VARY = """
local head, tail, count = %s, %s, 0
request = function()
  count = count + 1
  return wrk.format(nil, nil, nil, head .. " " .. count .. tail)
end
"""
"""Has each request ask something else: a number goes after the word that the mocks look for."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What one server did in one round.

    Attributes:
        rate: Requests a second at 16 connections.
        work: Processor time of the server for one of them, in microseconds.
        latency: Median latency at one connection, in microseconds.
        events: How many events a reply has.
        first_byte: Until the first byte of a reply of ten thousand deltas, in milliseconds.
        whole: Until its last byte, in milliseconds.
    """

    rate: float
    work: float
    latency: float
    events: int
    first_byte: float
    whole: float


def load(
    server: Running, *, connections: int, seconds: float, vary: bool = False
) -> tuple[float, float]:
    """Loads a server.

    Args:
        server: The server.
        connections: How many connections at once, each with one request after the other.
        seconds: For how long.
        vary: Whether no two requests are the same.

    Returns:
        Requests a second, and the median latency in microseconds.
    """
    headers = "\n".join(f'wrk.headers["{name}"] = "{value}"' for name, value in HEADERS.items())
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        whole = BODY.decode()
        head, word, tail = whole.partition("hello")
        varied = _VARY % (json.dumps(head + word), json.dumps(tail)) if vary else ""
        script.write(_SCRIPT % (json.dumps(whole), headers, varied))
        script.flush()
        done = subprocess.run(
            [
                *("taskset", "-c", str(_LOAD_CORE), "wrk", "-t1", f"-c{connections}"),
                *(
                    f"-d{max(1, round(seconds))}s",
                    "-s",
                    script.name,
                    f"http://127.0.0.1:{server.port}",
                ),
            ],
            check=True,
            capture_output=True,
            text=True,
        )
    (result,) = [line.split() for line in done.stdout.splitlines() if line.startswith("RESULT")]
    assert result[3] == "0", (server.name, done.stdout)
    return float(result[1]), float(result[2])


def long_reply(server: Running) -> tuple[float, float]:
    """Asks for a long reply once, by a bare socket.

    Returns:
        Milliseconds until the first byte and until the last.
    """
    head = [f"{name}: {value}\r\n" for name, value in HEADERS.items()]
    head += [f"content-length: {len(BODY)}\r\n", "connection: close\r\n"]
    request = f"POST /v1/responses HTTP/1.1\r\nhost: h\r\n{''.join(head)}\r\n".encode() + BODY
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as client:
        began = time.perf_counter()
        client.sendall(request)
        seen = bytearray(client.recv(65_536))
        first = time.perf_counter() - began
        while not (_LAST in seen[-_TAIL:] and seen.endswith((b"\n\n", b"\n\n\r\n", b"0\r\n\r\n"))):
            piece = client.recv(1_048_576)
            if not piece:
                assert _LAST in seen, server.name
                break
            seen += piece
        return first * 1e3, (time.perf_counter() - began) * 1e3


def measured(index: int, *, seconds: float, vary: bool) -> Measured:
    """Measures one server.

    Args:
        index: Its place in `SUBJECTS`.
        seconds: How long it is loaded for each figure.
        vary: Whether no two requests are the same.
    """
    subject = SUBJECTS[index]
    with running(subject, core=_SERVER_CORE) as server:
        events = server.ask().count(b"data: ")
        load(server, connections=16, seconds=seconds / 2, vary=vary)
        began, cpu = time.perf_counter(), server.cpu()
        rate, _ = load(server, connections=16, seconds=seconds, vary=vary)
        work = (server.cpu() - cpu) / (rate * (time.perf_counter() - began)) * 1e6
        _, latency = load(server, connections=1, seconds=seconds, vary=vary)
    if not subject.takes_text:
        return Measured(rate, work, latency, events, math.nan, math.nan)
    with running(subject, core=_SERVER_CORE, text=_LONG) as server:
        tries = [long_reply(server) for _ in range(5)]
    first, whole = (statistics.median(column) for column in zip(*tries, strict=True))
    return Measured(rate, work, latency, events, first, whole)


def _ratio(
    rounds: Iterable[dict[str, Measured]],
    name: str,
    other: str,
    figure: Callable[[Measured], float],
) -> float:
    return statistics.median(figure(one[name]) / figure(one[other]) for one in rounds)


def _table(rounds: list[dict[str, Measured]]) -> None:
    print(
        "| server | events | requests a second, 16 connections | beside ours |"
        " its processor time a request | beside ours |"
        " median latency, 1 connection | beside ours | 10,000 deltas: first byte | last byte |"
    )
    print("| --- |" + " ---: |" * 9)
    for name in rounds[0]:
        mine = [one[name] for one in rounds]
        rate, work, latency, first, whole = (
            statistics.median(values)
            for values in zip(
                *((m.rate, m.work, m.latency, m.first_byte, m.whole) for m in mine), strict=True
            )
        )
        print(
            f"| {name} | {mine[0].events} | {rate:,.0f}"
            f" | {_ratio(rounds, name, OURS, lambda m: m.rate):.2f} x"
            f" | {work:.0f} µs | {_ratio(rounds, name, OURS, lambda m: m.work):.2f} x"
            f" | {latency:,.0f} µs"
            f" | {_ratio(rounds, name, OURS, lambda m: m.latency):.2f} x"
            f" | {_milliseconds(first)} | {_milliseconds(whole)} |"
        )


def _milliseconds(value: float) -> str:
    return "cannot" if math.isnan(value) else f"{value:.2f} ms"


def _aims(rounds: list[dict[str, Measured]]) -> None:
    print("\n| aim | measured | met |")
    print("| --- | ---: | --- |")

    def aim(words: str, value: float, unit: str, *, met: bool) -> None:
        print(f"| {words} | {value:.2f} {unit} | {'yes' if met else 'no'} |")

    there = rounds[0]
    for ceiling in (BARE, AIOHTTP):
        for mock in (AIMOCK, *PYTHON_MOCKS):
            if {ceiling, mock} <= there.keys():
                ratio = _ratio(rounds, ceiling, mock, lambda m: m.rate)
                print(f"| 16 connections: {ceiling}, beside {mock} | {ratio:.2f} x | no aim |")
    if AIMOCK in there:
        ratio = _ratio(rounds, OURS, AIMOCK, lambda m: m.rate)
        aim("16 connections: at least 1.6 x aimock", ratio, "x", met=ratio >= 1.6)
    for mock in PYTHON_MOCKS:
        if mock in there:
            ratio = _ratio(rounds, OURS, mock, lambda m: m.rate)
            aim(f"16 connections: at least 10 x {mock}", ratio, "x", met=ratio >= 10)
    if BARE in there:
        ratio = _ratio(rounds, OURS, BARE, lambda m: m.latency)
        aim("1 connection: at most 1.3 x bare asyncio", ratio, "x", met=ratio <= 1.3)
    whole = statistics.median(one[OURS].whole for one in rounds)
    aim("10,000 deltas: at most 10 ms", whole, "ms", met=whole <= 10)
    first = statistics.median(one[OURS].first_byte for one in rounds)
    aim("10,000 deltas: first byte within 1 ms", first, "ms", met=first <= 1)


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=2)
    parser.add_argument("--vary", action="store_true", help="no two requests are the same")
    parser.add_argument("--only", action="append", help="a part of a server's name; ours always")
    options = parser.parse_args()
    wanted = [
        place
        for place, subject in enumerate(SUBJECTS)
        if subject.name == OURS
        or options.only is None
        or any(part in subject.name for part in options.only)
    ]
    assert Path("/usr/bin/taskset").exists(), "taskset (util-linux) is needed"
    rounds: list[dict[str, Measured]] = []
    for number in range(options.rounds):
        order = wanted if number % 2 == 0 else wanted[::-1]
        found = {
            SUBJECTS[i].name: measured(i, seconds=options.seconds, vary=options.vary) for i in order
        }
        rounds.append({SUBJECTS[i].name: found[SUBJECTS[i].name] for i in wanted})
    _table(rounds)
    _aims(rounds)


if __name__ == "__main__":
    main()
