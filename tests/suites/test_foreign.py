"""A server that nobody prepared for, in another language, is judged by its TOML file alone."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SERVER = Path(__file__).resolve().parents[2] / "examples" / "javascript_server"

pytestmark = pytest.mark.skipif(
    shutil.which("node") is None and "clients" not in os.environ.get("SEATRIAL_REQUIRE", ""),
    reason="no node on PATH",
)


PATIENCE = 300.0


def judged(profile: Path, output: Path, *only: str) -> tuple[int, dict[str, str]]:
    """Runs the command line; returns its exit status and each requirement's verdict."""
    command = [sys.executable, "-m", "seatrial", "run", str(profile), "--output", str(output)]
    ran = subprocess.run(
        [*command, *(word for name in only for word in ("--only", f"approvals.command{name}"))],
        cwd=output.parent,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert ran.returncode in {0, 1}, ran.stdout + ran.stderr
    results = json.loads((output / "report.json").read_text())["results"]
    return ran.returncode, {
        one["requirement"].rpartition(".")[2]: one["verdict"] for one in results
    }


def test_it_passes_what_it_claims(tmp_path: Path) -> None:
    status, verdicts = judged(SERVER / "server.toml", tmp_path / "report", "")
    assert status == 0
    inapplicable = {name for name, verdict in verdicts.items() if verdict == "not applicable"}
    assert {name for name, verdict in verdicts.items() if verdict == "pass"} >= {
        *("accept", "decline", "cancel", "for-session", "payload", "order", "asks-before-running"),
        *("policy-never", "policy-on-request", "policy-untrusted", "request-ids-unique"),
    }
    assert "policy-on-failure" in inapplicable
    assert set(verdicts.values()) == {"pass", "not applicable"}


def test_its_defect_is_found_by_the_checks_that_it_breaks(tmp_path: Path) -> None:
    for file in SERVER.iterdir():
        shutil.copy(file, tmp_path)
    profile = tmp_path / "server.toml"
    told = profile.read_text().replace(
        "[environment]\n", '[environment]\nTINY_DEFECT = "runs-declined"\n'
    )
    profile.write_text(told)
    names = ("accept", "decline", "cancel", "order", "policy-never")
    status, verdicts = judged(profile, tmp_path / "report", *(f".{name}" for name in names))
    assert status == 1
    assert {name for name in names if verdicts[name] == "fail"} == {"decline", "cancel"}
