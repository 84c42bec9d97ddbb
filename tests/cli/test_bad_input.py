"""A server that cannot be judged: one clear message, exit status 2, nothing left running."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

PYTHON = f"#!{sys.executable}\n"

MCP = """
import json, sys
for line in sys.stdin:
    answer = {"protocolVersion": "2025-03-26", "capabilities": {}, "serverInfo": {"name": "x"}}
    print(json.dumps({"jsonrpc": "2.0", "id": json.loads(line).get("id"), "result": answer}))
    sys.stdout.flush()
"""
REFUSES = """
import json, sys
for line in sys.stdin:
    error = {"code": -32601, "message": "no such method"}
    print(json.dumps({"id": json.loads(line).get("id"), "error": error}), flush=True)
"""
GARBAGE = """
import sys
print("not for you", file=sys.stderr, flush=True)
print("Welcome to my server!", flush=True)
sys.stdin.read()
"""
CHILDREN = """
import os, subprocess, sys
subprocess.Popen([sys.executable, "-c", "import signal; signal.pause()", os.getcwd()],
                 start_new_session=True)
sys.stdin.read()
"""

SERVERS = {
    "exits at once": ("import sys; sys.exit('bad configuration: key')", "bad configuration: key"),
    "prints garbage": (GARBAGE, "Welcome to my server!"),
    "prints garbage, and its stderr": (GARBAGE, "not for you"),
    "never answers": ("import sys; sys.stdin.read()", "it never answered the first message"),
    "never answers, with a daemon": (CHILDREN, "it never answered the first message"),
    "speaks MCP": (MCP, "is this an MCP server"),
    "refuses the handshake": (REFUSES, "error -32601: no such method"),
    "closes stdout": ("import os; os.close(1); os.read(0, 1 << 20)", "was gone"),
}


@pytest.mark.parametrize("name", SERVERS)
def test_a_server_that_does_not_speak(
    name: str,
    seatrial: Callable[..., Any],
    program: Callable[[str], str],
    nothing_left: Callable[[], None],
) -> None:
    text, told = SERVERS[name]
    done = seatrial("run", "--command", program(PYTHON + text), "--timeout", "1")
    assert done.returncode == 2
    assert told in done.stderr
    four_parts(done.stderr)
    nothing_left()


def four_parts(text: str) -> None:
    assert "Traceback" not in text
    assert text.count("error: ") >= 1
    for part in ("expected: ", "arrived: ", "cause: ", "do: "):
        assert part in text


COMMANDS = {
    "a program that is not there": ("no-such-program-anywhere app-server", "no such program"),
    "a path that is not there": ("./no/such/program", "no such program"),
    "a folder": ("./folder", "it is a folder"),
    "a file that is not executable": ("./plain", "not executable"),
    "a bad interpreter": ("./interpreter", "no such program"),
    "not a program of this machine": ("./binary", "not a program of this machine"),
    "an open quote": ("'codex app-server", "a quote left open"),
    "nothing": ("  ", "the command line is empty"),
}


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_that_does_not_start(
    name: str, seatrial: Callable[..., Any], tmp_path: Path, nothing_left: Callable[[], None]
) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "plain").write_text("x")
    for file, text in {"interpreter": "#!/no/such\n", "binary": "\x7fELFnot really"}.items():
        (tmp_path / file).write_text(text)
        (tmp_path / file).chmod(0o755)
    command, told = COMMANDS[name]
    done = seatrial("run", "--command", command)
    assert done.returncode == 2
    assert told in done.stderr
    four_parts(done.stderr)
    nothing_left()


NAMES = {
    "codx": "did you mean 'codex'?",
    "reference:asks-twise": "did you mean asks-twice?",
    "codex:asks-twice": "has no variants",
    "generic": "is not here",
}


@pytest.mark.parametrize("name", NAMES)
def test_a_name_that_means_nothing(name: str, seatrial: Callable[..., Any]) -> None:
    done = seatrial("run", name)
    assert done.returncode == 2
    assert NAMES[name] in done.stderr
    four_parts(done.stderr)


OPTIONS = {
    ("--only", "approvals.command.acept"): "is it misspelled?",
    ("--only", "turns"): "it has no check yet",
    ("--dialect", "app_v9"): "not said to speak app_v9",
    ("--profile", "nosuch"): "no profile 'nosuch'",
    ("--baseline", "nosuch.toml"): "nosuch.toml cannot be read",
    ("--baseline", "bad.toml"): "bad.toml cannot be read",
    ("--output", "bad.toml"): "bad.toml",
    ("--no-such-option",): "No such option",
    ("--jobs", "0"): "--jobs",
}


@pytest.mark.parametrize("words", OPTIONS, ids=" ".join)
def test_an_option_that_makes_no_sense(
    words: tuple[str, ...], seatrial: Callable[..., Any], tmp_path: Path
) -> None:
    (tmp_path / "bad.toml").write_text("[[divergence]]\nrequirment = 'x'\n")
    done = seatrial("run", "reference", *words)
    assert done.returncode == 2
    assert OPTIONS[words] in done.stderr
    assert "Traceback" not in done.stderr
    assert "✓" not in done.stdout  # said before anything is judged


def test_a_name_and_a_command_at_once(seatrial: Callable[..., Any]) -> None:
    done = seatrial("run", "reference", "--command", "cat")
    assert done.returncode == 2
    assert "not both" in done.stderr
