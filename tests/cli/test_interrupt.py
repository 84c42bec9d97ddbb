"""A run that is stopped in the middle leaves no process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

SECONDS = 30


def of_the_run(folder: Path) -> list[psutil.Process]:
    """Returns the processes that have something to do with a folder."""
    return [
        process
        for process in psutil.process_iter(["cmdline", "cwd"])
        if any(
            str(folder) in word
            for word in [*(process.info["cmdline"] or ()), str(process.info["cwd"])]
        )
    ]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_nothing_outlives_a_run(number: signal.Signals, tmp_path: Path) -> None:
    homes = tmp_path / "homes"
    command = [sys.executable, "-m", "seatrial", "run", "--output", str(tmp_path / "report")]
    environment = {**os.environ, "SEATRIAL_HOMES": str(homes)}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment
    ) as run:
        assert run.stdout
        assert run.stdout.readline().startswith("judging")
        run.send_signal(number)
        text = run.stdout.read()  # ends when nobody holds the pipe any more
        run.wait(SECONDS)
    if number is signal.SIGKILL:
        _, alive = psutil.wait_procs(of_the_run(homes), timeout=SECONDS)
        assert alive == []
        assert run.returncode == -number
    else:
        assert of_the_run(homes) == []
        assert list(homes.glob("*")) == []
        assert run.returncode == 130
        assert "interrupted; every server that was started has been ended" in text


def test_a_reader_that_goes_ends_the_run(tmp_path: Path) -> None:
    homes, told = tmp_path / "homes", tmp_path / "stderr"
    command = [sys.executable, "-m", "seatrial", "run", "--output", str(tmp_path / "report")]
    environment = {**os.environ, "SEATRIAL_HOMES": str(homes)}
    with told.open("w") as stderr:
        run = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=stderr, env=environment)
        assert run.stdout
        assert run.stdout.readline().startswith(b"judging")
        run.stdout.close()
        assert run.wait(SECONDS) == 130
    assert "Traceback" not in told.read_text()
    assert of_the_run(homes) == []
    assert list(homes.glob("*")) == []
