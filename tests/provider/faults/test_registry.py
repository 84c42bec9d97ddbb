"""Every fault is found, tested and described, and can be built from the words of a file."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import seatrial_provider.faults as public
from seatrial_provider import ScriptError
from seatrial_provider.faults import Byte, CutOff, Fault, HttpError
from seatrial_provider.faults.registry import build, faults, schema, words_of
from seatrial_provider.journal import Redactor
from seatrial_provider.journal.lines import record_of, safe_values

if TYPE_CHECKING:
    from tests.provider.conftest import Recorded

HERE = Path(__file__).parent
PAGE = HERE.parents[2] / "docs" / "provider-faults.md"


def names_of_tests() -> list[str]:
    trees = [ast.parse(file.read_text("utf-8")) for file in HERE.glob("test_*.py")]
    return [node.name for tree in trees for node in tree.body if isinstance(node, ast.FunctionDef)]


@pytest.mark.parametrize("name", faults())
def test_a_fault_has_a_test_that_is_called_by_its_name(name: str) -> None:
    assert any(test.startswith(f"test_{name.replace('-', '_')}_") for test in names_of_tests())


@pytest.mark.parametrize("name", faults())
def test_a_fault_has_a_row_in_the_documentation(name: str) -> None:
    assert f"| `{name}` |" in PAGE.read_text("utf-8")


@pytest.mark.parametrize("name", faults())
def test_a_fault_is_named_by_its_file_and_is_public(name: str) -> None:
    kind = faults()[name]
    assert kind.__module__.rpartition(".")[2] == name.replace("-", "_")
    assert getattr(public, kind.__name__) is kind


@pytest.mark.parametrize(
    "fault", [CutOff(at=Byte(-3), attempts=None), HttpError(status=429, retry_after=0.5, seed=1)]
)
def test_a_fault_is_the_same_after_it_was_put_in_words(fault: Fault) -> None:
    name, values = json.loads(json.dumps(words_of(fault)))
    assert build(name, values) == fault


def test_a_fault_stays_with_a_request_that_the_journal_wrote_down(recorded: Recorded) -> None:
    faults_of = (CutOff(at=Byte(3)), HttpError(status=429, attempts=(2,)))
    values = safe_values(recorded({}, faults=faults_of), Redactor(()))
    assert record_of(values).faults == faults_of


def test_a_fault_is_built_from_words() -> None:
    assert build("cut-off", {}) == CutOff()
    assert build("cut-off", {"at": {"byte": 12}, "attempts": None}) == CutOff(
        at=Byte(12), attempts=None
    )
    words = {"status": 429, "retry_after": 2, "attempts": [1, 2]}
    assert build("http-error", words) == HttpError(status=429, retry_after=2, attempts=(1, 2))


@pytest.mark.parametrize(
    ("name", "values", "told"),
    [
        ("cut", {}, "expected: one of bad-json, bandwidth,"),
        ("cut-off", {"att": 1}, "expected: att: Unexpected"),
        ("cut-off", {"at": [1]}, "at"),
        ("latency", {}, "expected: seconds: Field required"),
        ("http-error", {"status": 200}, "expected: a status from 400 to 599"),
    ],
)
def test_words_that_make_no_fault_are_refused(
    name: str, values: dict[str, object], told: str
) -> None:
    with pytest.raises(ScriptError, match="what to do: ") as raised:
        build(name, values)
    assert told in str(raised.value)


@pytest.mark.parametrize("name", faults())
def test_a_fault_has_a_schema_that_allows_nothing_else(name: str) -> None:
    assert schema(name)["additionalProperties"] is False
