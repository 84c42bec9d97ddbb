"""The result model: what a run found, as data that every report is written from."""

from __future__ import annotations

from collections import Counter

from pydantic import BaseModel, ConfigDict, Field

from seatrial.conformance.observe import Observation
from seatrial.conformance.verdict import Blame, Level, Verdict

__all__ = ["CheckResult", "Deferred", "RunResult", "Server", "TranscriptStep", "where"]

SCHEMA = 1
"""Raised whenever a reader of the JSON report would have to change."""

USUAL_WIRE = "responses"
"""The wire that goes without saying."""

USUAL_TRANSPORT = "stdio"
"""The transport that goes without saying."""


def where(dialect: str, wire: str, transport: str = USUAL_TRANSPORT) -> str:
    """Returns where something was judged, for people: the dialect, and whatever is unusual."""
    unusual = [name for name in (wire, transport) if name not in {"", USUAL_WIRE, USUAL_TRANSPORT}]
    return ", ".join((dialect, *unusual))


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class TranscriptStep(_Data):
    """One row of a check's transcript; `at` is in seconds since the trial began."""

    seq: int
    at: float
    direction: str
    label: str
    detail: str = ""


class CheckResult(_Data):
    """What came of one check in one dialect, over one wire.

    Attributes:
        requirement: The requirement's id.
        wire: The API in which the server talked to the model; empty in reports that did not say.
        transport: How it was reached.
        verdict: What came of it.
        blame: Whose doing it is, where it is not green.
        reason: In a sentence or more, why the verdict is what it is; empty for a plain pass.
        divergence: Why this failure is expected, where it is.
        duration: Seconds of wall time.
        transcript: The transcript's file, relative to the report; empty if nothing was exchanged.
        rerun: The command that judges just this again.
    """

    requirement: str
    statement: str
    area: str
    level: Level
    source: str
    dialect: str
    wire: str = ""
    transport: str = USUAL_TRANSPORT
    verdict: Verdict
    blame: Blame | None = None
    reason: str = ""
    divergence: str = ""
    observations: tuple[Observation, ...] = ()
    duration: float = 0.0
    steps: tuple[TranscriptStep, ...] = ()
    stderr: str = ""
    transcript: str = ""
    rerun: str = ""

    @property
    def where(self) -> str:
        """Where it was judged, for people: the dialect, and what is unusual of the rest."""
        return where(self.dialect, self.wire, self.transport)


class Deferred(_Data):
    """A requirement that nothing judges yet, and why."""

    requirement: str
    statement: str
    area: str
    reason: str


class Server(_Data):
    """The server that was judged."""

    name: str
    title: str
    command: tuple[str, ...]
    profile: str
    release: str | None = None
    user_agent: str = ""


class RunResult(_Data):
    """What came of a run.

    Attributes:
        started: When it began, ISO 8601 in UTC.
        duration: Seconds of wall time.
        layer: How process trees were held (`seatrial.process.layer`).
    """

    schema_version: int = SCHEMA
    seatrial: str
    server: Server
    started: str
    duration: float
    platform: str
    layer: str
    results: tuple[CheckResult, ...]
    deferred: tuple[Deferred, ...] = Field(default=())

    @property
    def counts(self) -> Counter[Verdict]:
        """How many checks have each verdict."""
        return Counter(result.verdict for result in self.results)

    @property
    def exit_status(self) -> int:
        """0: green. 1: findings. 2: the server could not be judged."""
        verdicts = {result.verdict for result in self.results}
        findings = {v for v in verdicts if not v.is_green} - {Verdict.HARNESS_ERROR}
        if findings:
            return 1
        if Verdict.HARNESS_ERROR in verdicts or not any(v.judged for v in verdicts):
            return 2
        return 0
