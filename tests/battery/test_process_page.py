"""The samples of the page on processes do what they say."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

(PAGE,) = (Path(__file__).resolve().parents[2] / "docs").glob("processes.md*")
SAMPLES = re.findall(r"^```python\n(.*?)^```$", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)


@pytest.mark.skipif(sys.platform != "linux", reason="the supervisor is for Linux")
@pytest.mark.parametrize("number", range(2))
def test_a_sample_runs(number: int) -> None:
    ran = subprocess.run(
        [sys.executable, "-W", "error", "-c", SAMPLES[number]],
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert len(SAMPLES) == 2
