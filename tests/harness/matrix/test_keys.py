"""What a kept result depends on: each part of it changes the key, and doubt makes that none."""

from __future__ import annotations

import os
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from seatrial.conformance import Case, Check, cases
from seatrial.conformance.matrix import keys
from seatrial.conformance.matrix.keys import JUDGING, Keys, surroundings
from seatrial.servers import ServerUnderTest, resolve

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.harness.conftest import Fake
    from tests.harness.matrix.conftest import Checks, Released


@pytest.fixture
def case(checks: Checks, released: Released) -> Case:
    return cases([checks.suite()], released())[0]


def test_the_same_case_has_the_same_key_however_the_server_was_named(
    case: Case, released: Released
) -> None:
    key = Keys().of(case, released())
    assert key is not None
    assert Keys().of(case, replace(released("fake@latest"), named_by=("fake@latest",))) == key


@pytest.mark.parametrize(
    "change",
    [
        lambda server: server.at("2.0"),
        lambda server: replace(server, extra=("--variant", "x")),
        lambda server: replace(server, environment={"A": "b"}),
        lambda server: replace(
            server, profile=server.profile.model_copy(update={"files": {"a": "b"}})
        ),
    ],
    ids=["release", "arguments", "environment", "profile"],
)
def test_another_server_has_another_key(
    case: Case, released: Released, change: Callable[[ServerUnderTest], ServerUnderTest]
) -> None:
    server = released()
    assert Keys().of(case, change(server)) not in {None, Keys().of(case, server)}


def test_another_program_at_the_same_place_has_another_key(
    case: Case, released: Released, tmp_path: Path
) -> None:
    program = tmp_path / "program"
    server = replace(released(), program=(str(program),))
    assert Keys().of(case, server) is None
    found = set()
    for content, time in [("one", 1), ("three", 1), ("three", 2)]:
        program.write_text(content)
        os.utime(program, (time, time))
        found.add(Keys().of(case, server))
    assert len(found - {None}) == 3


@pytest.mark.parametrize(
    "change",
    [{"dialect": "mcp"}, {"wire": "chat"}],
    ids=["dialect", "wire"],
)
def test_another_place_has_another_key(
    case: Case, released: Released, change: dict[str, Any]
) -> None:
    server = released()
    assert Keys().of(replace(case, **change), server) != Keys().of(case, server)


def test_another_wording_of_the_requirement_has_another_key(case: Case, released: Released) -> None:
    other = case.requirement.model_copy(update={"statement": "another"})
    server = released()
    assert Keys().of(replace(case, requirement=other), server) != Keys().of(case, server)


def test_edited_sources_have_another_key_at_the_next_look(
    case: Case, released: Released, checks: Checks
) -> None:
    server, looked = released(), Keys()
    before = looked.of(case, server)
    checks.edit()
    assert looked.of(case, server) == before
    assert Keys().of(case, server) not in {None, before}


def test_sources_that_are_newer_than_this_process_make_no_key(
    case: Case, released: Released, tmp_path: Path
) -> None:
    (tmp_path / "packages" / "judged_by_a_test" / "checks.py").touch()
    assert Keys().of(case, released()) is None


def test_data_in_toml_is_no_source(case: Case, released: Released, tmp_path: Path) -> None:
    before = Keys().of(case, released())
    (tmp_path / "packages" / "judged_by_a_test" / "known.toml").touch()
    assert Keys().of(case, released()) == before
    (tmp_path / "packages" / "judged_by_a_test" / "data.json").touch()
    assert Keys().of(case, released()) != before


@pytest.mark.parametrize("content", ["#!/bin/sh\n", None], ids=["a script", "not there"])
def test_a_program_that_stands_on_what_is_not_seen_makes_no_key(
    case: Case, released: Released, tmp_path: Path, content: str | None
) -> None:
    if content:
        (tmp_path / "program").write_text(content)
    server = replace(released(), program=(str(tmp_path / "program"),))
    assert Keys().of(case, server) is None


def test_a_command_line_makes_no_key(case: Case, fake: Fake) -> None:
    assert Keys().of(case, fake()) is None


def test_a_program_from_path_makes_no_key_for_it_may_be_an_interpreter(
    case: Case, released: Released
) -> None:
    server = released()
    nowhere = server.profile.model_copy(update={"sources": ()})
    assert Keys().of(case, replace(server, profile=nowhere)) is None
    assert Keys().of(case, replace(server, profile=nowhere, fixed=True)) is not None


def test_a_check_whose_package_is_not_found_makes_no_key(case: Case, released: Released) -> None:
    async def here(trial: Any) -> None:
        del trial

    here.__module__ = "a_package_that_is_nowhere"
    unknown = replace(case, check=Check(requirement="a.holds", run=here))
    assert Keys().of(unknown, released()) is None


def test_a_check_made_from_data_lies_in_its_own_package(case: Case, released: Released) -> None:
    made = replace(case, check=replace(case.check, run=partial(case.check.run)))
    assert Keys().of(made, released()) == Keys().of(case, released())


def test_the_reference_server_is_told_by_its_sources(case: Case) -> None:
    assert Keys().of(case, resolve("reference")) is not None
    assert Keys().of(case, resolve("reference")) != Keys().of(case, resolve("reference:x"))


def test_the_judges_are_found_without_the_layers_that_only_show() -> None:
    for package in JUDGING:
        files = [name for name, _, _ in keys._files(package)]
        assert any(name.endswith(f"/{package}/__init__.py") for name in files)
        assert not any(f"/{package}/{layer}/" in name for name in files for layer in keys.ABOVE)
        assert not any("__pycache__" in name for name in files)


def test_the_surroundings_name_the_machine_and_the_libraries(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = surroundings()
    assert "aiohttp" in before
    surroundings.cache_clear()
    monkeypatch.setenv("PATH", "/elsewhere")
    assert surroundings() != before
    surroundings.cache_clear()
