"""Baselines: failures that are known and explained, and what happens when one goes away."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from importlib.resources.abc import Traversable
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from seatrial.conformance.result import CheckResult
from seatrial.conformance.verdict import Verdict
from seatrial.errors import SeatrialError
from seatrial.profiles.model import Window

__all__ = [
    "BadBaseline",
    "Divergence",
    "apply",
    "load_baseline",
    "load_baselines",
    "parse_baseline",
]


class BadBaseline(SeatrialError):
    """A baseline that cannot be read."""


class Divergence(Window):
    """A known failure of a real server.

    Attributes:
        requirement: What it does not meet.
        profile: The server's profile.
        dialects: The dialects in which it does not; all without any.
        wires: The wires over which it does not; all without any.
        reason: What the server does instead, and whether that is wrong or merely different.
        evidence: Where it can be seen: a transcript, a page of the docs.
        sometimes: Whether it fails in some runs only, so that a pass is no reason to remove the
            entry: for races inside the server that no arrangement decides.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    requirement: str
    profile: str
    dialects: tuple[str, ...] = ()
    wires: tuple[str, ...] = ()
    reason: str
    evidence: str
    sometimes: bool = False

    def covers(self, result: CheckResult, profile: str, release: str | None) -> bool:
        """Whether this is about that result."""
        return (
            self.requirement == result.requirement
            and self.profile == profile
            and (not self.dialects or result.dialect in self.dialects)
            and (not self.wires or result.wire in self.wires)
            and self.holds(release)
        )


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    divergence: tuple[Divergence, ...] = ()


def apply(
    result: CheckResult, known: Iterable[Divergence], *, profile: str, release: str | None
) -> CheckResult:
    """Returns the result in the light of what is known: an expected failure, or a stale entry.

    Only a failure can be expected. What is listed and passes is stale, and red: the entry has to
    go, or it would hide the next failure.
    """
    listed = next((row for row in known if row.covers(result, profile, release)), None)
    if listed is None:
        return result
    told = f"{listed.reason} ({listed.evidence})"
    if result.verdict in {Verdict.FAIL, Verdict.WARN}:
        return result.model_copy(update={"verdict": Verdict.EXPECTED_FAILURE, "divergence": told})
    if result.verdict is Verdict.PASS and not listed.sometimes:
        reason = "it passed, yet it is listed as an expected failure; remove the entry"
        return result.model_copy(
            update={"verdict": Verdict.STALE, "divergence": told, "reason": reason}
        )
    return result


def parse_baseline(text: str, name: str) -> tuple[Divergence, ...]:
    """Returns the entries of a baseline: `[[divergence]]` tables in TOML.

    Raises:
        BadBaseline: It is not TOML, or an entry has not the shape of one.
    """
    try:
        return _File.model_validate(tomllib.loads(text)).divergence
    except tomllib.TOMLDecodeError as error:
        arrived = str(error)
    except ValidationError as error:
        arrived = f"{'.'.join(map(str, error.errors()[0]['loc']))}: {error.errors()[0]['msg']}"
    raise BadBaseline(
        f"the baseline {name} cannot be read",
        expected="[[divergence]] tables with requirement, profile, reason and evidence",
        arrived=arrived,
        cause="is a key misspelled or missing?",
        remedy="correct the file; no key is ignored",
    )


def load_baseline(path: Path) -> tuple[Divergence, ...]:
    """Reads a baseline from a file.

    Raises:
        BadBaseline: It is not there, or cannot be read.
    """
    try:
        return parse_baseline(path.read_text("utf-8"), str(path))
    except OSError as error:
        raise BadBaseline(
            f"the baseline {path} cannot be read",
            expected="a TOML file",
            arrived=error.strerror or str(error),
            cause="is the path relative to another folder?",
            remedy="give its whole path",
        ) from None


def load_baselines(folder: Traversable) -> tuple[Divergence, ...]:
    """Returns the entries of every file in a folder, in the files' order.

    Raises:
        BadBaseline: A file is not TOML, or an entry has not the shape of one.
    """
    files = sorted(folder.iterdir(), key=lambda file: file.name)
    return tuple(
        row
        for file in files
        if file.name.endswith(".toml")
        for row in parse_baseline(file.read_text("utf-8"), file.name)
    )
