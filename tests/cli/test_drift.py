"""What `seatrial drift` prints, writes and returns."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def schemas(tmp_path: Path) -> tuple[str, str]:
    """The reference server's schema, and the same with a member and a method less."""
    command = [sys.executable, "-m", "seatrial_reference", "generate-json-schema", "--out"]
    subprocess.run([*command, str(tmp_path / "a")], check=True, timeout=60)
    (written,) = (tmp_path / "a").glob("*.json")
    document = json.loads(written.read_text())
    definitions = document["definitions"]
    del definitions["v2"]["Turn"]["properties"]["durationMs"]
    requests = definitions["ClientRequest"]["oneOf"]
    definitions["ClientRequest"]["oneOf"] = [
        one for one in requests if "thread/read" not in one["properties"]["method"]["enum"]
    ]
    (tmp_path / "b.json").write_text(json.dumps(document))
    return str(tmp_path / "a"), str(tmp_path / "b.json")


def test_a_folder_and_a_file_are_compared(
    seatrial: Callable[..., Any], schemas: tuple[str, str], tmp_path: Path
) -> None:
    done = seatrial("drift", *schemas, "--json", "d.json", "--markdown", "d.md")
    assert done.returncode == 0, done.stderr
    assert "2 of them can break" in done.stdout
    assert "    ! thread/read" in done.stdout
    assert "    ! durationMs is gone" in done.stdout
    assert "`durationMs` is gone" in (tmp_path / "d.md").read_text()
    changes = json.loads((tmp_path / "d.json").read_text())["drift"]["changes"]
    assert [one["what"] for one in changes] == ["method removed", "is gone"]


def test_what_is_depended_on_decides_the_exit_status(
    seatrial: Callable[..., Any], schemas: tuple[str, str], tmp_path: Path
) -> None:
    (tmp_path / "safe.txt").write_text("turn/start\nturn/completed.params.turn.status=failed\n")
    (tmp_path / "hurt.toml").write_text('depends = ["turn/completed.params.turn.durationMs"]\n')
    assert seatrial("drift", *schemas, "--fail-on", "safe.txt").returncode == 0
    done = seatrial("drift", *schemas, "--fail-on", "hurt.toml")
    assert done.returncode == 1
    assert "✘ turn/completed.params.turn.durationMs: durationMs is gone" in done.stdout


def test_an_entry_that_means_nothing_and_a_server_without_a_schema_are_errors(
    seatrial: Callable[..., Any], schemas: tuple[str, str], tmp_path: Path
) -> None:
    (tmp_path / "list.txt").write_text("turn/strat\n")
    done = seatrial("drift", *schemas, "--fail-on", "list.txt")
    assert done.returncode == 2
    assert "did you mean turn/start?" in done.stderr
    missing = seatrial("drift", "nowhere.json", schemas[0])
    assert missing.returncode == 2
    assert "the schema nowhere.json cannot be read" in missing.stderr


def test_the_reference_server_does_not_differ_from_itself(
    seatrial: Callable[..., Any], nothing_left: Callable[[], None]
) -> None:
    done = seatrial("drift", "reference", "reference")
    assert done.returncode == 0, done.stderr
    assert "nothing changed" in done.stdout
    nothing_left()
