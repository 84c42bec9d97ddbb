"""Where a server's program is on this machine, and which release of it."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from seatrial.errors import SeatrialError
from seatrial.profiles import Find, Profile
from seatrial.releases import Kept, store, version_of

__all__ = ["Program", "UnknownServer", "exactly", "newest", "releases"]


class UnknownServer(SeatrialError):
    """A name that means no server, or a server whose program is not here."""


@dataclass(frozen=True, slots=True)
class Program:
    """A program that is here.

    Attributes:
        argv: The beginning of its command line.
        environment: What it needs in its environment.
        release: Its release, where that is known without asking it.
    """

    argv: tuple[str, ...]
    environment: dict[str, str] = field(default_factory=dict)
    release: str | None = None


def releases(profile: Profile) -> dict[str, Program]:
    """Returns the programs whose release is known, the oldest first.

    A release whose name is no version counts as older than all that are.
    """
    found = {kept.record.release: _kept(kept) for kept in store(profile.name).all()}
    found |= {one.release: one for one in _installed(profile) if one.release}
    return dict(sorted(found.items(), key=lambda pair: version_of(pair[0])))


def newest(profile: Profile) -> Program:
    """Returns the newest program whose release is known, or else the first that is found.

    Raises:
        UnknownServer: None is here.
    """
    known = releases(profile)
    program = known[next(reversed(known))] if known else next(_installed(profile), None)
    if program is not None:
        return program
    hints = [place.hint for place in profile.find if place.hint]
    raise UnknownServer(
        f"{profile.title} is not here",
        expected="its program in this Python environment, among the fetched releases or on PATH",
        arrived="none of the places that its profile names has it",
        cause="is it not installed?",
        remedy="; or ".join(hints) or "give its command line with --command and --profile",
    )


def exactly(profile: Profile, release: str) -> Program:
    """Returns the program of one release.

    Args:
        profile: The server's.
        release: Its number, or `latest`: what the registry last called so.

    Raises:
        UnknownServer: It is not here.
    """
    wanted = store(profile.name).latest if release == "latest" else release
    known = releases(profile)
    if wanted in known:
        return known[wanted]
    raise UnknownServer(
        f"{profile.title} {release} is not here",
        expected=f"one of the releases that are here: {', '.join(known) or 'none yet'}",
        arrived=release,
        cause="was it never fetched?",
        remedy=f"seatrial fetch {profile.name}@{release}"
        if profile.sources
        else "give its command line with --command; the profile names no source for it",
    )


def _kept(kept: Kept) -> Program:
    return Program((str(kept.program),), release=kept.record.release)


def _installed(profile: Profile) -> Iterator[Program]:
    for place in profile.find:
        if (program := _look(place)) is not None:
            yield program


def _look(place: Find) -> Program | None:
    if place.path is not None or place.command is not None:
        program, *words = place.command or (place.path or "",)
        found = shutil.which(program)
        return Program((found, *words)) if found else None
    assert place.python is not None
    spec = importlib.util.find_spec(place.python)
    if spec is None or spec.origin is None:
        return None
    folder = Path(spec.origin).parent
    if place.file is None:
        # The isolated home hides a package of the user's own site folder, so its place is told.
        environment = {"PYTHONPATH": str(folder.parent)}
        return Program((sys.executable, "-m", place.python), environment)
    file = folder / place.file
    return Program((str(file),), release=_version(place)) if file.is_file() else None


def _version(place: Find) -> str | None:
    try:
        return importlib.metadata.version(place.distribution or "")
    except (importlib.metadata.PackageNotFoundError, ValueError):
        return None
