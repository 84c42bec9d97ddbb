"""The registries' own clients, npm and pip: what they are asked, and what their failures mean."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import shutil
import sys
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from seatrial.process import Command, spawn_sync

__all__ = ["CLIENTS", "Brought", "ClientFailed", "Registry", "Trouble"]

PATIENCE = 1800.0
"""Seconds that a client may take; it has shorter bounds of its own for a silent network."""


class Trouble(StrEnum):
    """Why a client did not bring what was asked for."""

    NO_CLIENT = "no-client"
    NO_RELEASE = "no-release"
    NO_NETWORK = "no-network"
    DISK_FULL = "disk-full"
    DAMAGED = "damaged"
    CLOSED_CACHE = "closed-cache"
    OTHER = "other"


class ClientFailed(Exception):
    """A client did not do what it was asked.

    Attributes:
        trouble: Why.
        said: What it said, shortened.
    """

    def __init__(self, trouble: Trouble, said: str) -> None:
        super().__init__(said)
        self.trouble = trouble
        self.said = said


@dataclass(frozen=True, slots=True)
class Brought:
    """An archive that a client brought.

    Attributes:
        archive: Where it is.
        integrity: The digest that the registry published for it, and that it has.
    """

    archive: Path
    integrity: str


class Registry(Protocol):
    """One registry, by its client."""

    def bring(self, package: str, version: str, place: Path) -> Brought:
        """Brings an archive into a folder.

        Raises:
            ClientFailed: It did not.
        """

    def latest(self, package: str, place: Path) -> str:
        """Asks for the newest release.

        Raises:
            ClientFailed: It did not say.
        """


_SIGNS = {
    Trouble.DISK_FULL: ("ENOSPC", "EDQUOT", "No space left on device"),
    Trouble.DAMAGED: ("EINTEGRITY", "do not match the hashes", "Z_BUF_ERROR", "TAR_BAD_ARCHIVE"),
    Trouble.NO_NETWORK: (
        *("ENOTFOUND", "ECONNREFUSED", "ECONNRESET", "ETIMEDOUT", "EAI_AGAIN", "ENETUNREACH"),
        *("EHOSTUNREACH", "ERR_SOCKET_TIMEOUT", "FETCH_ERROR", "NewConnectionError"),
        *("ProxyError", "ConnectTimeoutError", "Temporary failure in name resolution"),
        "Max retries exceeded",
    ),
    Trouble.NO_RELEASE: ("E404", "ETARGET", "No matching distribution found"),
}
"""What the clients' messages have in them, by what it means; looked for in this order."""


def _trouble(said: str) -> Trouble:
    meant = (kind for kind, signs in _SIGNS.items() if any(sign in said for sign in signs))
    return next(meant, Trouble.OTHER)


def _run(words: list[str], place: Path) -> str:
    """Runs a client with the user's own settings and returns what it printed."""
    program = shutil.which(words[0])
    if program is None:
        raise ClientFailed(Trouble.NO_CLIENT, f"there is no {words[0]} on PATH")
    command = Command(argv=(program, *words[1:]), env=dict(os.environ), cwd=place)
    printed: list[bytes] = []
    with spawn_sync(command, stderr_file=place / "stderr") as process:
        process.close_stdin()
        while (line := process.line(timeout=PATIENCE)) is not None:
            printed.append(line)
        code = process.wait(timeout=PATIENCE).status
        told = process.stderr(lines=40)
    text = b"\n".join(printed).decode(errors="replace")
    if code != 0:
        kind = _trouble(f"{told}\n{text}")
        raise ClientFailed(kind, _essence(text, told) or f"{words[0]} ended with {code}")
    return text


def _essence(printed: str, told: str) -> str:
    """Returns what a client's failure comes down to: npm's summary, or the lines with `ERROR`."""
    try:
        error = json.loads(printed)["error"]
        return f"{error['code']}: {error['summary']}"
    except (ValueError, KeyError, TypeError):
        lines = [line for line in told.splitlines() if "error" in line.lower()] or [told]
        return "; ".join(lines)[-400:]


class Npm:
    """The registry of Node packages; the digest it publishes is compared once more."""

    def bring(self, package: str, version: str, place: Path) -> Brought:
        """Brings `PACKAGE@VERSION` with `npm pack`."""
        named = f"{package}@{version}"
        told = json.loads(self._npm("view", named, "dist", "--json", place=place) or "{}")
        integrity = str(told.get("integrity", "")) if isinstance(told, dict) else ""
        if not integrity:
            raise ClientFailed(Trouble.NO_RELEASE, f"the registry has no {named}")
        self._npm("pack", named, "--pack-destination", str(place), place=place)
        archives = list(place.glob("*.tgz"))
        if len(archives) != 1:
            raise ClientFailed(Trouble.OTHER, f"npm pack left {len(archives)} archives")
        _compare(archives[0], integrity)
        return Brought(archives[0], integrity)

    def latest(self, package: str, place: Path) -> str:
        """Asks for the version that the tag `latest` names."""
        return str(json.loads(self._npm("view", f"{package}@latest", "version", "--json",
                                        place=place)))  # fmt: skip

    def _npm(self, *words: str, place: Path) -> str:
        quiet = ["--loglevel=error", "--no-update-notifier", "--fetch-retries=1"]
        return _run(["npm", *words, *quiet, f"--cache={place / 'npm'}"], place)


class Pip:
    """The registry of Python packages; pip compares the digest that the index publishes."""

    def bring(self, package: str, version: str, place: Path) -> Brought:
        """Brings the wheel of `PACKAGE==VERSION` with `pip download`."""
        asked = [f"{package}=={version}", "--no-deps", "--only-binary=:all:", "--no-cache-dir"]
        self._pip("download", *asked, f"--dest={place}", place=place)
        wheels = list(place.glob("*.whl"))
        if len(wheels) != 1:
            raise ClientFailed(Trouble.OTHER, f"pip download left {len(wheels)} wheels")
        with wheels[0].open("rb") as opened:
            found = hashlib.file_digest(opened, "sha256").hexdigest()
        return Brought(wheels[0], f"sha256-{found}")

    def latest(self, package: str, place: Path) -> str:
        """Asks for the newest version that this Python could install."""
        asked = ["--dry-run", "--no-deps", "--ignore-installed", "--quiet", "--report=-", package]
        report = json.loads(self._pip("install", *asked, place=place))
        return str(report["install"][0]["metadata"]["version"])

    def _pip(self, *words: str, place: Path) -> str:
        common = ["--disable-pip-version-check", "--retries=1"]
        return _run([sys.executable, "-m", "pip", *words, *common], place)


def _compare(archive: Path, integrity: str) -> None:
    """Compares an archive with a digest as the web writes it: `sha512-BASE64`."""
    algorithm, _, wanted = integrity.split()[0].partition("-")
    with archive.open("rb") as opened:
        found = base64.b64encode(hashlib.file_digest(opened, algorithm).digest()).decode()
    if found != wanted:
        raise ClientFailed(Trouble.DAMAGED, f"{algorithm} is {found}, the registry says {wanted}")


CLIENTS: dict[str, Registry] = {"npm": Npm(), "pip": Pip()}
"""The registries by the name that a profile uses."""
