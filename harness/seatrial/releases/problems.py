"""What can go wrong with a fetch, in four parts."""

from __future__ import annotations

import errno
import platform
import re
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager

from seatrial.errors import SeatrialError
from seatrial.profiles import Profile, Source
from seatrial.releases.clients import ClientFailed, Trouble

__all__ = ["CannotFetch", "explained", "nowhere", "refuse_path", "wrong_machine"]


class CannotFetch(SeatrialError):
    """A release could not be brought."""


_WORDS = {
    Trouble.NO_CLIENT: (
        "its registry's own client on PATH",
        "is it not installed here?",
        "install it, or give a program that you have with --command",
    ),
    Trouble.NO_RELEASE: (
        "the registry to have this release",
        "is the number misspelt, or was it never published for this machine?",
        "ask the registry for the releases that it has",
    ),
    Trouble.NO_NETWORK: (
        "the registry to answer",
        "is there no network, or a proxy in between?",
        "try again with a network; what was fetched before works without",
    ),
    Trouble.DISK_FULL: (
        "room for the release in the cache",
        "is the disk full?",
        "make room, or name another folder in SEATRIAL_CACHE",
    ),
    Trouble.DAMAGED: (
        "an archive with the digest that the registry publishes",
        "was the download cut off, or changed on the way?",
        "fetch it once more; if it is the same again, do not trust what is in between",
    ),
    Trouble.CLOSED_CACHE: (
        "a cache that this user may write to",
        "does it belong to somebody else, is it mounted read-only, or a file in its place?",
        "name another folder in SEATRIAL_CACHE",
    ),
    Trouble.OTHER: (
        "the registry's client to bring it",
        "what does the client say above?",
        "run the client by hand to see more",
    ),
}


_ERRNOS = {
    **dict.fromkeys((errno.ENOSPC, errno.EDQUOT), Trouble.DISK_FULL),
    **dict.fromkeys(
        (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EEXIST), Trouble.CLOSED_CACHE
    ),
}
"""What it means that a file of the cache could not be written; anything else is `OTHER`."""


@contextmanager
def explained(profile: Profile, release: str, source: Source | None = None) -> Iterator[None]:
    """Turns what goes wrong inside into an error that says what, why and what to do.

    Args:
        profile: The server's.
        release: Which release is brought.
        source: Where from; None while it is not asked yet.

    Raises:
        CannotFetch: Something went wrong.
    """
    try:
        yield
    except ClientFailed as failed:
        raise _problem(profile, release, source, failed.trouble, failed.said) from failed
    except (tarfile.TarError, zipfile.BadZipFile, EOFError) as failed:
        raise _problem(profile, release, source, Trouble.DAMAGED, str(failed)) from failed
    except OSError as failed:
        kind = _ERRNOS.get(failed.errno or 0, Trouble.OTHER)
        raise _problem(profile, release, source, kind, str(failed)) from failed


def refuse_path(profile: Profile, release: str) -> None:
    """Lets a release's name pass that can be the name of a folder.

    Raises:
        CannotFetch: It cannot.
    """
    if re.fullmatch(r"\w[\w.+-]*", release, re.ASCII):
        return
    raise CannotFetch(
        f"{profile.title} has no release {release!r}",
        expected="a number, such as 0.98.0 or 1.0.0-rc.1, or `latest`",
        arrived=repr(release),
        cause="is it a path, or the name of a tag?",
        remedy="ask the registry for the releases that it has",
    )


def nowhere(profile: Profile, release: str) -> CannotFetch:
    """Returns the error for a release that no source of the profile has."""
    places = ", ".join(f"{one.client} {one.package}" for one in profile.sources) or "none"
    return CannotFetch(
        f"{profile.title} {release} cannot be fetched",
        expected="a source in the profile that has this release",
        arrived=f"sources: {places}",
        cause="does the profile name no source, or only for other releases?",
        remedy="add one under [[sources]] in the profile; docs/profiles.md explains the keys",
    )


def wrong_machine(profile: Profile, release: str) -> CannotFetch:
    """Returns the error for a release that was not built for this machine."""
    return CannotFetch(
        f"{profile.title} {release} is not built for this machine",
        expected="a program for this system and processor in the release",
        arrived=f"this is {sys.platform} on {platform.machine()}",
        cause="was it only built for others?",
        remedy="take another release, or build it and give it with --command",
    )


def _problem(
    profile: Profile, release: str, source: Source | None, trouble: Trouble, said: str
) -> CannotFetch:
    expected, cause, remedy = _WORDS[trouble]
    return CannotFetch(
        f"{profile.title} {release} could not be fetched ({trouble})",
        expected=f"{expected} ({source.client}, {source.package})" if source else expected,
        arrived=said,
        cause=cause,
        remedy=remedy,
    )
