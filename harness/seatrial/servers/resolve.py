"""From what a user typed to a command line and a profile."""

from __future__ import annotations

import difflib
import importlib.util
import os
import shlex
import shutil
import sys
from dataclasses import dataclass, field, replace
from pathlib import Path
from string import Template

from seatrial.errors import SeatrialError
from seatrial.profiles import Find, Profile, builtin_names, load, recognise

__all__ = ["ServerUnderTest", "UnknownServer", "resolve"]


class UnknownServer(SeatrialError):
    """A name that means no server, or a server whose program is not here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerUnderTest:
    """A server that can be started.

    Attributes:
        name: As the user named it.
        argv: Its command line.
        profile: How it is configured, and what it claims.
        named_by: The words of a command line that name it again.
        environment: Added to the profile's.
        release: Its version, once it has said so.
    """

    name: str
    argv: tuple[str, ...]
    profile: Profile
    named_by: tuple[str, ...] = ()
    environment: dict[str, str] = field(default_factory=dict)
    release: str | None = None

    @property
    def title(self) -> str:
        """The server and its release, for a heading."""
        known = self.profile.title if self.profile.name != "generic" else self.name
        return f"{known} {self.release}" if self.release else known

    def at(self, release: str | None) -> ServerUnderTest:
        """Returns the same server with its release filled in."""
        return replace(self, release=release)


def resolve(
    name: str | None = None, *, command: str | None = None, profile: str | None = None
) -> ServerUnderTest:
    """Returns the server that is meant.

    Args:
        name: `reference`, `reference:VARIANT`, `codex`, another profile's name, the path of a
            profile file, or the path of a program.
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
    if base in builtin_names() or base.endswith(".toml"):
        return _from_profile(name, load(profile or base), variant)
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
    return ServerUnderTest(name=command, argv=argv, profile=known)


def _from_profile(name: str, profile: Profile, variant: str) -> ServerUnderTest:
    for place in profile.find:
        found = _look(place)
        if found is None:
            continue
        program, environment = found
        extra = [Template(word).substitute(variant=variant) for word in profile.variant_arguments]
        if variant and not extra:
            raise UnknownServer(
                f"{profile.title} has no variants",
                expected=profile.name,
                arrived=name,
                cause="was `reference:VARIANT` meant?",
                remedy="see `seatrial servers` for the variants of the reference server",
            )
        return ServerUnderTest(
            name=name,
            argv=(*program, *profile.arguments, *(extra if variant else ())),
            profile=profile,
            environment=environment,
        )
    hints = [place.hint for place in profile.find if place.hint]
    raise UnknownServer(
        f"{profile.title} is not here",
        expected="its program in this Python environment or on PATH",
        arrived="none of the places that its profile names has it",
        cause="is it not installed?",
        remedy="; or ".join(hints) or "give its command line with --command and --profile",
    )


def _look(place: Find) -> tuple[tuple[str, ...], dict[str, str]] | None:
    if place.path is not None:
        program = shutil.which(place.path)
        return ((program,), {}) if program else None
    assert place.python is not None
    spec = importlib.util.find_spec(place.python)
    if spec is None or spec.origin is None:
        return None
    folder = Path(spec.origin).parent
    if place.file is not None:
        program_file = folder / place.file
        return ((str(program_file),), {}) if program_file.is_file() else None
    # The isolated home hides a package of the user's own site folder, so its place is told.
    return (sys.executable, "-m", place.python), {"PYTHONPATH": str(folder.parent)}
