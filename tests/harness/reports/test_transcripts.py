import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from seatrial.conformance import TranscriptStep
from seatrial.reports import with_transcripts
from seatrial.reports.transcripts import is_transcript


def _step(detail: str) -> TranscriptStep:
    return TranscriptStep(seq=7, at=0.5, direction="server", label="a label", detail=detail)


def test_each_check_gets_a_file_and_its_name(make_run: Any, make_check: Any) -> None:
    run, files = with_transcripts(
        make_run(make_check(requirement="a.b"), make_check(requirement="a.c", steps=()))
    )
    assert [row.transcript for row in run.results] == ["transcripts/a.b-app_v2.jsonl", ""]
    assert list(files) == ["transcripts/a.b-app_v2.jsonl"]
    assert len(files["transcripts/a.b-app_v2.jsonl"].splitlines()) == 4


def test_a_row_holds_the_message_or_what_came_instead_of_one(
    make_run: Any, make_check: Any
) -> None:
    details = ('{"id": 1,\n "a": "ü"}', '"not a message"', "{half", "NaN", "")
    _, files = with_transcripts(make_run(make_check(steps=tuple(map(_step, details)))))
    rows = [json.loads(line) for text in files.values() for line in text.splitlines()]
    common = {"seq": 7, "at": 0.5, "from": "server", "label": "a label"}
    assert rows == [
        common | {"message": {"id": 1, "a": "ü"}},
        common | {"line": "not a message"},
        common | {"line": "{half"},
        common | {"line": "NaN"},
        common,
    ]


@given(names=st.lists(st.text(max_size=200), max_size=4), dialect=st.text(max_size=200))
def test_a_name_never_leaves_the_folder_nor_meets_another(
    make_run: Any, make_check: Any, names: list[str], dialect: str
) -> None:
    checks = [make_check(requirement=name, dialect=dialect) for name in names]
    run, files = with_transcripts(make_run(*checks))
    assert [row.transcript for row in run.results] == list(files)
    assert len({name.casefold() for name in files}) == len(names)
    assert all(is_transcript(name) for name in files)
    assert all("/" not in name.removeprefix("transcripts/") and len(name) < 200 for name in files)


def test_a_name_from_an_earlier_report_is_kept_only_if_it_is_one_of_ours(
    make_run: Any, make_check: Any
) -> None:
    names = ("transcripts/a.jsonl", "transcripts/../../etc/passwd", "/etc/passwd", "transcripts/..")
    checks = [make_check(steps=(), transcript=name) for name in names]
    run, files = with_transcripts(make_run(*checks))
    assert [row.transcript for row in run.results] == ["transcripts/a.jsonl", "", "", ""]
    assert files == {}
