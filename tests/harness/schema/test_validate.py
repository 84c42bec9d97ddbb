"""A server's messages against its own schema."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.journal import Direction, Journal
from seatrial.jsonrpc import encode, parse
from seatrial.schema import Bundle, Fault, Finding, Validator

Examine = Callable[..., list[Finding]]


@pytest.fixture(scope="session")
def examined(read: Callable[..., Bundle]) -> Examine:
    """Holds messages against the schema."""

    def examine(*messages: tuple[str, dict[str, Any]], of: Bundle | None = None) -> list[Finding]:
        journal = Journal()
        for who, message in messages:
            journal.append(Direction(who), parse(encode(message, with_member=False)))
        return list(Validator(of or read()).examine(journal.entries).findings)

    return examine


def done(turn: Any) -> tuple[str, dict[str, Any]]:
    return "server", {"method": "turn/done", "params": {"turn": turn}}


def asked(method: str) -> tuple[str, dict[str, Any]]:
    return "client", {"id": 1, "method": method, "params": {}}


def test_messages_as_the_schema_has_them_are_let_pass(examined: Examine) -> None:
    assert not examined(
        asked("list"),
        ("server", {"id": 1, "result": {"names": ["a"]}}),
        done({"id": "1", "status": "done"}),
        (
            "server",
            {"id": "0", "method": "may/run", "params": {"what": {"type": "command", "line": "ls"}}},
        ),
        (
            "server",
            {"method": "event/began", "params": {"msg": {"type": "began", "at": 1}, "id": 2}},
        ),
        ("server", {"id": 9, "error": {"code": -1, "message": "no"}}),
    )


@pytest.mark.parametrize(
    ("turn", "path", "expected", "arrived"),
    [
        ({"id": "1"}, "$.params.turn", "the member 'status'", "missing"),
        ({"id": 1, "status": "done"}, "$.params.turn.id", "string", "1"),
        ({"id": "1", "status": "odd"}, "$.params.turn.status", "one of 'done', 'failed'", "'odd'"),
    ],
)
def test_a_finding_says_where_what_and_what_came(
    turn: Any, path: str, expected: str, arrived: str, examined: Examine
) -> None:
    (finding,) = examined(done(turn))
    assert finding.fault is Fault.UNFIT
    assert (finding.path, finding.expected, finding.arrived) == (path, expected, arrived)
    assert finding.message == "the notification turn/done"


def test_of_a_union_the_form_that_was_meant_is_told(examined: Examine) -> None:
    what = {"type": "patch", "files": "a.txt"}
    (finding,) = examined(("server", {"id": "0", "method": "may/run", "params": {"what": what}}))
    assert (finding.path, finding.expected) == ("$.params.what.files", "array")


def test_an_answer_is_held_against_the_method_that_was_asked(examined: Examine) -> None:
    (finding,) = examined(asked("list"), ("server", {"id": 1, "result": {"turn": 1}}))
    assert finding.message == "the answer to list"
    assert finding.expected == "the member 'names'"


def test_an_event_is_held_against_its_own_form(examined: Examine) -> None:
    params = {"msg": {"type": "began", "at": "noon"}}
    (finding,) = examined(("server", {"method": "event/began", "params": params}))
    assert finding.path == "$.params.msg.at"


@pytest.mark.parametrize(
    "message",
    [
        {"method": "turn/cheered", "params": {}},
        {"id": 1, "method": "may/sing", "params": {}},
        {"id": 7, "result": {}},
        {"method": "event/cheered", "params": {"msg": {"type": "cheered"}}},
    ],
)
def test_a_message_that_the_schema_does_not_have_is_a_finding(
    message: dict[str, Any], examined: Examine
) -> None:
    assert [one.fault for one in examined(("server", message))] == [Fault.UNKNOWN]


def test_a_member_that_is_not_described_is_told_from_one_that_may_be_anything(
    examined: Examine,
) -> None:
    (finding,) = examined(done({"id": "1", "status": "done", "mood": "gay"}))
    assert (finding.fault, finding.path) == (Fault.UNDESCRIBED, "$.params.turn.mood")


def test_an_error_of_another_shape_is_a_finding(examined: Examine) -> None:
    (finding,) = examined(
        asked("list"), ("server", {"id": 1, "error": {"code": "x", "message": ""}})
    )
    assert finding.message == "the error in answer to list"


def test_what_the_client_sends_and_lines_that_are_no_messages_are_not_looked_at(
    read: Callable[..., Bundle],
) -> None:
    journal = Journal()
    journal.append(Direction.CLIENT, parse(b'{"method": "nonsense"}'))
    journal.append(Direction.SERVER, parse(b"nonsense"))
    came = Validator(read()).examine(journal.entries)
    assert (came.count, came.findings) == (0, ())


def test_anything_fits_a_definition_that_is_not_there(
    document: dict[str, Any], read: Callable[..., Bundle], examined: Examine
) -> None:
    del document["definitions"]["v2"]["Turn"]
    bundle = read(document)
    assert bundle.holes == ("v2/Turn",)
    assert not examined(done({"whatever": 1}), of=bundle)


@given(
    params=st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_whatever_a_server_sends_is_judged_and_is_never_an_error_of_ours(
    examined: Examine, params: Any
) -> None:
    assert examined(("server", {"method": "turn/done", "params": params}))
