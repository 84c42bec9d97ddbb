"""Faults that end a response before its end: where, how, and what the journal knows of it."""

from __future__ import annotations

import pytest
from tests.provider.faults.conftest import (
    CHAT_NAMES,
    PLANS,
    RESPONSE_TYPES,
    STREAMS,
    body,
    chat,
    head,
    last,
    missed,
    names,
    plain,
    put,
    responses,
)

from seatrial_provider import Gate, ScriptError, reply, say
from seatrial_provider.faults import (
    ANYWHERE,
    HEADERS,
    TERMINAL,
    BrokenChunk,
    Byte,
    CutOff,
    EndEarly,
    Fault,
    HalfClose,
    Place,
    Reset,
    Stall,
)
from seatrial_provider.wire import plan as steps

ENDINGS: list[tuple[Fault, steps.Step]] = [
    (CutOff(), steps.Cut()),
    (EndEarly(), steps.End()),
    (Reset(), steps.Reset()),
    (HalfClose(), steps.HalfClose()),
    (Stall(), steps.Stall()),
]


@pytest.mark.parametrize("carrier", PLANS)
@pytest.mark.parametrize(("fault", "step"), ENDINGS, ids=lambda value: type(value).__name__)
def test_an_ending_leaves_out_the_end_and_does_its_step(
    fault: Fault, step: steps.Step, carrier: str
) -> None:
    whole = PLANS[carrier]
    cut = put(whole, fault)
    assert last(cut) == step
    assert body(whole).startswith(body(cut))
    assert 0 < len(body(cut)) < len(body(whole))


def test_cut_off_leaves_the_length_of_a_json_body_as_it_was() -> None:
    assert head(put(plain(), CutOff(at=Byte(3)))).length == len(body(plain()))


def test_end_early_says_the_length_of_what_it_sends() -> None:
    cut = put(plain(), EndEarly(at=Byte(3)))
    assert (head(cut).length, body(cut)) == (3, body(plain())[:3])


def test_end_early_cannot_come_before_the_headers() -> None:
    with pytest.raises(ScriptError, match="a place after the headers"):
        EndEarly(at=HEADERS)


def test_reset_can_come_before_the_headers() -> None:
    assert put(responses(), Reset(at=HEADERS)) == (steps.Reset(),)


def test_half_close_comes_before_an_event_by_its_type() -> None:
    cut = put(responses(), HalfClose(at="response.output_text.delta"))
    assert names(cut) == RESPONSE_TYPES[:2]


def test_stall_comes_before_an_event_by_its_number() -> None:
    assert names(put(chat(), Stall(at=2))) == CHAT_NAMES[:2]
    assert names(put(chat(), Stall(at=-1))) == CHAT_NAMES[:-1]


def test_broken_chunk_ends_with_a_size_that_is_none() -> None:
    *before, broken, end = put(responses(), BrokenChunk(at=1))
    assert names(tuple(before)) == RESPONSE_TYPES[:1]
    assert (broken, end) == (steps.Raw(b"not-a-size\r\n"), steps.Cut())


@pytest.mark.parametrize("place", ["response.output_text.delta[1]", "event[3]"])
def test_an_event_may_be_named_by_its_count(place: str) -> None:
    assert names(put(responses(), CutOff(at=place))) == RESPONSE_TYPES[:3]


@pytest.mark.parametrize("place", ["response.output_text.delta[1]", "content[1]", "event[2]"])
def test_an_event_of_chat_may_be_named_by_its_count(place: str) -> None:
    assert names(put(chat(), CutOff(at=place))) == CHAT_NAMES[:2]


def test_an_event_that_does_not_come_so_often_is_told() -> None:
    place = "response.output_text.delta[2]"
    assert f"no event {place!r}" in missed(responses(), CutOff(at=place))


def test_a_place_that_is_misspelt_is_refused_with_the_name_that_is_meant() -> None:
    with pytest.raises(ScriptError) as raised:
        reply(say("hi"), faults=[CutOff(at="response.complete[1]")])
    assert raised.value.cause == "Is 'response.completed' meant?"


@pytest.mark.parametrize("name", CHAT_NAMES)
def test_every_part_of_a_chat_stream_has_a_name(name: str) -> None:
    assert names(put(chat(), CutOff(at=name))) == CHAT_NAMES[: CHAT_NAMES.index(name)]


@pytest.mark.parametrize(
    ("place", "name"),
    [
        ("response.created", "role"),
        ("response.output_text.delta", "content"),
        ("response.completed", "finish_reason"),
    ],
)
def test_a_place_in_a_chat_stream_may_be_named_as_in_responses(place: str, name: str) -> None:
    assert put(chat(), CutOff(at=place)) == put(chat(), CutOff(at=name))


def test_the_terminal_event_of_a_chat_stream_is_the_one_with_the_finish_reason() -> None:
    assert names(put(chat(), CutOff(at=TERMINAL))) == CHAT_NAMES[:3]


@pytest.mark.parametrize("stream", STREAMS.values(), ids=STREAMS)
@pytest.mark.parametrize("byte", [0, 1, 60, -1])
def test_a_byte_is_a_place(stream: steps.Plan, byte: int) -> None:
    assert body(put(stream, CutOff(at=Byte(byte)))) == body(stream)[:byte]


def test_any_place_follows_from_the_seed() -> None:
    cuts = [body(put(responses(), CutOff(at=ANYWHERE), seed=str(seed))) for seed in range(40)]
    again = [body(put(responses(), CutOff(at=ANYWHERE), seed=str(seed))) for seed in range(40)]
    assert cuts == again
    assert len(set(cuts)) == len(RESPONSE_TYPES)


def test_the_seed_of_a_fault_goes_before_that_of_the_provider() -> None:
    fault = CutOff(at=ANYWHERE, seed=7)
    cuts = {body(put(responses(), fault, seed=str(seed))) for seed in range(20)}
    assert len(cuts) == 1


def test_a_gate_before_the_place_is_still_reached() -> None:
    hold = steps.Hold(Gate("held"))
    opened, text, end = responses()
    assert isinstance(text, steps.Write)
    held = (opened, hold, text, end)
    assert put(held, Reset(at=0)) == (opened, hold, steps.Reset())


@pytest.mark.parametrize(
    ("place", "reason"),
    [
        ("response.output_item.added", "no event 'response.output_item.added' among response.cr"),
        (5, "no event 5 among 5"),
        (Byte(100_000), "no byte 100000 among"),
    ],
)
def test_a_place_that_is_not_there_is_told(place: Place, reason: str) -> None:
    assert reason in missed(responses(), CutOff(at=place))


def test_a_json_body_has_no_events() -> None:
    assert "a JSON body has no event 2" in missed(plain(), CutOff(at=2))
