"""No key and no token of a run stands in anything that the run says or leaves behind."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

PATIENCE = 300.0
SECRETS = re.compile(
    rb"eyJhbGciOi|(refresh|code|device)-[0-9]+-[0-9a-f]{24}|verifier-[0-9a-f]{24}"
    rb"|sk-exchanged-for-|sk-seatrial-[0-9a-f]+"
)
"""What the sign-in service hands out, and the key of the checks: each has a shape of its own."""

CHECKS = ("auth.api-key.login", "auth.chatgpt.login", "auth.external-tokens", "auth.refresh")


@pytest.mark.parametrize(
    ("server", "status"),
    [("reference:bearer-in-errors", 0), ("reference:never-renews", 1)],
)
def test_no_secret_is_left_behind(tmp_path: Path, server: str, status: int) -> None:
    """Also where the server itself tells them, and where its failures are shown with evidence."""
    chosen = [word for check in CHECKS for word in ("--only", check)]
    command = [sys.executable, "-m", "seatrial", "run", server, "--dialect", "app_v2", *chosen]
    ran = subprocess.run(
        [*command, "--verbose", "--output", str(tmp_path / "report")],
        cwd=tmp_path,
        capture_output=True,
        timeout=PATIENCE,
        check=False,
    )
    assert ran.returncode == status, ran.stdout.decode() + ran.stderr.decode()
    files = {file: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()}
    left = {**files, Path("stdout"): ran.stdout, Path("stderr"): ran.stderr}
    found = {place.name: SECRETS.search(text) for place, text in left.items()}
    assert {name: one[0] for name, one in found.items() if one} == {}
    assert any(b"<secret>" in text for text in files.values())
