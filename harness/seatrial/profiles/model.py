"""The shape of a profile. Pure data: nothing here starts a process or opens a connection."""

from __future__ import annotations

from string import Template
from typing import Any, Literal, TypeVar

from pydantic import Field, field_validator, model_validator

from seatrial.profiles.asking import Asking
from seatrial.profiles.options import Option
from seatrial.profiles.own_schema import Schema
from seatrial.profiles.tools import ToolServers
from seatrial.profiles.transport import STDIO, Transport
from seatrial.profiles.window import Data, Window

__all__ = [
    "Claim",
    "Find",
    "Profile",
    "Source",
    "Spoken",
    "Window",
    "Wire",
]

SCHEMA = "schema"
"""The need that a profile meets by its table `own_schema`, and not by a claim."""


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
        name: The dialect: `app_v2`, `app_v1`, `mcp`, or `mcp_tools` of a server that is no agent.
        arguments: What the program is started with for it; the profile's own without it.
        opening: How the connection is opened: `app-server` (`initialize`, `initialized`) or `mcp`
            (as the Model Context Protocol has it); the dialect's own way without it.
        words: How it spells an approval policy or a sandbox mode, where it differs.
    """

    name: Literal["app_v2", "app_v1", "mcp", "mcp_tools"]
    arguments: tuple[str, ...] | None = None
    opening: Literal["app-server", "mcp"] | None = None
    words: dict[str, str] = Field(default_factory=dict)


class Wire(Window):
    """An API in which a server talks to its model provider.

    Attributes:
        name: `responses` or `chat` (Chat Completions); `${wire}` stands for it in files.
    """

    name: Literal["responses", "chat"]


class Find(Data):
    """One place to look for the server's program.

    Attributes:
        python: A module of this Python environment that the program belongs to: with `file`, the
            program is that file beside the module; without, it is `python -m MODULE`.
        file: The program's path below the module's folder.
        distribution: The installed package whose version is the program's release.
        path: The program's name on PATH.
        command: The beginning of its command line: a program on PATH or by its path, and its first
            arguments; `${here}` is the folder of the profile's file.
        hint: How to get it, should it not be there.
    """

    python: str | None = None
    file: str | None = None
    distribution: str | None = None
    path: str | None = None
    command: tuple[str, ...] | None = Field(default=None, min_length=1)
    hint: str = ""

    @model_validator(mode="after")
    def _one_place(self) -> Find:
        given = [self.python, self.path, self.command]
        if given.count(None) != len(given) - 1:
            raise ValueError("a place is `python` (a module), `path` (a name on PATH) or `command`")
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


Named = TypeVar("Named", Spoken, Transport)


def _of_release(tables: tuple[Named, ...], release: str | None) -> dict[str, Named]:
    """Returns the tables of a release by name, the first for each."""
    found: dict[str, Named] = {}
    for one in tables:
        if one.holds(release):
            found.setdefault(one.name, one)
    return found


class Profile(Data):
    """A server as data.

    Attributes:
        name: What it is called on the command line.
        title: What it is called in reports.
        dialects: The dialects it speaks: names, or tables of their own where releases differ.
        wires: The APIs in which it talks to its model provider; `responses` without it.
        transports: How it is reached: names, or tables of their own; `stdio` without it.
        find: Where its program is looked for, in order.
        sources: Where `seatrial fetch` gets its releases, in order.
        arguments: What the program is started with.
        variant_arguments: What is added for a variant; `${variant}` is its name.
        recognise: A regular expression that one word of a command line matches if it is this
            server's.
        environment: Added to the allow-listed environment; values may hold placeholders.
        files: Written into the home before each start; values may hold placeholders.
        credentials: The file that it keeps a sign-in in, below its home.
        values: More placeholders, and what they stand for; options add to it.
        options: Ways to configure it otherwise, which a check may ask for.
        tool_servers: How it is told of an MCP tool server; None if it has none.
        asking: In the dialect `mcp_tools`: the tool by which it asks its client's user.
        claims: Its capabilities. A requirement that needs another is not applicable to it.
        own_schema: The schema that it writes of its own messages, if it does.

    Placeholders: `${home}` (the isolated home), `${workspace}`, `${provider_url}` (the mock
    provider's base URL, ending in `/v1`), `${wire}`, `${socket}` (the path of a socket that it may
    listen on), `${token_file}` (a file with the bearer token that clients will show).
    """

    name: str
    title: str
    dialects: tuple[Spoken, ...]
    wires: tuple[Wire, ...] = (Wire(name="responses"),)
    transports: tuple[Transport, ...] = (STDIO,)
    find: tuple[Find, ...] = ()
    sources: tuple[Source, ...] = ()
    arguments: tuple[str, ...] = ()
    variant_arguments: tuple[str, ...] = ()
    recognise: str | None = None
    environment: dict[str, str] = Field(default_factory=dict)
    files: dict[str, str] = Field(default_factory=dict)
    credentials: str = "auth.json"
    values: dict[str, str] = Field(default_factory=dict)
    options: tuple[Option, ...] = ()
    tool_servers: ToolServers | None = None
    asking: Asking | None = None
    claims: tuple[Claim, ...] = ()
    own_schema: Schema | None = None

    @field_validator("dialects", "wires", "transports", mode="before")
    @classmethod
    def _named(cls, value: Any) -> Any:
        """Takes a bare name for a table that has only that name."""
        if not isinstance(value, list | tuple):
            return value
        return [{"name": one} if isinstance(one, str) else one for one in value]

    @model_validator(mode="after")
    def _has_a_tool(self) -> Profile:
        if self.asking is None and any(one.name == "mcp_tools" for one in self.dialects):
            raise ValueError("the dialect mcp_tools needs the table `asking`: a tool that asks")
        return self

    def spoken(self, release: str | None) -> dict[str, Spoken]:
        """Returns the dialects of a release by name, the first way to start each."""
        return _of_release(self.dialects, release)

    def wires_of(self, release: str | None) -> tuple[str, ...]:
        """Returns the wires of a release."""
        return tuple(one.name for one in self.wires if one.holds(release))

    def transports_of(self, release: str | None) -> dict[str, Transport]:
        """Returns the transports of a release by name, the first table for each."""
        return _of_release(self.transports, release)

    def missing(self, needs: tuple[str, ...], release: str | None) -> str | None:
        """Returns why a requirement with these needs is not applicable; None if it is."""
        granted: tuple[Claim | Option, ...] = (*self.claims, *self.options)
        by_name = {one.name: one for one in granted}
        for need in needs:
            if need == SCHEMA:
                if not self.writes_schema(release):
                    return f"{self.title} {release or ''}".rstrip() + " writes no schema of itself"
                continue
            claim = by_name.get(need)
            if claim is None:
                return f"{self.title} does not claim {need}"
            if not claim.holds(release):
                why = f": {claim.reason}" if claim.reason else ""
                return f"{self.title} {release} has no {need}{why}"
        return None

    def writes_schema(self, release: str | None) -> bool:
        """Returns whether a release writes the schema of its own messages."""
        return self.own_schema is not None and self.own_schema.arguments(release) is not None

    def filled(self, values: dict[str, str]) -> tuple[dict[str, str], dict[str, str]]:
        """Returns the environment and the files with their placeholders filled in.

        Args:
            values: By placeholder; one that the profile has a value of its own for is added to it.

        Raises:
            KeyError: A placeholder that does not exist.
        """
        values = self.values | {
            name: self.values.get(name, "") + text for name, text in values.items()
        }
        return (
            {name: Template(text).substitute(values) for name, text in self.environment.items()},
            {name: Template(text).substitute(values) for name, text in self.files.items()},
        )
