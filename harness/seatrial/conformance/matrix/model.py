"""The matrix as data: servers against requirements, a cell for each place where one was judged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, computed_field, model_validator

from seatrial.conformance.result import USUAL_TRANSPORT, Deferred, RunResult, where
from seatrial.conformance.verdict import Blame, Level, Verdict
from seatrial.dialects import DIALECTS
from seatrial.errors import SeatrialError

__all__ = ["SCHEMA", "Cell", "Column", "Judged", "Matrix", "Problem", "Row"]

SCHEMA = 1
"""Raised whenever a reader of the matrix would have to change."""


class _Data(BaseModel):
    """Immutable, and an unknown key is an error; what follows from other fields is not read."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _without_computed(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        return {key: value for key, value in data.items() if key not in cls.model_computed_fields}


class Row(_Data):
    """One requirement, as its manifest says it."""

    requirement: str
    statement: str
    area: str
    level: Level
    source: str


class Cell(_Data):
    """What came of one requirement on one server, in one dialect, over one wire and transport.

    Attributes:
        transport: How the server was reached.
        reason: In a sentence or more, why the verdict is what it is; empty for a plain pass.
        divergence: Why this failure is expected, where it is.
        duration: Seconds that it took when it was judged.
        judged: When it was judged, ISO 8601 in UTC; empty for what was decided without a look.
        reused: Whether it was judged by an earlier run.
        page: The page of its details, relative to the matrix; empty without one.
        transcript: The file of its messages, relative to the matrix; empty without one.
    """

    requirement: str
    dialect: str
    wire: str
    transport: str = USUAL_TRANSPORT
    verdict: Verdict
    blame: Blame | None = None
    reason: str = ""
    divergence: str = ""
    duration: float = 0.0
    judged: str = ""
    reused: bool = False
    page: str = ""
    transcript: str = ""

    @property
    def where(self) -> str:
        """Where it was judged, for people: the dialect, and what is unusual of the rest."""
        return where(self.dialect, self.wire, self.transport)


class Problem(_Data):
    """Why a server could not be judged, in four parts and the evidence."""

    what: str
    expected: str
    arrived: str
    cause: str
    remedy: str
    evidence: str = ""

    @classmethod
    def of(cls, error: SeatrialError) -> Problem:
        """Returns an error as data."""
        return cls(**{name: getattr(error, name) for name in cls.model_fields})


class Column(_Data):
    """One server.

    Attributes:
        name: As it was named.
        title: The server and its release.
        profile: Its profile; empty if the name means no server.
        release: Its release, if it is known.
        places: Where it was judged, or would have been: dialects, with the wire and the
            transport if they are unusual ones; empty if that is not known.
        problem: Why it could not be judged, if it could not.
        silent: Why there was nothing to judge, if there was nothing.
        report: Its own report, relative to the matrix; empty without one.
        cells: What came of it, in the order of the manifests.
    """

    name: str
    title: str
    profile: str = ""
    release: str | None = None
    places: tuple[str, ...] = ()
    problem: Problem | None = None
    silent: str = ""
    report: str = ""
    cells: tuple[Cell, ...] = ()

    @property
    def heading(self) -> tuple[str, str]:
        """What stands above it: the server, and its variant or release if it has one."""
        name = self.name.rpartition("/")[2]
        name, _, asked = name.partition("@")
        name, _, variant = name.partition(":")
        return name, variant or self.release or asked

    @computed_field  # type: ignore[prop-decorator]
    @property
    def counts(self) -> Counter[Verdict]:
        """How many cells have each verdict."""
        return Counter(cell.verdict for cell in self.cells)

    @computed_field  # type: ignore[prop-decorator]
    @property
    def blames(self) -> Counter[Blame]:
        """How many cells put the blame on whom."""
        return Counter(cell.blame for cell in self.cells if cell.blame)

    @property
    def reused(self) -> int:
        """How many cells were judged by an earlier run."""
        return sum(cell.reused for cell in self.cells)

    @property
    def is_green(self) -> bool:
        """Whether it could be judged, and every verdict is green."""
        return self.problem is None and all(cell.verdict.is_green for cell in self.cells)

    def at(self, place: str) -> dict[str, Cell]:
        """Returns the cells of one place, by requirement."""
        return {cell.requirement: cell for cell in self.cells if cell.where == place}


class Matrix(_Data):
    """Servers against requirements.

    Attributes:
        started: When it was begun, ISO 8601 in UTC.
        duration: Seconds of wall time.
        layer: How process trees were held (`seatrial.process.layer`).
        rows: The requirements that were judged somewhere, in the order of the manifests.
        columns: The servers, in the order in which they were named.
        deferred: The requirements that nothing judges yet.
    """

    schema_version: int = SCHEMA
    seatrial: str
    started: str
    duration: float
    platform: str
    layer: str
    rows: tuple[Row, ...]
    columns: tuple[Column, ...]
    deferred: tuple[Deferred, ...] = ()

    @property
    def places(self) -> tuple[str, ...]:
        """Where anything was judged: each dialect, alone, and with what is unusual of the rest."""
        found = {place for column in self.columns for place in column.places}
        known = list(DIALECTS)
        return tuple(sorted(found, key=lambda one: (known.index(one.partition(",")[0]), one)))

    @computed_field  # type: ignore[prop-decorator]
    @property
    def counts(self) -> Counter[Verdict]:
        """How many cells have each verdict."""
        return sum((column.counts for column in self.columns), Counter[Verdict]())

    @computed_field  # type: ignore[prop-decorator]
    @property
    def exit_status(self) -> int:
        """0: every column is green. 1: one is not. 2: nothing was judged at all."""
        if not any(verdict.judged for verdict in self.counts):
            return 2
        return 0 if all(column.is_green for column in self.columns) else 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A matrix, and what each of its columns is drawn from.

    Attributes:
        matrix: The matrix; its cells have no pages yet.
        runs: The run on each server that could be judged, by the name of its column.
    """

    matrix: Matrix
    runs: Mapping[str, RunResult]
