"""Runs to write reports of, made by hand: any verdict, and text as hostile as it gets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from seatrial.conformance import (
    Blame,
    CheckResult,
    Deferred,
    Level,
    Observation,
    RunResult,
    Server,
    TranscriptStep,
    Verdict,
)

HOSTILE = (
    "<script>alert(1)</script><img src=x onerror=alert(1)>\"'>&amp;{{ 7*7 }}]]>--></pre></details>"
    "\x00\x08\x1b[31mred\x1b[0m\u202eevil\ud800|`a` [x](javascript:alert(1)) @everyone"
)

MakeCheck = Callable[..., CheckResult]
MakeRun = Callable[..., RunResult]


def _check(verdict: Verdict = Verdict.PASS, *, text: str = "plain", **changes: Any) -> CheckResult:
    held = verdict in {Verdict.PASS, Verdict.STALE}
    fields: dict[str, Any] = {
        "requirement": f"approvals.command.{verdict.value.replace(' ', '-')}",
        "statement": text,
        "area": "approvals",
        "level": Level.MUST,
        "source": text,
        "dialect": "app_v2",
        "verdict": verdict,
        "blame": None if verdict is Verdict.PASS else Blame.SERVER,
        "reason": "" if verdict is Verdict.PASS else text,
        "divergence": text if verdict in {Verdict.EXPECTED_FAILURE, Verdict.STALE} else "",
        "observations": (
            Observation(
                subject=f"subject {text}",
                held=held,
                expected=text,
                arrived=text,
                cause=text,
                evidence=text,
            ),
        ),
        "duration": 0.25,
        "steps": (
            TranscriptStep(
                seq=0, at=0.1, direction="client", label=text, detail='{"id": 1, "method": "m"}'
            ),
            TranscriptStep(seq=1, at=0.2, direction="server", label=text, detail=text),
            TranscriptStep(seq=2, at=0.3, direction="model", label=text),
            TranscriptStep(seq=3, at=0.4, direction="note", label=text),
        ),
        "stderr": text,
        "rerun": f"seatrial run {text}",
    }
    return CheckResult(**(fields | changes))


def _run(*results: CheckResult, text: str = "plain", **changes: Any) -> RunResult:
    fields: dict[str, Any] = {
        "seatrial": "0.1.0",
        "server": Server(
            name=text,
            title=f"Server {text}",
            command=("server", text),
            profile=text,
            release=text,
            user_agent=text,
        ),
        "started": "2026-01-02T03:04:05+00:00",
        "duration": 1.5,
        "platform": text,
        "layer": text,
        "results": results,
        "deferred": (
            Deferred(requirement="resume.later", statement=text, area="resume", reason=text),
        ),
    }
    return RunResult(**(fields | changes))


@pytest.fixture(scope="session")
def hostile() -> str:
    """Text that would act in HTML, XML, Markdown or a terminal, were it not made harmless."""
    return HOSTILE


@pytest.fixture(scope="session")
def make_check() -> MakeCheck:
    """Makes a check's result: `make_check(verdict, text=…, **fields)`."""
    return _check


@pytest.fixture(scope="session")
def make_run() -> MakeRun:
    """Makes a run's result: `make_run(*checks, text=…, **fields)`."""
    return _run


@pytest.fixture(scope="session")
def every_verdict() -> Callable[..., RunResult]:
    """Makes a run with one check of each verdict: `every_verdict(text=…)`."""
    return lambda text="plain": _run(*(_check(v, text=text) for v in Verdict), text=text)
