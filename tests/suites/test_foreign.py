"""A server that nobody prepared for, in another language, is judged by its TOML file alone."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from tests.suites.judging import judged

SERVER = Path(__file__).resolve().parents[2] / "examples" / "javascript_server"
AREA = "approvals.command"

pytestmark = pytest.mark.skipif(
    shutil.which("node") is None and "clients" not in os.environ.get("SEATRIAL_REQUIRE", ""),
    reason="no node on PATH",
)


def test_it_passes_what_it_claims(tmp_path: Path) -> None:
    status, found = judged(tmp_path / "report", str(SERVER / "server.toml"), only=(AREA,))
    verdicts = {name.rpartition(".")[2]: verdict for name, verdict in found.items()}
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
    names = [f"{AREA}.{name}" for name in ("accept", "decline", "cancel", "order", "policy-never")]
    status, verdicts = judged(tmp_path / "report", str(profile), only=tuple(names))
    assert status == 1
    failed = {name for name in names if verdicts[name] == "fail"}
    assert failed == {f"{AREA}.decline", f"{AREA}.cancel"}
