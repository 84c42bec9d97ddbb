"""How these tests run the stand-alone provider, and ask it things as any program would."""

from __future__ import annotations

import json
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from http.client import HTTPResponse
from pathlib import Path
from typing import Any

import pytest

from seatrial.process import Command, SyncProcess, spawn_sync

DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def ask(
    url: str, body: object = None, *, method: str | None = None, **headers: str
) -> tuple[int, Any]:
    """Sends a request and returns status and JSON."""
    try:
        with streamed(url, body, method=method, **headers) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.loads(error.read())


def streamed(
    url: str, body: object = None, *, method: str | None = None, **headers: str
) -> HTTPResponse:
    """Sends a request and returns the answer once its headers are there."""
    data = None
    if body is not None:
        data = body.encode() if isinstance(body, str) else json.dumps(body).encode()
        kind = "application/yaml" if isinstance(body, str) else "application/json"
        headers.setdefault("content-type", kind)
    asked = urllib.request.Request(url, data, headers, method=method)
    answer = DIRECT.open(asked, timeout=30)
    assert isinstance(answer, HTTPResponse)
    return answer


@dataclass(frozen=True, slots=True)
class Served:
    """A provider that runs as a program.

    Attributes:
        process: Its process.
        base_url: Where the API is.
        admin: Where the admin API is.
    """

    process: SyncProcess
    base_url: str
    admin: str | None

    def ends(self) -> tuple[int, str]:
        """Waits for its end and returns its exit status and what it said on stderr."""
        return self.process.wait().status, self.process.stderr()


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., Served]]:
    """Starts `python -m seatrial_provider`."""
    with ExitStack() as stack:

        def start(*words: str) -> Served:
            command = Command(
                argv=(sys.executable, "-m", "seatrial_provider", *words), env={}, cwd=tmp_path
            )
            process = stack.enter_context(spawn_sync(command, stderr_file=tmp_path / "stderr"))
            line = process.line()
            assert line is not None, process.stderr()
            said = json.loads(line)
            return Served(process, said["base_url"], said["admin_url"])

        yield start
