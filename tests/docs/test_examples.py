"""Every example does what it says, run as a reader would run it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"


def _run(*words: str, cwd: Path = ROOT, **more: str) -> subprocess.CompletedProcess[str]:
    """Runs this Python with an environment that a surrounding pytest has not touched."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    return subprocess.run(
        [sys.executable, *words],
        cwd=cwd,
        env={**env, **more},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )


def test_the_tests_of_a_server_pass(tmp_path: Path) -> None:
    file = EXAMPLES / "test_own_server.py"
    ran = _run("-m", "pytest", "-q", "-p", "no:cacheprovider", f"--rootdir={tmp_path}", str(file))
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "3 passed" in ran.stdout


def test_a_variant_fails_them(tmp_path: Path) -> None:
    file = EXAMPLES / "test_own_server.py"
    ran = _run(
        *("-m", "pytest", "-q", "-p", "no:cacheprovider", f"--rootdir={tmp_path}", str(file)),
        *("--seatrial-server", "reference:ignores-decline"),
    )
    assert ran.returncode == 1, ran.stdout + ran.stderr
    assert "1 failed, 2 passed" in ran.stdout


def test_the_provider_streams_to_the_sdk() -> None:
    ran = _run(str(EXAMPLES / "provider_alone.py"))
    assert (ran.returncode, ran.stdout) == (
        0,
        "Hello from the script.\nthe model was sent: hello\n",
    ), ran.stderr


def test_a_script_in_python_and_one_in_a_file_say_the_same() -> None:
    ran = _run("-W", "error", str(EXAMPLES / "provider_script.py"))
    assert (ran.returncode, ran.stdout.splitlines()) == (
        0,
        [
            "in Python: A title: The sum is 5.",
            "in a file: A title: The sum is 5.",
            "attempts: [1, 1, 1, 2]",
        ],
    ), ran.stderr


def test_a_suite_in_a_package_of_its_own_is_found_and_judges(tmp_path: Path) -> None:
    installed = tmp_path / "own_check-0.1.0.dist-info"
    installed.mkdir()
    (installed / "METADATA").write_text("Metadata-Version: 2.1\nName: own-check\nVersion: 0.1.0\n")
    (installed / "entry_points.txt").write_text("[seatrial.suites]\nown = own_check:SUITES\n")
    path = os.pathsep.join((str(tmp_path), str(EXAMPLES / "own_check")))
    ran = _run("-m", "seatrial", "run", "--only", "own", cwd=tmp_path, PYTHONPATH=path)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "own.turns.completes [app_v2] pass" in ran.stdout


def test_the_worked_profile_runs_its_server(tmp_path: Path) -> None:
    program = tmp_path / "my-server"
    program.write_text(
        "#!/bin/sh\n"
        'SEATRIAL_REFERENCE_HOME="$MY_SERVER_HOME" '
        f'exec "{sys.executable}" -m seatrial_reference "$@"\n'
    )
    program.chmod(0o755)
    path = os.pathsep.join((str(tmp_path), os.environ["PATH"]))
    profile = str(EXAMPLES / "my_server.toml")
    only = ("--only", "approvals.command.accept", "--only", "approvals.command.payload")
    ran = _run("-m", "seatrial", "run", profile, *only, cwd=tmp_path, PATH=path)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "judging My server 0.1.0" in ran.stdout
    assert "2 pass" in ran.stdout
