"""What the provider holds: streams at gates, the journal of many requests, and one fixture's price.

Run: `python -m benchmarks.provider_limits [--requests N]`. Prints one row for each aim. The server
runs in a process of its own, so that its memory is its own; the fixture is timed in this one.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psutil

from benchmarks.provider_subjects import BODY, HEADERS
from seatrial_provider import Gate, Provider, reply, say

_STREAMS = 500
_CLIENTS = 16
_FIXTURES = 200
_REQUEST = (
    "POST /v1/responses HTTP/1.1\r\nhost: h\r\n"
    + "".join(f"{name}: {value}\r\n" for name, value in HEADERS.items())
    + f"content-length: {len(BODY)}\r\n\r\n"
).encode() + BODY


async def _hold(port: int) -> None:
    """Serves streams that are all held at one gate, until a line comes in."""
    gate = Gate("all")
    async with Provider(port=port) as provider:
        provider.script(
            *(reply(say("held"), gates={"response.completed": gate}) for _ in range(_STREAMS))
        )
        await _tell({"url": provider.base_url})
        await asyncio.to_thread(sys.stdin.readline)
        gate.release()
        await asyncio.to_thread(sys.stdin.readline)
        problems = [problem.message for problem in provider.verify()]
        await _tell(
            {"problems": problems, "completed": sum(r.completed for r in provider.requests)}
        )


async def _serve(port: int) -> None:
    """Serves one reply for any number of requests, until a line comes in."""
    async with Provider(port=port) as provider:
        provider.script(reply(say("Here are four words."), permanent=True))
        await _tell({"url": provider.base_url})
        await asyncio.to_thread(sys.stdin.readline)
        await _tell({"kept": len(provider.requests), "first": len(provider.requests[0].events)})


async def _tell(value: dict[str, Any]) -> None:
    print(json.dumps(value), flush=True)


class _Server:
    """One of the servers above, in a process of its own."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self._measured = psutil.Process(process.pid)
        self.port = int(self.hear()["url"].split(":")[2].partition("/")[0])

    def hear(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        heard: dict[str, Any] = json.loads(self._process.stdout.readline())
        return heard

    def go_on(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()

    def memory(self) -> float:
        """Returns its resident memory in MB."""
        return float(self._measured.memory_info().rss) / 1e6


@contextmanager
def _server(name: str) -> Iterator[_Server]:
    command = [sys.executable, "-m", "benchmarks.provider_limits", "--serve", name]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as process:
        yield _Server(process)


async def _held(server: _Server) -> tuple[int, float]:
    """Opens all streams, has them released, and reads them to their end."""
    opened = [await asyncio.open_connection("127.0.0.1", server.port) for _ in range(_STREAMS)]
    for reader, writer in opened:
        writer.write(_REQUEST)
        await reader.readuntil(b"response.output_item.done")
    memory = server.memory()
    server.go_on()
    whole = 0
    for reader, writer in opened:
        stream = await reader.readuntil(b"0\r\n\r\n")
        whole += b"event: response.completed" in stream
        writer.close()
        await writer.wait_closed()
    server.go_on()
    return whole, memory


async def _asked(port: int, count: int) -> None:
    """Sends requests one after the other on some connections at once."""

    async def client() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for _ in range(count // _CLIENTS):
            writer.write(_REQUEST)
            await reader.readuntil(b"0\r\n\r\n")
        writer.close()
        await writer.wait_closed()

    await asyncio.gather(*(client() for _ in range(_CLIENTS)))


async def _fixture() -> float:
    """Times in milliseconds what a fixture does: open, script, serve one reply, close."""
    began = time.perf_counter()
    async with Provider() as provider:
        provider.script(reply(say("Here are four words.")))
        port = int(provider.base_url.split(":")[2].partition("/")[0])
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(_REQUEST)
        await reader.readuntil(b"0\r\n\r\n")
        writer.close()
        await writer.wait_closed()
        assert provider.verify() == []
    return (time.perf_counter() - began) * 1e3


def _row(aim: str, value: str, *, met: bool) -> None:
    print(f"| {aim} | {value} | {'yes' if met else 'no'} |")


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=100_000)
    parser.add_argument("--serve", choices=["hold", "serve"], help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        asyncio.run({"hold": _hold, "serve": _serve}[options.serve](0))
        return
    print("| aim | measured | met |")
    print("| --- | ---: | --- |")
    with _server("hold") as server:
        whole, memory = asyncio.run(_held(server))
        end = server.hear()
        lost = _STREAMS - min(whole, end["completed"])
        _row(f"{_STREAMS} gated streams released: none lost", f"{lost} lost", met=lost == 0)
        _row("their memory: under 150 MB", f"{memory:.0f} MB", met=memory < 150)
        assert end["problems"] == [], end["problems"]
    with _server("serve") as server:
        asyncio.run(_asked(server.port, _CLIENTS))
        before = server.memory()
        asyncio.run(_asked(server.port, options.requests))
        grown = server.memory() - before
        server.go_on()
        end = server.hear()
        words = f"growth over {options.requests:,} requests: at most 5 MB"
        _row(words, f"{grown:.1f} MB ({end['kept']:,} in the journal)", met=grown <= 5)
        assert end["first"] == 10, end
    taken = statistics.median(asyncio.run(_fixture()) for _ in range(_FIXTURES))
    _row("open, serve one reply, close: at most 3 ms", f"{taken:.2f} ms", met=taken <= 3)


if __name__ == "__main__":
    main()
