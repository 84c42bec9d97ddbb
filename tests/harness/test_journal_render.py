"""A journal for people and programs: the tail, the sequence, the JSON lines."""

from __future__ import annotations

import json

import pytest

from seatrial.journal import Direction, Journal, Redactor, sequence, tail, to_jsonl
from seatrial.jsonrpc import parse


def journal_of(*lines: bytes, direction: Direction = Direction.SERVER) -> Journal:
    journal = Journal()
    for line in lines:
        journal.append(direction, parse(line))
    return journal


@pytest.mark.parametrize(
    ("line", "label"),
    [
        (b'{"id":7,"method":"ask"}', "ask #7"),
        (b'{"id":"7","method":"ask"}', 'ask #"7"'),
        (b'{"method":"told"}', "told"),
        (b'{"method":"told","params":[1]}', "told"),
        (
            b'{"method":"item/started","params":{"item":{"type":"command","id":"c1","status":"x"}}}',
            "item/started command c1 x",
        ),
        (b'{"method":"item/started","params":{"item":{"id":"c1"}}}', "item/started c1"),
        (b'{"method":"turn/completed","params":{"turn":{"status":"ok"}}}', "turn/completed ok"),
        (b'{"id":7,"result":{}}', "answer to #7"),
        (b'{"id":7,"result":[]}', "answer to #7"),
        (b'{"id":7,"result":{"decision":"accept"}}', 'answer to #7: "accept"'),
        (b'{"id":7,"result":{"action":"decline"}}', 'answer to #7: "decline"'),
        (b'{"id":7,"error":{"code":-32600,"message":"no"}}', "error to #7: -32600 no"),
        (b"hello", "not a message (not JSON: Expecting value at column 1)"),
    ],
)
def test_each_kind_of_entry_has_its_label(line: bytes, label: str) -> None:
    (step,) = sequence(journal_of(line).entries)
    assert step.label == label


def test_a_sequence_has_a_row_an_entry_with_the_whole_message_behind_it() -> None:
    journal = journal_of(b'{"id":1,"method":"ask","params":{"text":"\xc3\xa9"}}')
    journal.note("the model is asked", Direction.MODEL)
    asked, noted = sequence(journal.entries)
    assert (asked.seq, asked.direction, asked.at) == (0, "server", journal.entries[0].at)
    assert json.loads(asked.detail) == {"id": 1, "method": "ask", "params": {"text": "é"}}
    assert "é" in asked.detail
    assert (noted.direction, noted.label, noted.detail) == ("model", "the model is asked", "")


def test_the_tail_shows_the_last_and_counts_the_others() -> None:
    journal = journal_of(*(f'{{"method":"m{n}"}}'.encode() for n in range(5)))
    lines = tail(journal.entries, count=2).splitlines()
    assert lines[0] == "  … 3 before"
    assert [line.split()[-1] for line in lines[1:]] == ["m3", "m4"]
    assert len(tail(journal.entries, count=5).splitlines()) == 5


def test_the_tail_cuts_a_line_at_the_width_exactly() -> None:
    journal = journal_of(f'{{"method":"{"m" * 300}"}}'.encode())
    (line,) = tail(journal.entries, width=40).splitlines()
    assert len(line) == 40
    assert line.endswith("m…")
    (whole,) = tail(journal.entries, width=500).splitlines()
    (exact,) = tail(journal.entries, width=len(whole)).splitlines()
    assert whole == exact
    assert whole.endswith("m")


def test_the_tail_tells_the_directions_apart() -> None:
    journal = Journal()
    for direction in (Direction.CLIENT, Direction.SERVER, Direction.MODEL, Direction.NOTE):
        journal.note(direction.value, direction)
    lines = tail(journal.entries).splitlines()
    assert [line.split(maxsplit=1)[1] for line in lines] == [
        "→ client",
        "← server",
        "⇄ model",
        "· note",
    ]


def test_an_empty_tail_says_so() -> None:
    assert tail([]) == "  (nothing was exchanged)"


def test_json_lines_hold_each_entry() -> None:
    journal = journal_of(b'{"method":"told"}', b"hello")
    journal.note("a note of sk-secret")
    told, garbage, note = map(
        json.loads, to_jsonl(journal.entries, Redactor(["sk-secret"])).splitlines()
    )
    assert told == {
        "from": "server",
        "at": round(journal.entries[0].at, 6),
        "message": {"method": "told"},
    }
    assert garbage["line"] == "hello"
    assert garbage["malformed"].startswith("not JSON")
    assert "message" not in garbage
    assert note["text"] == "a note of <redacted>"
    assert note["from"] == "note"
    assert to_jsonl([]) == ""
    assert to_jsonl(journal.entries).count("\n") == 3
