"""Requirements: what a server must do, as data in TOML files."""

from __future__ import annotations

import tomllib
from importlib.resources.abc import Traversable
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from seatrial.conformance.verdict import Level
from seatrial.errors import SeatrialError
from seatrial.profiles.model import Window

__all__ = ["BadManifest", "Requirement", "load_manifest"]


class BadManifest(SeatrialError):
    """A file of requirements that cannot be read."""


class Requirement(BaseModel):
    """One sentence that a server must, or should, make true.

    Attributes:
        id: Stable: `area.topic.point`.
        statement: The sentence.
        level: MUST fails a run, SHOULD warns.
        dialects: The dialects in which it can be expressed.
        needs: The claims of a profile without which it is not applicable.
        releases: By profile name, the releases it holds for; a profile without an entry: all.
        source: Where it comes from.
        deferred: Why there is no check for it yet; empty where there is one.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)+$")
    statement: str
    level: Level = Level.MUST
    dialects: tuple[str, ...]
    needs: tuple[str, ...] = ()
    releases: dict[str, Window] = Field(default_factory=dict)
    source: str
    deferred: str = ""

    @property
    def area(self) -> str:
        """The first part of the id."""
        return self.id.partition(".")[0]

    @model_validator(mode="after")
    def _says_something(self) -> Requirement:
        for name in ("statement", "source"):
            if not getattr(self, name).strip():
                raise ValueError(f"{name} is empty")
        return self


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    requirement: tuple[Requirement, ...] = ()


def load_manifest(folder: Traversable) -> dict[str, Requirement]:
    """Returns the requirements of every TOML file in a folder, by id, in the files' order.

    Raises:
        BadManifest: A file is not TOML, a requirement has not the shape of one, or an id occurs
            twice.
    """
    found: dict[str, Requirement] = {}
    for file in sorted(folder.iterdir(), key=lambda file: file.name):
        if not file.name.endswith(".toml"):
            continue
        for row in _rows(file):
            if row.id in found:
                raise _bad(file.name, f"{row.id} occurs twice", "was it copied?")
            found[row.id] = row
    return found


def _rows(file: Traversable) -> tuple[Requirement, ...]:
    try:
        data = tomllib.loads(file.read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise _bad(file.name, str(error), "is a quote or a bracket missing?") from None
    try:
        return _File.model_validate(data).requirement
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        arrived = f"{_name(data, first['loc'])}{place} {first['msg']}"
        raise _bad(file.name, arrived, "is a key misspelled or missing?") from None


def _name(data: dict[str, Any], place: tuple[int | str, ...]) -> str:
    """Returns the id of the requirement that a place in a file lies in, if it has one."""
    try:
        return f"{data[str(place[0])][place[1]]['id']}: "
    except (LookupError, TypeError):
        return ""


def _bad(file: str, arrived: str, cause: str) -> BadManifest:
    return BadManifest(
        f"the manifest {file} cannot be read",
        expected="[[requirement]] tables with id, statement, dialects and source",
        arrived=arrived,
        cause=cause,
        remedy="correct the file; no key is ignored",
    )
