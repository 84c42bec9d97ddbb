"""Judges one check: opens its trial, runs it, and draws the verdict from what was seen."""

from __future__ import annotations

import asyncio
import shlex
import time
import traceback
from dataclasses import dataclass, field

from seatrial.conformance.check import Check, NotApplicable, Untestable
from seatrial.conformance.observe import Observation
from seatrial.conformance.requirement import Requirement
from seatrial.conformance.result import USUAL_TRANSPORT, CheckResult, TranscriptStep, where
from seatrial.conformance.trial import Trial, open_trial
from seatrial.conformance.verdict import Blame, Level, Verdict
from seatrial.errors import SeatrialError
from seatrial.journal import Redactor, sequence
from seatrial.peer import timeout_factor
from seatrial.process import CannotStart
from seatrial.servers import ServerUnderTest
from seatrial_provider import CallOutputError, Problem, ProblemKind, WaitTimeoutError

__all__ = ["judge", "rerun_command"]

WHOLE_CHECK_SECONDS = 120.0
"""A bound above all the waits of a check together, so that a run always ends."""


@dataclass(slots=True, kw_only=True)
class _Finding:
    """What is known of a check before its verdict is drawn."""

    verdict: Verdict | None = None
    blame: Blame | None = None
    reason: str = ""
    observations: list[Observation] = field(default_factory=list)


def rerun_command(
    server: ServerUnderTest, requirement: str, dialect: str, wire: str | None = None
) -> str:
    """Returns the command line that judges just one requirement again.

    The wire is named if it is not the one that is judged by default.
    """
    usual = server.profile.wires_of(server.release)[:1]
    words = [
        "seatrial",
        "run",
        *(server.named_by or (server.name,)),
        "--only",
        requirement,
        "--dialect",
        dialect,
        *(("--wire", wire) if wire is not None and wire not in usual else ()),
        *(("--transport", server.transport) if server.transport != USUAL_TRANSPORT else ()),
    ]
    return shlex.join(words)


async def judge(
    check: Check,
    requirement: Requirement,
    server: ServerUnderTest,
    dialect: str,
    *,
    wire: str | None = None,
    keep: bool = False,
) -> CheckResult:
    """Runs a check against a fresh server, and returns what came of it. Never raises.

    Args:
        check: The check.
        requirement: The requirement that it judges.
        server: The server under test.
        dialect: The dialect in which it is spoken to.
        wire: The API in which it talks to the model; the first of its release without it.
        keep: Whether the server's home is left behind, for a look at it.
    """
    wire = wire or server.profile.wires_of(server.release)[0]
    began = time.monotonic()
    finding = _Finding()
    steps: tuple[TranscriptStep, ...] = ()
    stderr = kept = ""
    try:
        owner = f"{requirement.id} ({where(dialect, wire, server.transport)})"
        async with open_trial(server, dialect, wire=wire, keep=keep, owner=owner) as trial:
            finding = _redacted(await _run(check, trial), trial.redactor)
            steps = tuple(
                TranscriptStep(
                    seq=s.seq,
                    at=round(s.at, 6),
                    direction=s.direction,
                    label=s.label,
                    detail=s.detail,
                )
                for s in sequence(trial.journal.entries, trial.redactor)
            )
            stderr = _stderr(trial)
            kept = f"kept: {trial.home.root}" if keep else ""
    except Exception as error:
        finding = _ours(error)
    verdict = finding.verdict or _draw(finding, requirement)
    return CheckResult(
        requirement=requirement.id,
        statement=requirement.statement,
        area=requirement.area,
        level=requirement.level,
        source=requirement.source,
        dialect=dialect,
        wire=wire,
        transport=server.transport,
        verdict=verdict,
        blame=None if verdict in _BLAMELESS else finding.blame or Blame.SERVER,
        reason="\n".join(text for text in (finding.reason, kept) if text),
        observations=tuple(finding.observations),
        duration=round(time.monotonic() - began, 6),
        steps=steps,
        stderr=stderr,
        rerun=rerun_command(server, requirement.id, dialect, wire),
    )


_BLAMELESS = {Verdict.PASS, Verdict.NOT_APPLICABLE}


