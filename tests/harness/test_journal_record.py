"""The record of the wire: append-only, read from any place, told to whoever listens."""

from __future__ import annotations

import pytest

from seatrial.journal import Cursor, Direction, Entry, Journal
from seatrial.jsonrpc import parse

ASK = parse(b'{"id":0,"method":"ask","params":{}}')
TOLD = parse(b'{"method":"told"}')
ANSWER = parse(b'{"id":0,"result":1}')
GARBAGE = parse(b"listening on \xff")


def test_entries_are_numbered_without_gaps_and_timed_in_order() -> None:
    journal = Journal()
    made = [
        journal.append(Direction.SERVER, ASK),
        journal.note("a note"),
        journal.append(Direction.CLIENT, ANSWER),
    ]
    assert journal.entries == made
    assert [entry.seq for entry in made] == [0, 1, 2]
    assert sorted(entry.at for entry in made) == [entry.at for entry in made]


def test_an_entry_cannot_be_changed() -> None:
    entry = Journal().note("a note")
    with pytest.raises(AttributeError):
        entry.text = "another"  # type: ignore[misc]


def test_a_cursor_reads_from_where_it_was_taken() -> None:
    journal = Journal()
    journal.note("before")
    cursor = journal.end()
    assert list(journal.since(cursor)) == []
    after = [journal.append(Direction.SERVER, TOLD), journal.note("after")]
    assert list(journal.since(cursor)) == after
    assert list(journal.since(cursor)) == after
    assert len(list(journal.since())) == 3
    assert journal.end() == Cursor(3)


def test_only_what_the_server_sent_is_from_the_server() -> None:
    journal = Journal()
    first = journal.append(Direction.SERVER, ASK)
    cursor = journal.end()
    journal.append(Direction.CLIENT, ANSWER)
    journal.note("a request", Direction.MODEL)
    journal.note("a note")
    second = journal.append(Direction.SERVER, GARBAGE)
    assert list(journal.from_server()) == [first, second]
    assert list(journal.from_server(cursor)) == [second]


def test_listeners_hear_each_entry_once_until_they_leave() -> None:
    journal = Journal()
    journal.note("unheard")
    heard: list[str] = []
    also: list[int] = []
    leave = journal.listen(lambda entry: heard.append(entry.text))
    journal.listen(lambda entry: also.append(entry.seq))
    journal.note("one")
    leave()
    journal.note("two")
    assert heard == ["one"]
    assert also == [1, 2]


def test_a_listener_may_leave_while_it_is_told() -> None:
    journal = Journal()
    heard: list[str] = []

    def once(entry: Entry) -> None:
        heard.append(entry.text)
        leave()

    leave = journal.listen(once)
    journal.listen(lambda entry: heard.append(f"too: {entry.text}"))
    journal.note("one")
    journal.note("two")
    assert heard == ["one", "too: one", "too: two"]


def test_two_journals_share_nothing() -> None:
    one, other = Journal(), Journal()
    one.note("mine")
    assert other.entries == []


def test_a_branch_holds_what_is_its_own_and_what_is_noted_for_all() -> None:
    whole = Journal()
    one, other = whole.branch(), whole.branch()
    heard: list[str] = []
    other.listen(lambda entry: heard.append(entry.text))
    first = one.note("of one")
    second = whole.note("the model is asked", Direction.MODEL)
    third = other.note("of the other")
    fourth = other.branch().note("of a third")
    assert whole.entries == [first, second, third, fourth]
    assert [entry.seq for entry in whole.entries] == [0, 1, 2, 3]
    assert one.entries == [first, second]
    assert other.entries == [second, third]
    assert heard == ["the model is asked", "of the other"]
    assert list(other.since(other.end())) == []


def test_an_answer_that_a_listener_gives_stands_behind_the_question() -> None:
    whole = Journal()
    branch = whole.branch()

    def answer(entry: Entry) -> None:
        if entry.text == "question":
            branch.note("answer")

    branch.listen(answer)
    branch.note("question")
    for record in (whole, branch):
        assert [entry.text for entry in record.entries] == ["question", "answer"]


def test_an_entry_knows_what_it_is() -> None:
    journal = Journal()
    ask = journal.append(Direction.SERVER, ASK)
    told = journal.append(Direction.SERVER, TOLD)
    answer = journal.append(Direction.SERVER, ANSWER)
    note = journal.note("a note")
    assert [e.is_request() for e in (ask, told, answer, note)] == [True, False, False, False]
    assert [e.is_notification() for e in (ask, told, answer, note)] == [False, True, False, False]
    assert ask.is_request("ask")
    assert not ask.is_request("told")
    assert told.is_notification("told")
    assert not told.is_notification("ask")


def test_raw_is_the_message_as_it_came_or_the_line_as_text() -> None:
    journal = Journal()
    assert journal.append(Direction.SERVER, ANSWER).raw == {"id": 0, "result": 1}
    assert journal.append(Direction.SERVER, GARBAGE).raw == "listening on \N{REPLACEMENT CHARACTER}"
    assert journal.note("a note").raw is None
