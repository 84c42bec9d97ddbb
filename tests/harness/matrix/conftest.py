"""A suite in a package of its own, and a server whose program is one file: what can be reused."""

from __future__ import annotations

import importlib
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pytest

from seatrial.conformance import Requirement, Suite, checks_of
from seatrial.conformance.matrix import Kept, keys
from seatrial.servers import ServerUnderTest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

    from tests.harness.conftest import Fake

PACKAGE = "judged_by_a_test"
LONG_AGO = 1_600_000_000

CHECKS = """
from seatrial.conformance import check

ran = []

@check("a.holds")
async def holds(trial):
    ran.append("a.holds")
    trial.saw.that("part", True, expected="e", arrived="a")

@check("a.varies")
async def varies(trial):
    ran.append("a.varies")
    trial.saw.that("part", VERDICT == "holds", expected="e", arrived="a")
    if VERDICT == "breaks":
        raise RuntimeError("ours")

VERDICT = "holds"
"""


class Checks(Protocol):
    """A suite of two checks, `a.holds` and `a.varies`, which notes what ran."""

    @property
    def ran(self) -> list[str]: ...

    def suite(self, **options: object) -> Suite: ...

    def becomes(self, verdict: str) -> None: ...

    def edit(self) -> None: ...

    def restore(self) -> None: ...


class Released(Protocol):
    """Makes a server like one from a registry: its program is one file, and no script."""

    def __call__(self, name: str = ..., **profile: Any) -> ServerUnderTest: ...


class _Checks:
    def __init__(self, file: Path) -> None:
        self._file = file
        self._write(CHECKS)
        self._module: ModuleType = importlib.import_module(f"{PACKAGE}.checks")

    def _write(self, text: str) -> None:
        self._file.write_text(text, "utf-8")
        os.utime(self._file, (LONG_AGO, LONG_AGO))

    @property
    def ran(self) -> list[str]:
        """What ran since it was last asked."""
        found: list[str] = list(self._module.ran)
        self._module.ran.clear()
        return sorted(found)

    def suite(self, **options: object) -> Suite:
        shape = {"statement": "s", "dialects": ["app_v2"], "source": "here"}
        checks = checks_of([self._module])
        return Suite(
            name="s",
            requirements={
                name: Requirement.model_validate({"id": name, **shape}) for name in checks
            },
            checks=checks,
            **options,  # type: ignore[arg-type]
        )

    def becomes(self, verdict: str) -> None:
        """Has `a.varies` hold, fail or break from now on, without a sign in the sources."""
        self._module.VERDICT = verdict  # type: ignore[attr-defined]

    def edit(self) -> None:
        """Changes the sources."""
        self._write(self._file.read_text("utf-8") + "# edited\n")

    def restore(self) -> None:
        """Takes every change back."""
        self._write(CHECKS)


@pytest.fixture
def checks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[_Checks]:
    folder = tmp_path / "packages" / PACKAGE
    folder.mkdir(parents=True)
    (folder / "__init__.py").touch()
    os.utime(folder / "__init__.py", (LONG_AGO, LONG_AGO))
    monkeypatch.syspath_prepend(str(folder.parent))
    monkeypatch.setattr(keys, "JUDGING", ())  # the harness's own files may be edited right now
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    keys._roots.cache_clear()
    yield _Checks(folder / "checks.py")
    for name in (PACKAGE, f"{PACKAGE}.checks"):
        del sys.modules[name]
    keys._roots.cache_clear()


@pytest.fixture
def released(fake: Fake) -> Released:
    source = {"client": "npm", "package": "p", "keep": ["x"], "programs": ["x"]}

    def make(name: str = "fake", **profile: Any) -> ServerUnderTest:
        by_command = fake(sources=[source], **profile)
        program, *arguments = by_command.program
        profiled = by_command.profile.model_copy(update={"arguments": tuple(arguments)})
        return replace(by_command, name=name, program=(program,), profile=profiled, fixed=False)

    return make


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    def warn(sentence: str) -> None:
        raise AssertionError(sentence)

    return Kept(tmp_path / "results", warn)
