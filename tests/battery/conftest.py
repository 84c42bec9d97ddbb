"""Who runs the programs of the battery, and where: ourselves, or a user without rights."""

from __future__ import annotations

import contextlib
import functools
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

PATIENCE = 50.0
NOBODY = 54321

Who = dict[str, Any]


@functools.cache
def nobody() -> Who | None:
    """Returns how to run as a user without rights; None where that is not possible."""
    if os.getuid() != 0:
        return None
    path = os.pathsep.join(filter(None, sys.path))
    for python in (sys.executable, "/usr/bin/python3"):
        who: Who = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
        look = "import sys, psutil, subprocess; subprocess.run([sys.executable, '-c', ''], check=1)"
        with contextlib.suppress(OSError, subprocess.SubprocessError):
            subprocess.run(
                [python, "-c", look],
                **who,
                env={"PYTHONPATH": path},
                check=True,
                capture_output=True,
                timeout=PATIENCE,
            )
            return {**who, "executable": python, "path": path}
    return None


@pytest.fixture(params=["ourselves", "nobody"])
def who(request: pytest.FixtureRequest) -> Who:
    if request.param == "ourselves":
        return {"executable": sys.executable, "path": os.pathsep.join(filter(None, sys.path))}
    found = nobody()
    if found is None:
        pytest.skip("we are not root, or there is no interpreter that others may run")
    return found


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that anybody may use, which a folder of pytest's is not."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o777)
        yield Path(name)


@pytest.fixture
def unprivileged() -> Who:
    """How to run as a user without rights, whose limits hold: those of root do not."""
    if os.getuid() != 0:
        return {"executable": sys.executable, "path": os.pathsep.join(filter(None, sys.path))}
    found = nobody()
    if found is None:
        pytest.skip("there is no interpreter that others may run")
    return found
