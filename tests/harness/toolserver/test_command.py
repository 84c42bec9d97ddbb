"""`seatrial serve tools`, as a program."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any

HELLO = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {
        "protocolVersion": "2025-06-18",
        "capabilities": {},
        "clientInfo": {"name": "tester", "version": "1"},
    },
}
PROGRAM = [sys.executable, "-m", "seatrial", "serve", "tools"]
BOUND = 60


def run(*words: str, given: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*PROGRAM, *words], input=given, capture_output=True, text=True, timeout=BOUND, check=False
    )


def test_over_stdio_it_serves_until_its_input_ends_and_keeps_a_journal(tmp_path: Path) -> None:
    journal = tmp_path / "journal.jsonl"
    lines: list[dict[str, Any]] = [
        HELLO,
        {"jsonrpc": "2.0", "method": "notifications/initialized"},
        {"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": {"name": "fail"}},
    ]
    with subprocess.Popen(
        [*PROGRAM, "--journal", str(journal)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write("".join(json.dumps(line) + "\n" for line in lines))
        process.stdin.flush()
        answers = [json.loads(process.stdout.readline()) for _ in range(2)]
        process.stdin.close()
        assert process.wait(BOUND) == 0
    assert [answer["id"] for answer in answers] == [1, 2]
    assert answers[1]["result"]["isError"] is True
    records = [json.loads(line) for line in journal.read_text().splitlines()]
    assert [record["event"] for record in records] == ["called", "returned"]


def test_over_http_it_says_its_address_first() -> None:
    with subprocess.Popen([*PROGRAM, "--http"], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        request = urllib.request.Request(
            address,
            data=json.dumps(HELLO).encode(),
            headers={
                "Content-Type": "application/json",
                "Accept": "application/json, text/event-stream",
            },
        )
        try:
            with urllib.request.urlopen(request, timeout=BOUND) as response:
                text = response.read().decode()
        finally:
            process.terminate()
            process.wait(BOUND)
    assert address.startswith("http://127.0.0.1:")
    assert '"name":"seatrial-tools"' in text


def test_a_port_that_is_taken_is_an_error_that_says_so() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ended = run("--http", "--port", str(taken.getsockname()[1]))
    assert ended.returncode == 2
    assert "cannot listen on port" in ended.stderr
    assert "does another program listen there?" in ended.stderr


def test_a_journal_that_cannot_be_written_is_an_error_that_says_so(tmp_path: Path) -> None:
    ended = run("--journal", str(tmp_path / "no" / "folder" / "journal.jsonl"))
    assert ended.returncode == 2
    assert "cannot write the journal" in ended.stderr
