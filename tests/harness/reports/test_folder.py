import errno
import json
import os
from pathlib import Path
from typing import Any

import pytest

from seatrial.conformance import Verdict
from seatrial.reports import CannotWrite, check_writable, read_json, write_all


def _everything(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def test_every_report_is_written(every_verdict: Any, tmp_path: Path) -> None:
    written = write_all(every_verdict(), tmp_path / "deep" / "down")
    folder = tmp_path / "deep" / "down"
    assert written.html == folder / "report.html"
    assert written.html.read_text("utf-8").startswith("<!doctype html>")
    assert json.loads(written.json.read_text("utf-8"))["exit_status"] == 1
    assert written.junit.read_bytes().startswith(b"<?xml")
    assert written.markdown.read_text("utf-8").startswith("## ")
    assert json.loads(written.badge.read_text("utf-8"))["schemaVersion"] == 1
    assert len(list(written.transcripts.iterdir())) == len(Verdict)
    assert len(_everything(folder)) == 5 + len(Verdict)
    assert read_json(written.json.read_text("utf-8")).counts == written.result.counts
    assert all((folder / row.transcript).is_file() for row in written.result.results)


def test_text_that_has_no_utf8_is_written(every_verdict: Any, hostile: str, tmp_path: Path) -> None:
    run = every_verdict(text=hostile)
    written = write_all(run, tmp_path)
    assert all(content.decode("utf-8") for content in _everything(tmp_path).values())
    assert read_json(written.json.read_text("utf-8")).server == run.server


def test_a_second_run_replaces_the_first_and_nothing_else(
    make_run: Any, make_check: Any, tmp_path: Path
) -> None:
    write_all(make_run(make_check(requirement="a.old"), make_check(requirement="a.both")), tmp_path)
    (tmp_path / "transcripts" / "mine.jsonl").write_text("kept")
    write_all(make_run(make_check(requirement="a.both")), tmp_path)
    names = {path.name for path in (tmp_path / "transcripts").iterdir()}
    assert names == {"a.both-app_v2.jsonl", "mine.jsonl"}
    assert "a.old" not in (tmp_path / "report.json").read_text("utf-8")


def test_an_earlier_report_cannot_have_a_foreign_file_removed(
    make_run: Any, make_check: Any, tmp_path: Path
) -> None:
    folder = tmp_path / "report"
    (tmp_path / "precious.jsonl").write_text("kept")
    written = write_all(make_run(make_check(transcript="")), folder)
    text = written.json.read_text("utf-8")
    written.json.write_text(
        text.replace(written.result.results[0].transcript, "transcripts/../../precious.jsonl")
    )
    write_all(make_run(), folder)
    assert (tmp_path / "precious.jsonl").read_text() == "kept"


def test_a_broken_earlier_report_is_replaced(make_run: Any, tmp_path: Path) -> None:
    (tmp_path / "report.json").write_bytes(b"\xff{")
    assert read_json(write_all(make_run(), tmp_path).json.read_text("utf-8")).results == ()


def _place(name: str, tmp_path: Path) -> Path:
    folder = tmp_path / "report"
    if name == "the folder is a file":
        folder.write_text("mine")
    elif name == "a folder above is a file":
        folder.write_text("mine")
        return folder / "below"
    elif name == "the transcripts are a file":
        folder.mkdir()
        (folder / "transcripts").write_text("mine")
    else:
        (folder / "summary.md").mkdir(parents=True)
    return folder


@pytest.mark.parametrize(
    "name",
    [
        "the folder is a file",
        "a folder above is a file",
        "the transcripts are a file",
        "a report is a folder",
    ],
)
def test_a_place_that_does_not_fit_is_told(make_run: Any, tmp_path: Path, name: str) -> None:
    folder = _place(name, tmp_path)
    before = _everything(tmp_path)
    with pytest.raises(CannotWrite) as caught:
        write_all(make_run(), folder)
    error = caught.value
    assert str(folder) in error.what
    assert error.cause in {
        "is there a file where a folder is needed?",
        "is there a folder where a file is needed?",
    }
    assert all((error.expected, error.arrived, error.remedy))
    assert _everything(tmp_path) == before


@pytest.mark.parametrize(
    ("number", "cause"),
    [
        (errno.ENOSPC, "is the disk full?"),
        (errno.EACCES, "does the folder belong to somebody else?"),
        (errno.EROFS, "is the file system mounted for reading only?"),
        (errno.EIO, "is the place on a disk that can be reached?"),
    ],
)
def test_a_write_that_fails_leaves_what_was_there(
    make_run: Any,
    make_check: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    number: int,
    cause: str,
) -> None:
    write_all(make_run(make_check()), tmp_path / "old")
    before = _everything(tmp_path)
    real = Path.write_bytes

    def failing(self: Path, data: Any) -> int:
        if self.name == "summary.md":
            real(self, data[:10])
            raise OSError(number, os.strerror(number), str(self))
        return real(self, data)

    monkeypatch.setattr(Path, "write_bytes", failing)
    for folder in (tmp_path / "old", tmp_path / "new" / "deeper"):
        with pytest.raises(CannotWrite) as caught:
            write_all(make_run(make_check(Verdict.FAIL)), folder)
        assert caught.value.cause == cause
        assert os.strerror(number) in caught.value.arrived
    assert _everything(tmp_path) == before
    assert [path.name for path in tmp_path.iterdir()] == ["old"]


def test_a_place_that_can_be_written_is_left_as_it_was(tmp_path: Path) -> None:
    check_writable(tmp_path / "deep" / "down", "report.json")
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_found_beforehand(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "report.json").mkdir()
    with pytest.raises(CannotWrite, match="is there a file where a folder is needed"):
        check_writable(tmp_path / "file")
    with pytest.raises(CannotWrite, match="is there a folder where a file is needed"):
        check_writable(tmp_path, "report.json")
