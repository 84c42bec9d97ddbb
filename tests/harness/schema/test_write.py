"""A server writes its own schema: once for a program, and in words where it does not."""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from seatrial.profiles import Profile
from seatrial.schema import BadSchema, WritesNoSchema, load_schema, schema_of
from seatrial.schema import write as writing
from seatrial.schema.keep import Shelf
from seatrial.servers import ServerUnderTest

WRITER = """
import pathlib, sys
log = pathlib.Path({log!r})
log.write_text(log.read_text() + "x" if log.exists() else "x")
(pathlib.Path(sys.argv[-1]) / "all.json").write_text({text!r})
"""


def own_schema(**more: Any) -> dict[str, Any]:
    return {"file": "all.json", "writes": [{"arguments": ["schema", "${folder}"], **more}]}


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SEATRIAL_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def test_a_schema_is_written_once_in_a_run_and_not_kept_for_what_an_interpreter_runs(
    fake: Any, run: Any, document: dict[str, Any], tmp_path: Path, cache: Path
) -> None:
    text = WRITER.format(log=str(tmp_path / "log"), text=json.dumps(document))
    mine = fake(text, own_schema=own_schema())
    assert run(schema_of(mine)) is run(schema_of(mine))
    assert (tmp_path / "log").read_text() == "x"
    assert not (cache / "schemas").exists()
    assert list((tmp_path / "homes").glob("*")) == []


def test_the_schema_of_a_program_is_kept_until_its_file_changes(
    run: Any, document: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("seatrial.schema.keep._here", {})
    program = tmp_path / "program"
    shutil.copy(shutil.which("cp") or "/bin/cp", program)
    source = tmp_path / "all.json"
    source.write_text(json.dumps(document))
    shape = {
        "name": "cp",
        "title": "Copier",
        "dialects": ["app_v2"],
        "own_schema": {"file": "all.json", "writes": [{"arguments": [str(source), "${folder}"]}]},
    }
    server = ServerUnderTest(
        name="cp", program=(str(program),), profile=Profile.model_validate(shape)
    )
    run(schema_of(server))
    source.unlink()
    monkeypatch.setattr("seatrial.schema.keep._here", {})
    assert run(schema_of(server)).find is not None
    monkeypatch.setattr("seatrial.schema.keep._here", {})
    os.utime(program, ns=(1, 1))
    with pytest.raises(WritesNoSchema, match="did not write its schema"):
        run(schema_of(server))


def test_a_release_outside_the_window_writes_none(fake: Any, run: Any) -> None:
    mine = fake("", own_schema=own_schema(until="1.0")).at("2.0")
    with pytest.raises(WritesNoSchema, match="writes no schema of itself"):
        run(schema_of(mine))
    assert mine.profile.missing(("schema",), "2.0") == "Fake 2.0 writes no schema of itself"
    assert mine.profile.missing(("schema",), "0.9") is None


@pytest.mark.parametrize(
    ("program", "arrived"),
    [("import sys; sys.exit('no such command')", "exit status 1"), ("input()\n", "exit status 1")],
)
def test_a_server_that_fails_is_told_with_the_last_of_its_stderr(
    fake: Any, run: Any, program: str, arrived: str
) -> None:
    with pytest.raises(WritesNoSchema, match="did not write its schema") as raised:
        run(schema_of(fake(program, own_schema=own_schema())))
    assert raised.value.arrived == arrived
    assert raised.value.evidence


def test_a_server_that_never_ends_meets_a_bound(
    fake: Any, run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "BOUND", 0.2)
    hanging = fake("import threading; threading.Event().wait()", own_schema=own_schema())
    with pytest.raises(WritesNoSchema) as raised:
        run(schema_of(hanging))
    assert raised.value.arrived == "it was still running"


def test_a_server_that_writes_nothing_of_use_is_told_so(fake: Any, run: Any) -> None:
    with pytest.raises(BadSchema, match="cannot be read"):
        run(schema_of(fake("pass", own_schema=own_schema())))


@pytest.mark.parametrize(
    ("content", "arrived"), [("{", "no JSON"), ("{}", "definitions: none"), (None, "No such file")]
)
def test_a_file_that_is_no_schema_is_told_so(
    tmp_path: Path, content: str | None, arrived: str
) -> None:
    file = tmp_path / "x.json"
    if content is not None:
        file.write_text(content)
    with pytest.raises(BadSchema) as raised:
        load_schema(file)
    assert arrived in str(raised.value)


def test_a_damaged_copy_in_the_cache_is_written_again(
    document: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("seatrial.schema.keep._here", {})
    shelf = Shelf((sys.executable,), ("schema",))
    written = tmp_path / "all.json"
    written.write_text(json.dumps(document))
    shelf.keep(load_schema(written), written)
    (copy,) = (tmp_path / "cache" / "schemas").glob("*.json")
    copy.write_text("{")
    monkeypatch.setattr("seatrial.schema.keep._here", {})
    assert shelf.find(None, title="x") is None
