"""Faults of what a stream says: events too many, too few, damaged or out of order."""

from __future__ import annotations

import json

import pytest
from tests.provider.faults.conftest import (
    CHAT_NAMES,
    RESPONSE_TYPES,
    body,
    chat,
    head,
    last,
    missed,
    names,
    plain,
    put,
    read,
    responses,
    websocket,
)

from seatrial_provider.faults import (
    BadJson,
    DuplicateEvent,
    EarlyTerminal,
    ErrorInStream,
    ExtraEvent,
    Fault,
    MissingEvent,
    ShuffledEvents,
    WrongSequence,
)
from seatrial_provider.wire.plan import End, Plan

DONE = "response.completed"


def numbers(plan: Plan) -> list[int | None]:
    return [event.get("sequence_number") for event in read(plan)]


def test_bad_json_damages_one_event_and_no_other() -> None:
    damaged = put(responses(), BadJson(at=2))
    assert names(damaged) == [*RESPONSE_TYPES[:2], "damaged", *RESPONSE_TYPES[3:]]
    _, _, broken, *_ = body(damaged).split(b"\n\n")
    with pytest.raises(ValueError, match="Expecting"):
        json.loads(broken.partition(b"data: ")[2])


def test_bad_json_damages_a_json_body_and_its_length_fits() -> None:
    damaged = put(plain(), BadJson())
    assert body(damaged) == body(plain())[:-1]
    assert head(damaged).length == len(body(damaged))


def test_bad_json_damages_a_message_of_a_websocket() -> None:
    assert names(put(websocket(), BadJson(at=0))) == ["damaged", *RESPONSE_TYPES[1:]]


def test_duplicate_event_repeats_the_end_if_nothing_else_is_said() -> None:
    twice = put(responses(), DuplicateEvent())
    assert names(twice) == [*RESPONSE_TYPES, DONE]
    assert numbers(twice) == [0, 1, 2, 3, 4, 4]


def test_duplicate_event_repeats_the_done_of_a_chat_stream() -> None:
    assert body(put(chat(), DuplicateEvent(at="[DONE]"))).count(b"[DONE]") == 2


def test_missing_event_leaves_out_the_end_if_nothing_else_is_said() -> None:
    assert names(put(responses(), MissingEvent())) == RESPONSE_TYPES[:-1]
    assert names(put(chat(), MissingEvent())) == [n for n in CHAT_NAMES if n != "finish_reason"]


def test_missing_event_leaves_out_the_first_of_a_type() -> None:
    short = put(responses(), MissingEvent(at="response.output_text.delta"))
    assert numbers(short) == [0, 1, 3, 4]


def test_early_terminal_says_the_end_before_the_text() -> None:
    early = put(responses(), EarlyTerminal(at=2))
    assert names(early) == [*RESPONSE_TYPES[:2], DONE, *RESPONSE_TYPES[2:4]]


def test_early_terminal_needs_something_to_come_before() -> None:
    assert "not before the terminal" in missed(responses(), EarlyTerminal(at=4))


def test_shuffled_events_has_every_event_once_and_in_another_order() -> None:
    two = put(responses(), MissingEvent(at=0), MissingEvent(at=0), MissingEvent(at=0))
    for seed in range(30):
        mixed = put(responses(), ShuffledEvents(), seed=str(seed))
        assert sorted(names(mixed)) == sorted(RESPONSE_TYPES)
        assert numbers(put(two, ShuffledEvents(), seed=str(seed))) == [4, 3]


def test_shuffled_events_needs_two_events() -> None:
    opened, _, end = responses()
    assert "no order" in missed((opened, end), ShuffledEvents())


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (WrongSequence(at=2, change="repeat"), [0, 1, 1, 3, 4]),
        (WrongSequence(at=2, change="gap"), [0, 1, 3, 4, 5]),
        (WrongSequence(at=2, change="missing"), [0, 1, None, 3, 4]),
    ],
)
def test_wrong_sequence_changes_numbers(fault: Fault, told: list[int | None]) -> None:
    assert numbers(put(responses(), fault)) == told


def test_wrong_sequence_needs_numbers() -> None:
    assert "no sequence_number" in missed(chat(), WrongSequence())


def test_extra_event_is_new_and_the_rest_is_numbered_anew() -> None:
    extra = put(responses(), ExtraEvent(at=2))
    assert names(extra)[2] == "response.seatrial.extra"
    assert b"event: response.seatrial.extra\n" in body(extra)
    assert numbers(extra) == list(range(6))


def test_extra_event_of_a_chat_stream_is_a_chunk_without_a_choice() -> None:
    (chunk,) = [c for c in read(put(chat(), ExtraEvent())) if not c["choices"] and "usage" not in c]
    assert chunk["id"] == "c1"


def test_error_in_stream_is_an_event_of_its_own_in_responses() -> None:
    failed = put(responses(), ErrorInStream(at=3, code="server_error", message="no more"))
    assert names(failed) == [*RESPONSE_TYPES[:3], "error"]
    assert read(failed)[-1] == {
        "type": "error",
        "code": "server_error",
        "message": "no more",
        "param": None,
        "sequence_number": 3,
    }
    assert last(failed) == End()


def test_error_in_stream_is_an_envelope_in_chat() -> None:
    failed = put(chat(), ErrorInStream(at=2))
    assert read(failed)[-1]["error"]["code"] == "server_error"
    assert b"[DONE]" not in body(failed)


@pytest.mark.parametrize("fault", [DuplicateEvent(), ShuffledEvents(), ErrorInStream()])
def test_a_json_body_has_no_events_to_change(fault: Fault) -> None:
    assert "carried in JSON" in missed(plain(), fault)
