"""The provider as a program: it says where it is, serves a file, and says what was wrong."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.provider.standalone.conftest import ask

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.provider.standalone.conftest import Served

SCRIPT = "replies:\n  - say: hello\n"
REQUEST = {"model": "m", "input": "hi"}


@pytest.fixture
def script(tmp_path: Path) -> str:
    """A script file with one reply."""
    file = tmp_path / "script.yaml"
    file.write_text(SCRIPT)
    return str(file)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_a_script_and_ends_well(
    serve: Callable[..., Served], script: str, number: signal.Signals
) -> None:
    served = serve(script)
    status, answer = ask(f"{served.base_url}/responses", REQUEST)
    assert (status, answer["output"][0]["content"][0]["text"]) == (200, "hello")
    os.kill(served.process.tree()[0].pid, number)
    assert served.ends() == (0, "")


def test_what_was_left_over_is_said_at_the_end(serve: Callable[..., Served], script: str) -> None:
    served = serve(script)
    assert ask(f"{served.admin}/shutdown", method="POST") == (200, {})
    status, said = served.ends()
    assert status == 1
    assert "unused-reply: reply 1 was not used" in said


def test_the_journal_is_written(serve: Callable[..., Served], script: str, tmp_path: Path) -> None:
    served = serve(script, "--journal", str(tmp_path / "journal.jsonl"))
    ask(f"{served.base_url}/responses", REQUEST, authorization="Bearer sk-very-secret")
    ask(f"{served.admin}/shutdown", method="POST")
    assert served.ends()[0] == 0
    written = (tmp_path / "journal.jsonl").read_text()
    assert '"path":"/v1/responses"' in written
    assert "sk-very-secret" not in written


def test_options_reach_the_provider(serve: Callable[..., Served]) -> None:
    served = serve("--no-admin", "--api-key", "k-123456", "--model", "one")
    assert served.admin is None
    assert ask(f"{served.base_url}/models")[0] == 401
    status, listed = ask(f"{served.base_url}/models", authorization="Bearer k-123456")
    assert (status, [one["id"] for one in listed["data"]]) == (200, ["one"])
    below = served.base_url.removesuffix("/v1")
    assert ask(f"{below}/_seatrial", authorization="Bearer k-123456")[0] == 404


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nothing.yaml"], "the script file 'nothing.yaml' cannot be read"),
        (["--ignore", "nothing"], "an invariant that does not exist"),
        (["--host", "192.0.2.1"], "cannot listen on 192.0.2.1"),
        (["--flavour", "sweet"], "Invalid value for '--flavour'"),
    ],
)
def test_what_it_cannot_do_it_says_at_once(tmp_path: Path, words: list[str], said: str) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "seatrial_provider", *words],
        cwd=tmp_path,
        env={},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ran.returncode == 2
    assert said in ran.stderr
    assert "Traceback" not in ran.stderr


def test_seatrial_serve_is_the_same(tmp_path: Path) -> None:
    helps = [
        subprocess.run(
            [sys.executable, "-m", *words, "--help"], capture_output=True, text=True, check=True
        ).stdout
        for words in (["seatrial_provider"], ["seatrial", "serve", "provider"])
    ]
    assert helps[0].partition("\n")[2] == helps[1].partition("\n")[2]
