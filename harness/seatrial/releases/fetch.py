"""Brings a release from its registry into the store, or says clearly why it cannot."""

from __future__ import annotations

from pathlib import Path
from string import Template
from typing import Protocol

from seatrial.profiles import Profile, Source
from seatrial.releases.clients import CLIENTS
from seatrial.releases.platform import words
from seatrial.releases.problems import (
    CannotFetch,
    explained,
    nowhere,
    refuse_path,
    wrong_machine,
)
from seatrial.releases.store import Kept, Record, Store, digest
from seatrial.releases.unpack import unpack

__all__ = ["CannotFetch", "Watcher", "fetch"]

LATEST = "latest"


class Watcher(Protocol):
    """Is told how a fetch goes on."""

    def stage(self, text: str, place: Path | None = None) -> None:
        """A new stage began; what it brings grows in the folder `place`, if there is one."""

    def unpacked(self, size: int) -> None:
        """That many bytes more were unpacked."""


class _Silent:
    def stage(self, text: str, place: Path | None = None) -> None:
        pass

    def unpacked(self, size: int) -> None:
        pass


def fetch(profile: Profile, release: str, store: Store, watcher: Watcher | None = None) -> Kept:
    """Brings a release, unless it is here.

    Two at once are safe: the second waits for the first and takes what it brought.

    Args:
        profile: The server's; its `sources` say where its releases are.
        release: Such as `0.98.0`, or `latest`.
        store: Where it is kept.
        watcher: Is told how it goes on.

    Raises:
        CannotFetch: There is no such release, no network, no room, a cache that cannot be written,
            or nothing for this machine.
    """
    watcher = watcher or _Silent()
    place = words()
    if not profile.sources:
        raise nowhere(profile, release)
    if place is None:
        raise wrong_machine(profile, release)
    if release == LATEST:
        release = _newest(profile, store, watcher)
    refuse_path(profile, release)
    if kept := store.find(release):
        return kept
    waiting = f"waiting: another fetch brings {profile.title} {release}"
    lock = store.locked(release, lambda: watcher.stage(waiting))
    with explained(profile, release), lock:
        return store.find(release) or _bring(profile, release, place, store, watcher)


def _newest(profile: Profile, store: Store, watcher: Watcher) -> str:
    source = profile.sources[0]
    with explained(profile, LATEST, source), store.workplace() as place:
        watcher.stage(f"asking {source.client} for the newest {source.package}")
        release = CLIENTS[source.client].latest(source.package, place)
        store.note_latest(release)
        return release


def _bring(
    profile: Profile, release: str, place: dict[str, str], store: Store, watcher: Watcher
) -> Kept:
    fitting = [source for source in profile.sources if source.holds(release)]
    failures: list[CannotFetch] = []
    for source in fitting:
        try:
            return _from(source, profile, release, place, store, watcher)
        except CannotFetch as failed:
            failures.append(failed)
    if failures:
        raise failures[0]
    raise nowhere(profile, release)


def _from(
    source: Source,
    profile: Profile,
    release: str,
    place: dict[str, str],
    store: Store,
    watcher: Watcher,
) -> Kept:
    values = {**place, "release": release}
    version = _filled(source.version, values)
    with explained(profile, release, source), store.workplace() as work:
        watcher.stage(f"{source.client}: {source.package} {version}", work)
        brought = CLIENTS[source.client].bring(source.package, version, work)
        watcher.stage(f"unpacking {profile.title} {release}")
        files = work / "files"
        files.mkdir()
        keep = [_filled(one, values) for one in source.keep]
        unpack(brought.archive, files, keep, watcher.unpacked)
        programs = [_filled(one, values) for one in source.programs]
        program = next((one for one in programs if (files / one).is_file()), None)
        if program is None:
            raise wrong_machine(profile, release)
        file = files / program
        file.chmod(file.stat().st_mode | 0o111)
        record = Record(
            release=release,
            source=f"{source.client} {source.package}@{version}",
            integrity=brought.integrity,
            program=program,
            size=file.stat().st_size,
            sha256=digest(file),
        )
        return store.keep(files, record)


def _filled(text: str, values: dict[str, str]) -> str:
    return Template(text).substitute(values)
