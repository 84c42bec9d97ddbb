"""A home among temporary files, which sandboxes leave writable, is never blamed on a server."""

from __future__ import annotations

import asyncio
import tempfile
from typing import TYPE_CHECKING

import pytest

from seatrial.conformance import Verdict, cases, installed, judge
from seatrial.servers import resolve

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("server", "verdict"),
    [
        ("reference", Verdict.PASS),
        ("reference:patch-allows-outside", Verdict.UNTESTABLE),
    ],
)
def test_what_is_outside_the_workspace_may_be_open_all_the_same(
    server: str, verdict: Verdict, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEATRIAL_HOMES", str(tmp_path / "homes"))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    known = resolve(server)
    only = ["approvals.patch.outside"]
    (case,) = cases(installed(), known, only=only, dialect="app_v2")
    result = asyncio.run(judge(case.check, case.requirement, known, case.dialect))
    assert result.verdict is verdict
