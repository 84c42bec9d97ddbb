"""Judges a server by the command line, as its author would."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

__all__ = ["judged"]

PATIENCE = 300.0


def judged(output: Path, *words: str, only: tuple[str, ...]) -> tuple[int, dict[str, str]]:
    """Runs the command line; returns its exit status and each requirement's verdict.

    Args:
        output: The folder for the reports.
        words: What names the server: a profile, or a command line with its profile.
        only: The requirements, or patterns.
    """
    command = [sys.executable, "-m", "seatrial", "run", *words, "--output", str(output)]
    ran = subprocess.run(
        [*command, *(word for name in only for word in ("--only", name))],
        cwd=output.parent,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert ran.returncode in {0, 1}, ran.stdout + ran.stderr
    results = json.loads((output / "report.json").read_text())["results"]
    return ran.returncode, {one["requirement"]: one["verdict"] for one in results}
