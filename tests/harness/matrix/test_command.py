"""The options of `seatrial matrix`, on a suite of two checks and a server that does nothing."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

import click
import pytest
from click.testing import CliRunner

from seatrial.conformance import NothingSelected
from seatrial.conformance.matrix import Entrant
from seatrial.reports.matrix import read_matrix

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from click.testing import Result
    from tests.harness.matrix.conftest import Checks, Released

COMMAND = importlib.import_module("seatrial.cli.matrix")


@pytest.fixture
def invoke(
    checks: Checks, released: Released, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Result]:
    """Runs the command in an empty folder, with a cache of its own."""

    def entrants(names: Iterable[str], bring: Any) -> list[Entrant]:
        for name in names:
            if bring is not None:
                bring(name)
        return [Entrant(name=name, server=released(name)) for name in names]

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SEATRIAL_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(COMMAND, "installed", lambda: [checks.suite()])
    monkeypatch.setattr(COMMAND, "entrants", entrants)
    return lambda *words: CliRunner().invoke(COMMAND.matrix, words, standalone_mode=False)


def test_a_matrix_is_printed_and_written(invoke: Callable[..., Result], tmp_path: Path) -> None:
    done = invoke("fake@1.2.3")
    assert done.return_value == 0
    for said in ("judging 1 server: fake@1.2.3", "✔ Fake 1.2.3: 2 pass", "│   holds", "HTML: "):
        assert said in done.output
    folder = tmp_path / "seatrial-matrix"
    assert read_matrix((folder / "matrix.json").read_text()).exit_status == 0
    assert (folder / "servers" / "fake-1.2.3" / "report.html").is_file()


def test_a_second_run_reuses_and_a_fresh_one_does_not(
    invoke: Callable[..., Result], checks: Checks
) -> None:
    assert "reused" not in invoke("fake").output
    assert "✔ Fake 1.2.3: 2 pass · 2 reused" in invoke("fake").output
    assert checks.ran == ["a.holds", "a.varies"]
    assert "reused" not in invoke("fake", "--fresh").output
    assert checks.ran == ["a.holds", "a.varies"]


def test_the_exit_status_is_that_of_the_matrix(
    invoke: Callable[..., Result], checks: Checks
) -> None:
    checks.becomes("fails")
    assert invoke("fake").return_value == 1
    assert invoke("fake", "--only", "a.holds").return_value == 0


def test_json_is_all_that_is_printed_on_stdout(
    invoke: Callable[..., Result], tmp_path: Path
) -> None:
    done = invoke("fake", "--json", "--output", "elsewhere")
    printed, written = (
        read_matrix(done.stdout),
        read_matrix((tmp_path / "elsewhere" / "matrix.json").read_text()),
    )
    assert printed.counts == written.counts
    assert all(cell.page for cell in written.columns[0].cells)
    assert "report.html" not in done.stdout
    assert "judging 1 server" in done.stderr


def test_a_damaged_result_is_said_and_judged_anew(
    invoke: Callable[..., Result], tmp_path: Path
) -> None:
    invoke("fake")
    files = list((tmp_path / "cache" / "results").rglob("*.json"))
    assert len(files) == 3
    for file in files:
        file.write_text("{")
    done = invoke("fake")
    assert done.output.count("a kept result is damaged and is judged anew") == 3
    assert "✔ Fake 1.2.3: 2 pass\n" in done.output


def test_what_is_missing_is_brought_only_if_told(
    invoke: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    brought: list[str] = []
    monkeypatch.setattr(COMMAND, "bring_named", brought.append)
    invoke("fake@1.2.3")
    assert brought == []
    invoke("fake@1.2.3", "--fetch")
    assert brought == ["fake@1.2.3"]


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (("fake", "--only", "nothing"), NothingSelected),
        ((), click.MissingParameter),
        (("fake", "--jobs", "0"), click.BadParameter),
        (("fake", "--timeout", "0"), click.BadParameter),
    ],
)
def test_a_bad_command_line_is_an_error_and_writes_nothing(
    invoke: Callable[..., Result], tmp_path: Path, words: tuple[str, ...], error: type[Exception]
) -> None:
    assert isinstance(invoke(*words).exception, error)
    assert not (tmp_path / "seatrial-matrix").exists()
