"""A run's marker says whose process it is, and whether that is still there."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace

import pytest

from seatrial.leaks import RUN, Run, RunState
from seatrial.leaks.sweep import MARKER
from seatrial.process.environment import RUN_MARKER


def test_the_marker_begins_with_the_pid_and_can_be_read_back() -> None:
    assert str(RUN).startswith(f"{os.getpid()}-")
    assert Run.parse(str(RUN)) == RUN
    assert Run.current() != RUN
    assert MARKER == RUN_MARKER


@pytest.mark.parametrize(
    "text", ["", "run-7", "12-ab", "1-2-3", "1-2-3-xyzxyzxy", "a\nb", "1-2-3-"]
)
def test_what_is_no_marker_is_not_ours(text: str) -> None:
    assert Run.parse(text) is None


def test_our_own_run_is_living() -> None:
    assert RUN.state is RunState.LIVING


def test_a_pid_that_was_given_away_again_is_over() -> None:
    assert replace(RUN, started=RUN.started - 1).state is RunState.OVER
    assert replace(RUN, started=RUN.started + 1).state is RunState.OVER


def test_a_process_that_has_ended_is_over_reaped_or_not() -> None:
    code = "from seatrial.leaks import RUN; print(RUN, flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        run = Run.parse(process.stdout.readline().strip())
        assert run is not None
        assert _state(run) is RunState.LIVING
        process.kill()
        if hasattr(os, "waitid"):
            os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
            assert _state(run) is RunState.OVER
    assert _state(run) is RunState.OVER


def _state(run: Run) -> RunState:
    return run.state


@pytest.mark.skipif(RUN.namespace == 0, reason="there are no pid namespaces here")
def test_a_pid_of_another_namespace_is_not_judged() -> None:
    assert replace(RUN, namespace=RUN.namespace + 1).state is RunState.ELSEWHERE
