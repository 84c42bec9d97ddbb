"""The shape of a profile. Pure data: nothing here starts a process or opens a connection."""

from __future__ import annotations

from string import Template
from typing import Literal

from packaging.version import InvalidVersion, Version
from pydantic import BaseModel, ConfigDict, Field, model_validator

__all__ = ["Claim", "Find", "Profile", "Window"]


class _Data(BaseModel):
    """Immutable, and unknown keys are an error: a typo in a profile must not pass silently."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Window(_Data):
    """A range of releases: from the first that has something until the first that has not."""

    since: str | None = None
    until: str | None = None

    def holds(self, release: str | None) -> bool:
        """Whether the release lies in the window; one that is unknown counts as inside."""
        try:
            version = Version(release or "")
        except InvalidVersion:
            return True
        after = self.since is None or version >= Version(self.since)
        return after and (self.until is None or version < Version(self.until))


class Claim(Window):
    """A capability that a server claims, and the releases that have it.

    Attributes:
        name: What requirements name under `needs`, such as `policy.on-failure`.
        reason: Why the releases outside the window have it not.
    """

    name: str
    reason: str = ""


class Find(_Data):
    """One place to look for the server's program.

    Attributes:
        python: A module of this Python environment that the program belongs to: with `file`, the
            program is that file beside the module; without, it is `python -m MODULE`.
        file: The program's path below the module's folder.
        path: The program's name on PATH.
        hint: How to get it, should it not be there.
    """

    python: str | None = None
    file: str | None = None
    path: str | None = None
    hint: str = ""

    @model_validator(mode="after")
    def _one_place(self) -> Find:
        if (self.python is None) == (self.path is None):
            raise ValueError("a place is either `python` (a module) or `path` (a name on PATH)")
        return self


class Profile(_Data):
    """A server as data.

    Attributes:
        name: What it is called on the command line.
        title: What it is called in reports.
        dialects: The dialects it speaks, the names of `seatrial.dialects`.
        find: Where its program is looked for, in order.
        arguments: What the program is started with.
        variant_arguments: What is added for a variant; `${variant}` is its name.
        recognise: A regular expression that one word of a command line matches if it is this
            server's.
        environment: Added to the allow-listed environment; values may hold placeholders.
        files: Written into the home before each start; values may hold placeholders.
        claims: Its capabilities. A requirement that needs another is not applicable to it.

    Placeholders: `${home}` (the isolated home), `${workspace}`, `${provider_url}` (the mock
    provider's base URL, ending in `/v1`).
    """

    name: str
    title: str
    dialects: tuple[Literal["app_v2"], ...]
    find: tuple[Find, ...] = ()
    arguments: tuple[str, ...] = ()
    variant_arguments: tuple[str, ...] = ()
    recognise: str | None = None
    environment: dict[str, str] = Field(default_factory=dict)
    files: dict[str, str] = Field(default_factory=dict)
    claims: tuple[Claim, ...] = ()

    def missing(self, needs: tuple[str, ...], release: str | None) -> str | None:
        """Returns why a requirement with these needs is not applicable; None if it is."""
        by_name = {claim.name: claim for claim in self.claims}
        for need in needs:
            claim = by_name.get(need)
            if claim is None:
                return f"{self.title} does not claim {need}"
            if not claim.holds(release):
                why = f": {claim.reason}" if claim.reason else ""
                return f"{self.title} {release} has no {need}{why}"
        return None

    def filled(self, values: dict[str, str]) -> tuple[dict[str, str], dict[str, str]]:
        """Returns the environment and the files with their placeholders filled in.

        Raises:
            KeyError: A placeholder that does not exist.
        """
        return (
            {name: Template(text).substitute(values) for name, text in self.environment.items()},
            {name: Template(text).substitute(values) for name, text in self.files.items()},
        )