async def _run(check: Check, trial: Trial) -> _Finding:
    """Runs the check and looks at what it saw, what it raised, and what the provider says."""
    finding = _Finding(observations=trial.saw.observations)
    try:
        async with asyncio.timeout(WHOLE_CHECK_SECONDS * timeout_factor()):
            await check.run(trial)
    except NotApplicable as error:
        finding.verdict, finding.reason = Verdict.NOT_APPLICABLE, str(error)
    except Untestable as error:
        finding.verdict, finding.reason = Verdict.UNTESTABLE, str(error)
    except CannotStart as error:
        finding.verdict, finding.reason = Verdict.HARNESS_ERROR, str(error)
        finding.blame = Blame.ENVIRONMENT
    except SeatrialError as error:
        if not error.by_server:
            return _ours(error)
        finding.observations.append(_observed(error))
    except (WaitTimeoutError, CallOutputError) as error:
        finding.observations.append(_unasked(error))
    except Exception as error:  # a TimeoutError among them: the bound above all waits
        return _ours(error)
    _survivors(trial, finding)
    _provider(trial, finding)
    return finding


def _survivors(trial: Trial, finding: _Finding) -> None:
    alive = [str(p) for run in trial.started if run.ended for p in run.ended.survivors]
    if alive:
        finding.verdict, finding.blame = Verdict.HARNESS_ERROR, Blame.ENVIRONMENT
        finding.reason = "processes could not be ended:\n" + "\n".join(alive)


def _provider(trial: Trial, finding: _Finding) -> None:
    """Adds what the mock provider complains of; it checks each request that it gets."""
    problems = trial.provider.verify()
    for problem in problems:
        if problem.kind is ProblemKind.PROVIDER_ERROR:
            finding.verdict, finding.blame = Verdict.HARNESS_ERROR, Blame.HARNESS
            finding.reason = problem.message
        elif problem.kind is ProblemKind.UNTESTABLE and finding.verdict is None:
            finding.verdict, finding.reason = Verdict.UNTESTABLE, problem.message
    if finding.verdict is Verdict.UNTESTABLE:
        finding.reason += "".join(
            f"\n{problem.message}" for problem in problems if problem.message not in finding.reason
        )
    if finding.verdict is not None or any(not seen.held for seen in finding.observations):
        return  # a script that was not played to its end is then a consequence
    finding.observations += [_complaint(problem) for problem in problems]


def _complaint(problem: Problem) -> Observation:
    return Observation(
        subject=f"the model's side: {problem.kind.value}",
        held=False,
        expected=problem.expected,
        arrived=problem.arrived,
        cause=problem.cause,
    )


def _observed(error: SeatrialError) -> Observation:
    return Observation(
        subject=error.what,
        held=False,
        expected=error.expected,
        arrived=error.arrived,
        cause=error.cause,
        evidence=error.evidence,
    )


def _unasked(error: WaitTimeoutError | CallOutputError) -> Observation:
    """Returns the observation for a request to the model that did not come, or not as it had to."""
    return Observation(
        subject="what the model was asked",
        held=False,
        expected=error.expected,
        arrived=error.arrived,
        cause=error.cause,
    )


def _redacted(finding: _Finding, redactor: Redactor) -> _Finding:
    """Returns the finding without what names this machine or differs from run to run."""
    shown = ("expected", "arrived", "evidence")
    finding.reason = redactor.text(finding.reason)
    finding.observations = [
        seen.model_copy(update={name: redactor.text(getattr(seen, name)) for name in shown})
        for seen in finding.observations
    ]
    return finding


def _ours(error: Exception) -> _Finding:
    """Returns the finding for an error that says nothing about the server."""
    text = "".join(traceback.format_exception(error))
    return _Finding(verdict=Verdict.HARNESS_ERROR, blame=Blame.HARNESS, reason=text)


def _draw(finding: _Finding, requirement: Requirement) -> Verdict:
    """Draws the verdict from the observations alone."""
    if not finding.observations:
        finding.reason = "the check looked at nothing"
        finding.blame = Blame.SCENARIO
        return Verdict.UNTESTABLE
    broken = [seen for seen in finding.observations if not seen.held]
    if not broken:
        return Verdict.PASS
    finding.reason = "; ".join(seen.subject for seen in broken)
    musts = [seen for seen in broken if seen.level is Level.MUST]
    return Verdict.FAIL if musts and requirement.level is Level.MUST else Verdict.WARN


def _stderr(trial: Trial) -> str:
    """Returns the last of what the server printed on stderr, over all its starts."""
    try:
        text = trial.home.stderr.read_text("utf-8", "replace")
    except OSError:
        return ""
    return trial.redactor.text("\n".join(text.splitlines()[-40:]))
