"""The command line as a process, and a look at what it leaves."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from seatrial.peer import timeout_factor

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def seatrial(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs `seatrial` in an empty folder, homes below it, output as text."""
    monkeypatch.setenv("SEATRIAL_HOMES", str(tmp_path / "homes"))

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "seatrial", *words],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=100 * timeout_factor(),
            check=False,
            env={**os.environ, "COLUMNS": "200"},
        )

    return run


@pytest.fixture
def nothing_left(tmp_path: Path) -> Callable[[], None]:
    """Asserts that no process has anything to do with the test's folder, and no home is left."""

    def check() -> None:
        alive = []
        for process in psutil.process_iter(["cmdline", "cwd"]):
            words = [*(process.info["cmdline"] or ()), process.info["cwd"] or ""]
            if any(str(tmp_path) in word for word in words):
                alive.append(process.info["cmdline"])
        assert alive == []
        assert list((tmp_path / "homes").glob("*")) == []

    return check


@pytest.fixture
def program(tmp_path: Path) -> Callable[[str], str]:
    """Writes a program and returns its path."""

    def write(text: str) -> str:
        path = tmp_path / "server"
        path.write_text(text)
        path.chmod(0o755)
        return str(path)

    return write
