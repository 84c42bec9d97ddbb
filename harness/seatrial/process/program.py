"""Runs one of our own small programs: isolated from the environment, and by vfork."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

__all__ = ["run_program"]

_INHERITED = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")  # what the interpreter may need to start
_BOUND_SECONDS = 60.0


def run_program(
    name: str, *words: str, pass_fds: Sequence[int] = ()
) -> subprocess.CompletedProcess[bytes]:
    """Runs a program of this folder to its end, in a session of its own; captures what it says.

    Raises:
        OSError: It could not be started.
        subprocess.TimeoutExpired: It did not end.
    """
    return subprocess.run(
        [sys.executable, "-I", "-S", str(Path(__file__).with_name(name)), *words],
        pass_fds=pass_fds,
        cwd="/",
        env={name: os.environ[name] for name in _INHERITED if name in os.environ},
        capture_output=True,
        start_new_session=True,
        timeout=_BOUND_SECONDS,
        check=False,
    )
