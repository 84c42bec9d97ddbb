"""From what a user typed to a command line and a profile."""

from __future__ import annotations

import difflib
import os
import shlex
import shutil
from dataclasses import dataclass, field, replace
from pathlib import Path
from string import Template

from seatrial.profiles import (
    STDIO,
    Profile,
    Spoken,
    Transport,
    builtin_names,
    load,
    recognise,
)
from seatrial.servers.programs import UnknownServer, exactly, newest

__all__ = ["ServerUnderTest", "UnknownServer", "resolve"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerUnderTest:
    """A server that can be started.

    Attributes:
        name: As the user named it.
        program: Its command line, without the arguments that a dialect needs.
        extra: What comes after those arguments.
        fixed: Whether the command line is the user's own, and nothing is added to it.
        profile: How it is configured, and what it claims.
        named_by: The words of a command line that name it again.
        environment: Added to the profile's.
        release: Its version, once it has said so.
        transport: The name of the transport over which it is spoken to.
    """

    name: str
    program: tuple[str, ...]
    profile: Profile
    extra: tuple[str, ...] = ()
    fixed: bool = False
    named_by: tuple[str, ...] = ()
    environment: dict[str, str] = field(default_factory=dict)
    release: str | None = None
    transport: str = "stdio"

    @property
    def title(self) -> str:
        """The server and its release, for a heading."""
        known = self.profile.title if self.profile.name != "generic" else self.name
        return f"{known} {self.release}" if self.release else known

    @property
    def transports(self) -> dict[str, Transport]:
        """The transports that it can be reached over, by name; of its release, if that is known.

        A command line of the user's own is reached over the one whose arguments it ends in, or
        that needs none.
        """
        known = self.profile.transports_of(self.release)
        if not self.fixed:
            return known
        fitting = [
            one for one in known.values() if not one.arguments or self._ends_in(one.arguments)
        ]
        closest = max(fitting, key=lambda one: len(one.arguments), default=STDIO)
        return {closest.name: closest}

    @property
    def carrier(self) -> Transport:
        """The transport over which it is spoken to."""
        return self.transports.get(self.transport, STDIO)

    @property
    def dialects(self) -> dict[str, Spoken]:
        """The dialects that it speaks over its transport, by name; of its release, if known.

        A command line of the user's own speaks those whose arguments it ends in; if none, the
        first.
        """
        carried = self.carrier.dialects
        spoken = {
            name: one
            for name, one in self.profile.spoken(self.release).items()
            if carried is None or name in carried
        }
        if not self.fixed:
            return spoken
        added = self.carrier.arguments
        fitting = {
            name: one
            for name, one in spoken.items()
            if self._ends_in((*self._arguments(one), *added))
        }
        return fitting or dict(list(spoken.items())[:1])

    def _ends_in(self, words: tuple[str, ...]) -> bool:
        return bool(words) and self.program[-len(words) :] == words

    def _arguments(self, spoken: Spoken) -> tuple[str, ...]:
        return self.profile.arguments if spoken.arguments is None else spoken.arguments

    def command(self, dialect: str) -> tuple[str, ...]:
        """Returns the whole command line for a dialect that it speaks.

        Where it is to listen, placeholders stand for what differs from start to start.
        """
        if self.fixed:
            return self.program
        arguments = self._arguments(self.dialects[dialect])
        return (*self.program, *arguments, *self.carrier.arguments, *self.extra)

    @property
    def argv(self) -> tuple[str, ...]:
        """The whole command line for its first dialect."""
        return self.command(next(iter(self.dialects)))

    def at(self, release: str | None) -> ServerUnderTest:
        """Returns the same server with its release filled in."""
        return replace(self, release=release)

    def over(self, transport: str) -> ServerUnderTest:
        """Returns the same server, to be spoken to over one of its transports."""
        return replace(self, transport=transport)


def resolve(
    name: str | None = None, *, command: str | None = None, profile: str | None = None
) -> ServerUnderTest:
    """Returns the server that is meant.

    Args:
        name: `reference`, `reference:VARIANT`, `codex` (the newest that is here),
            `codex@RELEASE`, `codex@latest` (the newest that was fetched as such), another
            profile's name, the path of a profile file, or the path of a program.
        command: A whole command line, instead of a name.
        profile: A profile's name or file; without it, that of the name, or the one that
            recognises the command line, or `generic`.

    Raises:
        UnknownServer: The name means nothing, or the program is not here.
        UnknownProfile: The profile does not exist or cannot be read.
    """
    asked = ("--profile", profile) if profile else ()
    if command is not None:
        return replace(_from_command(command, profile), named_by=("--command", command, *asked))
    name = name or "reference"
    return replace(_from_name(name, profile), named_by=(name, *asked))


def _from_name(name: str, profile: str | None) -> ServerUnderTest:
    base, _, variant = name.partition(":")
    base, _, release = base.partition("@")
    if base in builtin_names() or base.endswith(".toml"):
        return _from_profile(name, load(profile or base), release, variant)
    if os.sep in name:
        return _from_command(shlex.quote(name), profile)
    known = [known for known in builtin_names() if known != "generic"]
    near = difflib.get_close_matches(base, known, n=1)
    raise UnknownServer(
        f"there is no server {name!r}",
        expected=f"one of {', '.join(known)}, reference:VARIANT, a path, or --command",
        arrived=repr(name),
        cause=f"did you mean {near[0]!r}?" if near else "is it a program? Then give its path.",
        remedy="see `seatrial servers` for what can be named",
    )


def _from_command(command: str, profile: str | None) -> ServerUnderTest:
    try:
        argv = tuple(shlex.split(command))
    except ValueError as error:
        raise UnknownServer(
            "the command line cannot be read",
            expected="a command line as a shell takes it",
            arrived=f"{command!r} ({error})",
            cause="is a quote left open?",
            remedy="quote it for the shell, and once more for --command",
        ) from None
    if not argv:
        raise UnknownServer(
            "the command line is empty",
            expected="a program and its arguments",
            arrived=repr(command),
            cause="did a shell variable expand to nothing?",
            remedy='for example: --command "python -m seatrial_reference app-server"',
        )
    program = shutil.which(argv[0])
    if program and os.sep not in argv[0]:
        argv = (program, *argv[1:])
    elif os.sep in argv[0]:
        argv = (str(Path(argv[0]).absolute()), *argv[1:])
    known = load(profile) if profile else recognise(argv) or load("generic")
    server = ServerUnderTest(name=command, program=argv, profile=known, fixed=True)
    return replace(server, transport=next(iter(server.transports)))


def _from_profile(name: str, profile: Profile, release: str, variant: str) -> ServerUnderTest:
    """Returns a profile's server.

    Args:
        name: As the user named it.
        profile: The server's.
        release: Its number, or `latest`; the newest that is here without it.
        variant: The variant's name, if one is meant.

    Raises:
        UnknownServer: It is not here, or has no variants.
    """
    if variant and not profile.variant_arguments:
        raise UnknownServer(
            f"{profile.title} has no variants",
            expected=profile.name,
            arrived=name,
            cause="was `reference:VARIANT` meant?",
            remedy="see `seatrial servers` for the variants of the reference server",
        )
    extra = [Template(word).substitute(variant=variant) for word in profile.variant_arguments]
    program = exactly(profile, release) if release else newest(profile)
    server = ServerUnderTest(
        name=name,
        program=program.argv,
        extra=tuple(extra) if variant else (),
        profile=profile,
        environment=program.environment,
        release=program.release,
    )
    known = server.transports
    return server if server.transport in known else server.over(next(iter(known)))
