"""The shape of a profile. Pure data: nothing here starts a process or opens a connection."""

from __future__ import annotations

from string import Template
from typing import Any, Literal

from packaging.version import InvalidVersion, Version
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

__all__ = ["Claim", "Find", "Profile", "Source", "Spoken", "Window", "Wire"]


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


class Spoken(Window):
    """A dialect that a server speaks, and how it is started for it.

    Attributes:
        name: The dialect: `app_v2`, `app_v1` or `mcp`.
        arguments: What the program is started with for it; the profile's own without it.
        opening: How the connection is opened: `app-server` (`initialize`, `initialized`) or `mcp`
            (as the Model Context Protocol has it); the dialect's own way without it.
        words: How it spells an approval policy or a sandbox mode, where it differs.
    """

    name: Literal["app_v2", "app_v1", "mcp"]
    arguments: tuple[str, ...] | None = None
    opening: Literal["app-server", "mcp"] | None = None
    words: dict[str, str] = Field(default_factory=dict)


class Wire(Window):
    """An API in which a server talks to its model provider.

    Attributes:
        name: `responses` or `chat` (Chat Completions); `${wire}` stands for it in files.
    """

    name: Literal["responses", "chat"]


class Find(_Data):
    """One place to look for the server's program.

    Attributes:
        python: A module of this Python environment that the program belongs to: with `file`, the
            program is that file beside the module; without, it is `python -m MODULE`.
        file: The program's path below the module's folder.
        distribution: The installed package whose version is the program's release.
        path: The program's name on PATH.
        hint: How to get it, should it not be there.
    """

    python: str | None = None
    file: str | None = None
    distribution: str | None = None
    path: str | None = None
    hint: str = ""

    @model_validator(mode="after")
    def _one_place(self) -> Find:
        if (self.python is None) == (self.path is None):
            raise ValueError("a place is either `python` (a module) or `path` (a name on PATH)")
        return self


class Source(Window):
    """A registry that has the server's releases; those in its window are looked for there.

    Attributes:
        client: The registry's own client: `npm` or `pip`.
        package: The package's name.
        version: The package's version, if it is not the release alone.
        keep: The beginnings of the paths in the archive that are kept.
        programs: Where the program is in the archive; the first that is there.

    Placeholders: `${release}`, `${platform}` (such as `linux-x64`), `${triple}` (such as
    `x86_64-unknown-linux-musl`).
    """

    client: Literal["npm", "pip"]
    package: str
    version: str = "${release}"
    keep: tuple[str, ...]
    programs: tuple[str, ...]


class Profile(_Data):
    """A server as data.

    Attributes:
        name: What it is called on the command line.
        title: What it is called in reports.
        dialects: The dialects it speaks: names, or tables of their own where releases differ.
        wires: The APIs in which it talks to its model provider; `responses` without it.
        find: Where its program is looked for, in order.
        sources: Where `seatrial fetch` gets its releases, in order.
        arguments: What the program is started with.
        variant_arguments: What is added for a variant; `${variant}` is its name.
        recognise: A regular expression that one word of a command line matches if it is this
            server's.
        environment: Added to the allow-listed environment; values may hold placeholders.
        files: Written into the home before each start; values may hold placeholders.
        claims: Its capabilities. A requirement that needs another is not applicable to it.

    Placeholders: `${home}` (the isolated home), `${workspace}`, `${provider_url}` (the mock
    provider's base URL, ending in `/v1`), `${wire}`.
    """

    name: str
    title: str
    dialects: tuple[Spoken, ...]
    wires: tuple[Wire, ...] = (Wire(name="responses"),)
    find: tuple[Find, ...] = ()
    sources: tuple[Source, ...] = ()
    arguments: tuple[str, ...] = ()
    variant_arguments: tuple[str, ...] = ()
    recognise: str | None = None
    environment: dict[str, str] = Field(default_factory=dict)
    files: dict[str, str] = Field(default_factory=dict)
    claims: tuple[Claim, ...] = ()

    @field_validator("dialects", "wires", mode="before")
    @classmethod
    def _named(cls, value: Any) -> Any:
        """Takes a bare name for a table that has only that name."""
        if not isinstance(value, list | tuple):
            return value
        return [{"name": one} if isinstance(one, str) else one for one in value]

    def spoken(self, release: str | None) -> dict[str, Spoken]:
        """Returns the dialects of a release by name, the first way to start each."""
        found: dict[str, Spoken] = {}
        for one in self.dialects:
            if one.holds(release):
                found.setdefault(one.name, one)
        return found

    def wires_of(self, release: str | None) -> tuple[str, ...]:
        """Returns the wires of a release."""
        return tuple(one.name for one in self.wires if one.holds(release))

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
