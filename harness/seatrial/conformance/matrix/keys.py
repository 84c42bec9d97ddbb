"""Keys of results: a digest of everything that a result depends on, so that it can be reused."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import sys
from collections.abc import Iterator
from dataclasses import fields
from functools import cache, partial
from importlib.metadata import requires, version
from importlib.util import find_spec
from pathlib import Path

import psutil
from packaging.requirements import Requirement as Wanted
from pydantic import BaseModel

from seatrial.conformance.selection import Case
from seatrial.process import environment, layer
from seatrial.servers import ServerUnderTest

__all__ = ["Keys", "surroundings"]

ABOVE = frozenset({"cli", "plugin", "reports"})
"""The layers of the harness that show results; nothing that judges may import them."""

JUDGING = ("seatrial", "seatrial_provider")
"""The packages that judge, besides the suite's own."""

Signature = tuple[tuple[str, int, int], ...]
"""The names, sizes and times of a package's files."""


class Keys:
    """Makes keys, by one look at each package's files; a new one looks again."""

    def __init__(self) -> None:
        self._looked: dict[str, Signature] = {}

    def of(self, case: Case, server: ServerUnderTest) -> str | None:
        """Returns the key of a case's result; None if what it depends on cannot be told.

        It stands for the server's program and all it is started with, its profile and release; the
        requirement; the sources of its check's package, of the harness and of the provider; dialect
        and wire; this machine. The requirement names its check, so the code is in the sources.
        """
        words = (case.requirement.model_dump_json(), case.dialect, case.wire, case.transport)
        return self._key(server, {*JUDGING, _package_of(case)}, *words)

    def of_greeting(self, server: ServerUnderTest, dialect: str) -> str | None:
        """Returns the key of what a server said in the handshake; None if that cannot be told."""
        return self._key(server, set(JUDGING), "handshake", dialect)

    def _key(self, server: ServerUnderTest, packages: set[str], *words: str) -> str | None:
        judging = [self._signature(package) for package in sorted(packages)]
        program = self._program(server)
        if program is None or not all(judging) or any(map(_is_newer, judging)):
            return None
        told = [*words, *program, *map(_digest, judging), _description(server), surroundings()]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()

    def _program(self, server: ServerUnderTest) -> list[str] | None:
        """Returns what tells the server's program from another; None if nothing we see does.

        A package of this Python environment is told by its sources. A release from a registry, and
        a program that was named by its path, is told by its file's place, size and time, unless
        that is a script: what a script or an interpreter reads besides is not seen here.
        """
        for place in server.profile.find:
            if place.python and server.program == (sys.executable, "-m", place.python):
                return [_digest(self._signature(place.python))]
        if len(server.program) > 1 or not (server.fixed or server.profile.sources):
            return None
        return _told(Path(server.program[0]))

    def _signature(self, package: str) -> Signature:
        if package not in self._looked:
            self._looked[package] = tuple(sorted(_files(package)))
        return self._looked[package]


def _package_of(case: Case) -> str:
    """Returns the package that a check's code lies in."""
    run = case.check.run
    while isinstance(run, partial):
        run = run.func
    return run.__module__.partition(".")[0]


def _description(server: ServerUnderTest) -> str:
    """Returns everything that is known of a server but how it was named."""
    known = {
        field.name: getattr(server, field.name)
        for field in fields(server)
        if field.name not in {"name", "named_by"}
    }
    shown = {
        name: value.model_dump(mode="json") if isinstance(value, BaseModel) else value
        for name, value in known.items()
    }
    return json.dumps(shown, sort_keys=True, default=repr)


def _told(file: Path) -> list[str] | None:
    try:
        with file.open("rb") as opened:
            is_script = opened.read(2) == b"#!"
        facts = file.stat()
    except OSError:
        return None
    return None if is_script else [str(file.resolve()), str(facts.st_size), str(facts.st_mtime_ns)]


def _files(package: str) -> Iterator[tuple[str, int, int]]:
    """Looks at a package's files; none if it is not found, or is a single module.

    Data in TOML is left out, for it is in the key by itself.
    """
    for root in _roots(package):
        for folder, below, names in os.walk(root):
            skipped = ABOVE if (package, folder) == ("seatrial", root) else ()
            below[:] = [one for one in below if one[0] not in "._" and one not in skipped]
            for name in names:
                if not name.endswith(".toml"):
                    facts = os.stat(f"{folder}/{name}")  # noqa: PTH116 - hundreds, for each cell
                    yield f"{folder}/{name}", facts.st_size, facts.st_mtime_ns


@cache
def _roots(package: str) -> tuple[str, ...]:
    spec = find_spec(package)
    return tuple(spec.submodule_search_locations or ()) if spec else ()


@cache
def _digest(signature: Signature) -> str:
    """Returns the digest of the files' content."""
    digest = hashlib.sha256()
    for name, _, _ in signature:
        digest.update(f"{name}\0".encode() + Path(name).read_bytes() + b"\0")
    return digest.hexdigest()


def _is_newer(signature: Signature) -> bool:
    """Whether a file is newer than this process, so that it may run an older one."""
    return any(time > _start() for _, _, time in signature)


@cache
def _start() -> float:
    return psutil.Process().create_time() * 1e9


@cache
def surroundings() -> str:
    """Returns what results depend on besides the server and the sources: this machine."""
    wanted = [Wanted(one) for one in requires("seatrial") or ()]
    needed = sorted(one.name for one in wanted if one.marker is None or one.marker.evaluate())
    return json.dumps(
        {
            "platform": [platform.platform(), platform.machine(), sys.version],
            "libraries": {name: version(name) for name in needed},
            "layer": layer().name,
            "superuser": os.geteuid() == 0,
            "environment": environment({}, run=""),
        },
        sort_keys=True,
    )
