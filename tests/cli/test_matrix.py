"""What `seatrial matrix` prints, writes, returns and leaves behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from seatrial.reports.matrix import read_matrix

ONE = ("--only", "approvals.command.decline", "--dialect", "app_v2")
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Gives each test a cache of its own."""
    monkeypatch.setenv("SEATRIAL_CACHE", str(tmp_path / "cache"))


def test_the_reference_server_and_two_variants(
    seatrial: Run, tmp_path: Path, nothing_left: Callable[[], None]
) -> None:
    servers = ("reference", "reference:ignores-decline", "reference:runs-twice")
    done = seatrial("matrix", *servers, *ONE)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "✔ Reference server 0.1.0: 1 pass" in done.stdout
    assert "1 of 3 servers needs attention" in done.stdout
    folder = tmp_path / "seatrial-matrix"
    assert f"HTML: {Path('seatrial-matrix') / 'matrix.html'}" in done.stdout
    first = read_matrix((folder / "matrix.json").read_text())
    assert [cell.verdict.value for column in first.columns for cell in column.cells] == [
        "pass",
        "fail",
        "pass",
    ]
    for column in first.columns:
        for cell in column.cells:
            assert (folder / cell.transcript).read_text().count("\n") > 10
            assert cell.page in (folder / "matrix.html").read_text()
    nothing_left()


def test_over_every_transport_there_is_a_table_for_each(
    seatrial: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with tempfile.TemporaryDirectory(prefix="homes-") as homes:  # short enough for sockets
        monkeypatch.setenv("SEATRIAL_HOMES", homes)
        done = seatrial("matrix", "reference", "codex@0.0.1", *ONE, "--transport", "all")
    assert done.returncode == 1, done.stdout + done.stderr
    read = read_matrix((tmp_path / "seatrial-matrix" / "matrix.json").read_text())
    assert [cell.where for cell in read.columns[0].cells] == [
        "app_v2",
        "app_v2, websocket",
        "app_v2, websocket-token",
        "app_v2, unix",
    ]
    assert {cell.verdict.value for cell in read.columns[0].cells} == {"pass"}
    assert read.places == tuple(sorted(read.columns[0].places))


def test_a_transport_that_a_server_has_not_is_said_of_that_server(seatrial: Run) -> None:
    done = seatrial("matrix", "reference", *ONE, "--transport", "telegraph")
    assert done.returncode == 2
    assert "is not said to be reached over telegraph" in done.stdout


def test_where_none_can_be_judged_each_says_why(
    seatrial: Run, tmp_path: Path, program: Callable[[str], str]
) -> None:
    mute = program("#!/bin/sh\nexit 3\n")
    done = seatrial("matrix", "nobody", "codex@0.0.1", mute, *ONE)
    assert done.returncode == 2
    assert "there is no server 'nobody'" in done.stdout
    assert "seatrial fetch codex@0.0.1" in done.stdout
    assert "the server was gone while we waited for the answer to initialize" in done.stdout
    assert "exit status 3" in done.stdout
    assert "Nothing was judged" in (tmp_path / "seatrial-matrix" / "matrix.html").read_text()


def test_a_server_that_cannot_be_judged_makes_it_red_and_spares_the_others(seatrial: Run) -> None:
    done = seatrial("matrix", "reference", "nobody", *ONE)
    assert done.returncode == 1
    assert "✔ Reference server 0.1.0: 1 pass" in done.stdout


def test_what_is_missing_is_fetched_first_and_says_why_it_could_not(
    seatrial: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    done = seatrial("matrix", "codex@0.0.1", "--fetch", *ONE)
    assert done.returncode == 2
    assert "Codex 0.0.1 could not be fetched" in done.stdout


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_nothing_outlives_an_interruption(
    number: signal.Signals, tmp_path: Path, nothing_left: Callable[[], None]
) -> None:
    command = [sys.executable, "-m", "seatrial", "matrix", "reference", "reference:runs-twice"]
    environment: dict[str, Any] = {**os.environ, "SEATRIAL_HOMES": str(tmp_path / "homes")}
    with subprocess.Popen(
        [*command, "--only", "approvals.command", "--dialect", "app_v2", "--jobs", "1"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=environment,
    ) as run:
        assert run.stdout
        assert run.stdout.readline().startswith("judging")
        assert "Reference server" in run.stdout.readline()  # the first is through, the other not
        run.send_signal(number)
        text = run.stdout.read()  # ends when nobody holds the pipe any more
        run.wait(30)
    assert run.returncode == 130, text
    assert "interrupted; every server that was started has been ended" in text
    nothing_left()
    assert not (tmp_path / "seatrial-matrix").exists()
