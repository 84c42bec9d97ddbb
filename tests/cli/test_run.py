"""What `seatrial run` prints, writes and returns."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

REFERENCE = f"{sys.executable} -m seatrial_reference app-server"


def test_the_reference_server_by_default(
    seatrial: Callable[..., Any], tmp_path: Path, nothing_left: Callable[[], None]
) -> None:
    done = seatrial("run", "--only", "approvals.command")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "approvals" in done.stdout
    assert re.search(r"green · \d+ pass · ", done.stdout)
    report = tmp_path / "seatrial-report"
    assert f"HTML: {Path('seatrial-report') / 'report.html'}" in done.stdout
    data = json.loads((report / "report.json").read_text())
    assert {row["verdict"] for row in data["results"]} == {"pass"}
    assert all(row["observations"] for row in data["results"])
    for row in data["results"]:
        assert (report / row["transcript"]).read_text().count("\n") >= 2
    nothing_left()


def test_a_variant_is_found_out(
    seatrial: Callable[..., Any], nothing_left: Callable[[], None]
) -> None:
    done = seatrial("run", "reference:ignores-decline", "--only", "approvals.command")
    assert done.returncode == 1
    assert "how often the declined command ran" in done.stdout
    assert "seatrial run reference:ignores-decline --only approvals.command.decline" in done.stdout
    assert re.search(r"red: .* \d+ fail", done.stdout)
    nothing_left()


def test_any_command_line(seatrial: Callable[..., Any]) -> None:
    done = seatrial("run", "--command", REFERENCE, "--only", "approvals.command.accept", "-v")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "how often the accepted command ran: 1" in done.stdout


def test_a_known_failure_is_green_and_one_that_went_away_is_red(
    seatrial: Callable[..., Any], tmp_path: Path
) -> None:
    (tmp_path / "known.toml").write_text(
        """
        [[divergence]]
        requirement = "approvals.command.decline"
        profile = "reference"
        reason = "a defect on purpose"
        evidence = "the variant's name"
        """
    )
    only = ("--only", "approvals.command.decline", "--dialect", "app_v2")
    words = (*only, "--baseline", "known.toml")
    known = seatrial("run", "reference:ignores-decline", *words)
    assert known.returncode == 0, known.stdout
    assert "1 expected failure" in known.stdout
    assert "a defect on purpose" in known.stdout
    stale = seatrial("run", "reference", *words)
    assert stale.returncode == 1
    assert "1 stale" in stale.stdout


def test_homes_can_be_kept(seatrial: Callable[..., Any], tmp_path: Path) -> None:
    done = seatrial("run", "--only", "approvals.command.accept", "--dialect", "mcp", "--keep")
    assert done.returncode == 0
    kept = list((tmp_path / "homes").glob("*/workspace/trace.txt"))
    assert len(kept) == 1
    assert kept[0].read_text() == "trace\n"


def test_the_lists(seatrial: Callable[..., Any]) -> None:
    servers = seatrial("servers", "--variants")
    assert servers.returncode == 0
    assert "reference:asks-twice" in servers.stdout
    requirements = seatrial("requirements", "--json")
    assert requirements.returncode == 0
    ids = [row["id"] for row in json.loads(requirements.stdout)]
    assert "approvals.command.accept" in ids
    assert len(ids) == len(set(ids))


def test_one_requirement_is_proved(seatrial: Callable[..., Any], tmp_path: Path) -> None:
    words = ("--only", "approvals.command.cancel", "--json", "matrix.json")
    done = seatrial("prove", *words, "--markdown", "matrix.md")
    assert done.returncode == 0, done.stdout
    assert "score: 3 of 3 checks and 9 of 9 observations" in done.stdout
    matrix = json.loads((tmp_path / "matrix.json").read_text())
    dialects = ("app_v2", "app_v1", "mcp")
    assert matrix["proved"] == [f"approvals.command.cancel [{name}]" for name in dialects]
    assert "ignores-cancel" in (tmp_path / "matrix.md").read_text()
