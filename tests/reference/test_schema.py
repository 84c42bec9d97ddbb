"""The schema that the reference server writes of its own messages."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from jsonschema import Draft7Validator

from seatrial.profiles import load
from seatrial.schema import Kind, load_schema
from seatrial_reference.schema import document


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "seatrial_reference", "generate-json-schema", *words],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_it_is_written_into_a_folder_that_is_made(tmp_path: Path) -> None:
    done = run("--out", str(tmp_path / "new"))
    assert done.returncode == 0, done.stderr
    said = load("reference").own_schema
    assert said is not None
    bundle = load_schema(tmp_path / "new", said)
    assert done.stdout.strip() == str(tmp_path / "new" / said.file)
    assert bundle.holes == ()
    assert bundle.find(Kind.CLIENT_REQUEST, "thread/start") is not None
    assert bundle.find(Kind.SERVER_NOTIFICATION, "codex/event/task_complete") is not None


def test_it_is_a_json_schema_and_every_request_of_the_clients_has_an_answer_in_it(
    tmp_path: Path,
) -> None:
    Draft7Validator.check_schema(document())
    run("--out", str(tmp_path))
    requests = load_schema(tmp_path).messages[Kind.CLIENT_REQUEST]
    assert [name for name, one in requests.items() if one.result is None] == []


@pytest.mark.parametrize("words", [(), ("--out",), ("elsewhere",), ("--out", "a", "b")])
def test_a_wrong_command_line_is_refused(words: tuple[str, ...]) -> None:
    done = run(*words)
    assert done.returncode == 2
    assert "--out FOLDER" in done.stderr


def test_a_folder_that_cannot_be_made_is_an_error_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = run("--out", str(tmp_path / "file" / "below"))
    assert done.returncode == 1
    assert "the schema could not be written" in done.stderr
