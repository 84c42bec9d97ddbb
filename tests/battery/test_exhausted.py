"""Where the machine has nothing left, we say so at once, leave nothing, and go on afterwards."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the supervisor is for Linux")

PROGRAM = Path(__file__).with_name("exhausted.py")
PATIENCE = 60.0

SAYS = {
    "pids": ("cannot start 'echo'", "(EAGAIN)", "do:       look at `ulimit -u`"),
    "descriptors": (
        "cannot start 'echo'",
        "(EMFILE)",
        "do:       look at `ulimit -u`, `ulimit -n`",
    ),
    "disk": ("cannot make a home in", "(EFBIG)", "cause:    is the disk full?"),
}


@pytest.mark.parametrize("before", ["first", "later"])
@pytest.mark.parametrize("what", SAYS)
def test_nothing_is_left_of_it(
    what: str, before: str, unprivileged: dict[str, Any], folder: Path
) -> None:
    options = {k: v for k, v in unprivileged.items() if k not in ("executable", "path")}
    ran = subprocess.run(
        [unprivileged["executable"], str(PROGRAM), what, str(folder), before],
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": unprivileged["path"],
            "SEATRIAL_HOMES": str(folder / "homes"),
        },
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
        **options,
    )
    assert ran.returncode == 0, ran.stderr
    for words in SAYS[what]:
        assert words in ran.stdout
    lines = ran.stdout.splitlines()
    assert "left: 0" in lines
    assert ("homes: 0" in lines) == (what == "disk")
    assert lines[-1] == "went on"


def test_tests_go_on_without_a_ledger_in_a_file(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where no folder for temporary files can be written to, a run says what it cannot know."""
    monkeypatch.setenv("SEATRIAL_HOMES", str(pytester.path / "homes"))
    monkeypatch.delenv("PYTEST_XDIST_WORKER", raising=False)
    pytester.makeconftest(
        """
        import os, pytest, tempfile
        if "PYTEST_XDIST_WORKER" not in os.environ:
            tempfile.tempdir = "/proc/self"  # a folder in which nothing can be made
        """
    )
    pytester.makepyfile("def test_it(seatrial_loop): pass")
    words = ("-n", "1", "-p", "no:randomly", "-p", "no:cacheprovider", "--basetemp=base")
    result = pytester.runpytest_subprocess(*words)
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["what a worker had open when it died is not known: *"])
