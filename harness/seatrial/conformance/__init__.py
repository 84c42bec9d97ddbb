"""Conformance: requirements, the checks that judge them, verdicts, baselines, and the runner."""

from seatrial.conformance.baseline import (
    BadBaseline,
    Divergence,
    apply,
    load_baseline,
    load_baselines,
    parse_baseline,
)
from seatrial.conformance.check import Check, NotApplicable, Untestable, check
from seatrial.conformance.judge import judge
from seatrial.conformance.observe import Observation, Observer
from seatrial.conformance.preflight import CannotJudge, preflight
from seatrial.conformance.proof import KillMatrix, VariantRow, near, prove
from seatrial.conformance.requirement import BadManifest, Requirement, load_manifest
from seatrial.conformance.result import (
    CheckResult,
    Deferred,
    RunResult,
    Server,
    TranscriptStep,
)
from seatrial.conformance.runner import run, run_cases
from seatrial.conformance.selection import Case, NothingSelected, cases
from seatrial.conformance.stopping import Stop
from seatrial.conformance.suite import BadSuite, Proof, Suite, checks_of, installed
from seatrial.conformance.trial import Trial, open_trial
from seatrial.conformance.verdict import Blame, Level, Verdict

__all__ = [
    "BadBaseline",
    "BadManifest",
    "BadSuite",
    "Blame",
    "CannotJudge",
    "Case",
    "Check",
    "CheckResult",
    "Deferred",
    "Divergence",
    "KillMatrix",
    "Level",
    "NotApplicable",
    "NothingSelected",
    "Observation",
    "Observer",
    "Proof",
    "Requirement",
    "RunResult",
    "Server",
    "Stop",
    "Suite",
    "TranscriptStep",
    "Trial",
    "Untestable",
    "VariantRow",
    "Verdict",
    "apply",
    "cases",
    "check",
    "checks_of",
    "installed",
    "judge",
    "load_baseline",
    "load_baselines",
    "load_manifest",
    "near",
    "open_trial",
    "parse_baseline",
    "preflight",
    "prove",
    "run",
    "run_cases",
]
