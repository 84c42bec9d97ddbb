"""The servers that the provider is measured beside: how each is installed, started and asked.

Each answers every request with the same text, streamed by the Responses API. Peers are installed
once, from their registries, into a folder of the user's cache.
"""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

import platformdirs
import psutil

PEERS = Path(platformdirs.user_cache_dir("seatrial")) / "peers"
TEXT = "Here are four words."
"""What every server says; ours says it in ten events."""

BODY = json.dumps(
    {
        "model": "gpt-5",
        "stream": True,
        "input": [{"role": "user", "content": [{"type": "input_text", "text": "hello"}]}],
    }
).encode()
HEADERS = {
    "content-type": "application/json",
    "accept": "text/event-stream",
    "authorization": "Bearer benchmark-key",
}
_START = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """One server.

    Attributes:
        name: What to call it.
        command: Makes its command line from the port and the words that it is to say.
        install: Installs it if it is not there; None for what comes with this project.
        takes_text: Whether it can be told what to say, and so to say something long.
    """

    name: str
    command: Callable[[int, str], list[str]]
    install: Callable[[], None] | None = None
    takes_text: bool = True


def _module(name: str) -> Callable[[int, str], list[str]]:
    return lambda port, text: [
        *(sys.executable, "-m", "benchmarks.provider_ready", name, str(port), text)
    ]


def _npm() -> None:
    if not (PEERS / "node_modules/@copilotkit/aimock").exists():
        PEERS.mkdir(parents=True, exist_ok=True)
        npm = ["npm", "install", "--no-audit", "--no-fund", "--prefix", str(PEERS)]
        subprocess.run([*npm, "@copilotkit/aimock"], check=True, stdout=subprocess.DEVNULL)


def _pip(package: str) -> Callable[[], None]:
    def install() -> None:
        if not (PEERS / package / "bin" / package).exists():
            subprocess.run([sys.executable, "-m", "venv", str(PEERS / package)], check=True)
            pip = str(PEERS / package / "bin/pip")
            subprocess.run([pip, "install", "--quiet", package], check=True)

    return install


def _aimock(port: int, text: str) -> list[str]:
    fixtures = PEERS / f"aimock-{len(text)}.json"
    answer = {"match": {"userMessage": "hello"}, "response": {"content": text}}
    fixtures.write_text(json.dumps({"fixtures": [answer]}))
    program = str(PEERS / "node_modules/.bin/llmock")
    return [
        *("node", program, "-p", str(port), "-f", str(fixtures), "--log-level", "silent"),
        *("--chunk-size", "10"),
    ]


def _llmock(port: int, text: str) -> list[str]:
    program = str(PEERS / "llmock/bin/llmock")
    return [program, "serve", "-p", str(port), "--log-level", "error", "--response-style", "static"]


def _llm_mock_api(port: int, text: str) -> list[str]:
    program = str(PEERS / "llm-mock-api/bin/llm-mock-api")
    return [
        *(program, "start", "-p", str(port), "-H", "127.0.0.1", "-f", text, "--log-level", "none"),
        *("-l", "0", "-c", "10"),
    ]


OURS, AIMOCK = "seatrial_provider", "aimock (npm)"
BARE, AIOHTTP = "bare asyncio, the same bytes", "aiohttp, the same bytes"

SUBJECTS = (
    Subject(name=OURS, command=_module("provider")),
    Subject(name=BARE, command=_module("bare")),
    Subject(name=AIOHTTP, command=_module("aiohttp")),
    Subject(name=AIMOCK, command=_aimock, install=_npm),
    Subject(name="llmock (PyPI)", command=_llmock, install=_pip("llmock"), takes_text=False),
    Subject(name="llm-mock-api (PyPI)", command=_llm_mock_api, install=_pip("llm-mock-api")),
)
PYTHON_MOCKS = tuple(s.name for s in SUBJECTS if "PyPI" in s.name)


@dataclass(frozen=True, slots=True)
class Running:
    """A server that runs.

    Attributes:
        name: What to call it.
        port: Where it listens, on loopback.
        process: Its process.
    """

    name: str
    port: int
    process: psutil.Process

    def ask(self) -> bytes:
        """Sends one request and returns the body of the answer."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=_START)
        try:
            connection.request("POST", "/v1/responses", BODY, HEADERS)
            answer = connection.getresponse()
            body = answer.read()
            assert answer.status == 200, (self.name, answer.status, body[:500])
            return body
        finally:
            connection.close()

    def cpu(self) -> float:
        """Returns the processor time that its process tree took so far, in seconds."""
        tree = [self.process, *self.process.children(recursive=True)]
        times = [one.cpu_times() for one in tree]
        return sum(taken.user + taken.system for taken in times)

    def memory(self) -> float:
        """Returns the resident memory of its process tree, in MB."""
        tree = [self.process, *self.process.children(recursive=True)]
        return sum(one.memory_info().rss for one in tree) / 1e6


@contextmanager
def running(subject: Subject, *, core: int, text: str = TEXT) -> Iterator[Running]:
    """Runs a server for the length of a block.

    Args:
        subject: The server.
        core: The core that it is pinned to.
        text: What it says.

    Yields:
        The server, which has answered one request.
    """
    if subject.install is not None:
        subject.install()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    taskset = shutil.which("taskset")
    pinned = [taskset, "-c", str(core)] if taskset else []
    process = psutil.Popen(
        [*pinned, *subject.command(port, text)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    server = Running(subject.name, port, process)
    try:
        _await(server)
        yield server
    finally:
        for one in [*process.children(recursive=True), process]:
            one.kill()
        process.wait()


def _await(server: Running) -> None:
    deadline = time.monotonic() + _START
    while True:
        try:
            assert b"response.completed" in server.ask(), server.name
        except ConnectionError:
            assert server.process.is_running(), f"{server.name} ended"
            assert time.monotonic() < deadline, f"{server.name} does not answer"
            time.sleep(0.05)
        else:
            return
