"""`seatrial fetch`: brings releases of real servers into the user's cache."""

from __future__ import annotations

from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress, ProgressColumn, SpinnerColumn, Task, TextColumn
from rich.progress import TimeElapsedColumn as Elapsed
from rich.text import Text

from seatrial.profiles import Profile, builtin_names, load
from seatrial.releases import CannotFetch, Kept, store
from seatrial.releases import fetch as bring
from seatrial.servers import UnknownServer

__all__ = ["bring_named", "fetch"]

MEGABYTE = 1_000_000


class _Came(ProgressColumn):
    """How much has come, looked up whenever the line is drawn."""

    def render(self, task: Task) -> Text:
        place: Path | None = task.fields["place"]
        size = task.fields["unpacked"] if place is None else _size(place)
        return Text(f"{size / MEGABYTE:.1f} MB")


class _Display:
    """One line that says what a fetch is doing; nothing on anything but a terminal."""

    def __init__(self) -> None:
        console = Console(stderr=True)
        self.progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            _Came(),
            Elapsed(),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._task = self.progress.add_task("", total=None, place=None, unpacked=0)
        self._unpacked = 0

    def stage(self, text: str, place: Path | None = None) -> None:
        """Shows a new stage."""
        self._unpacked = 0
        self.progress.update(self._task, description=text, place=place, unpacked=0)

    def unpacked(self, size: int) -> None:
        """Adds to the bytes that were unpacked."""
        self._unpacked += size
        self.progress.update(self._task, unpacked=self._unpacked)


@click.command()
@click.argument("names", nargs=-1, required=True, metavar="SERVER@RELEASE...")
@click.option("--check", is_flag=True, help="Read the program again and compare its digest.")
def fetch(names: tuple[str, ...], check: bool) -> None:
    """Bring releases of a server from their registry.

    For example `seatrial fetch codex@0.98.0 codex@latest`. The registry's own client (npm or pip)
    does it. What is here already is not fetched again, so it works offline. Releases are kept in
    the user's cache, or in the folder that SEATRIAL_CACHE names.
    """
    for profile, release in [_meant(name) for name in names]:
        kept = _brought(profile, release)
        if check:
            _checked(profile, kept)
        click.echo(f"{profile.name}@{kept.record.release}: {kept.program}")


def bring_named(name: str) -> None:
    """Brings the release that a name such as `codex@0.98.0` means, and shows how that goes on.

    Raises:
        UnknownServer: The name means no release.
        CannotFetch: It cannot be fetched.
    """
    _brought(*_meant(name))


def _brought(profile: Profile, release: str) -> Kept:
    display = _Display()
    with display.progress:
        return bring(profile, release, store(profile.name), display)


def _meant(name: str) -> tuple[Profile, str]:
    base, _, release = name.partition("@")
    known = [one for one in builtin_names() if load(one).sources]
    if release and (base in known or base.endswith(".toml")):
        return load(base), release
    raise UnknownServer(
        f"{name!r} cannot be fetched",
        expected=f"SERVER@RELEASE, with a server of {', '.join(known)} or a profile's file",
        arrived=repr(name),
        cause="is the release missing? It is a number, or `latest`"
        if not release
        else "is the server misspelt?",
        remedy=f"for example: seatrial fetch {known[0]}@latest",
    )


def _checked(profile: Profile, kept: Kept) -> None:
    if not kept.is_unchanged:
        raise CannotFetch(
            f"{profile.title} {kept.record.release} was changed since it was fetched",
            expected=f"a program with SHA-256 {kept.record.sha256}",
            arrived=f"another one: {kept.program}",
            cause="did another program write to the cache, or is the disk damaged?",
            remedy=f"remove {kept.folder} and fetch it again",
        )


def _size(folder: Path) -> int:
    total = 0
    for file in folder.rglob("*"):
        try:
            total += file.lstat().st_size
        except OSError:  # gone in the meantime
            continue
    return total
