"""Faults of how a body comes over the wire: in which pieces, how late, under which headers."""

from __future__ import annotations

import pytest
from tests.provider.faults.conftest import (
    PLANS,
    RESPONSE_TYPES,
    STREAMS,
    body,
    chat,
    head,
    header,
    last,
    missed,
    plain,
    put,
    responses,
    streamed,
    websocket,
    written,
)

from seatrial_provider import Gate, ScriptError
from seatrial_provider.faults import (
    Bandwidth,
    ConnectionClosed,
    CutOff,
    InterimResponse,
    Latency,
    OneWrite,
    Slices,
    SplitCharacters,
    SplitEvents,
    WrongContentType,
    WrongLength,
)
from seatrial_provider.wire.plan import Delay, End, Head, Hold, Plan, Raw, Write


def delays(plan: Plan) -> list[float]:
    return [step.seconds for step in plan if isinstance(step, Delay)]


def test_slices_are_single_bytes_if_nothing_else_is_said() -> None:
    assert {len(write.payload) for write in written(put(responses(), Slices()))} == {1}


def test_slices_have_at_most_their_size() -> None:
    sizes = [len(write.payload) for write in written(put(plain(), Slices(size=7)))]
    assert max(sizes) == 7
    assert sum(sizes) == len(body(plain()))


def test_slices_of_nothing_are_refused() -> None:
    with pytest.raises(ScriptError, match="size of at least 1"):
        Slices(size=0)


@pytest.mark.parametrize("carrier", PLANS)
def test_split_characters_leaves_no_character_beyond_ascii_whole(carrier: str) -> None:
    pieces = [write.payload for write in written(put(PLANS[carrier], SplitCharacters()))]
    for piece in pieces:
        text = piece.decode(errors="ignore")
        assert text.isascii(), f"{text!r} arrived whole"
    assert b"".join(pieces) == body(PLANS[carrier])


def test_split_characters_needs_a_character_beyond_ascii() -> None:
    assert "all ASCII" in missed(streamed(b"data: {}\n\n"), SplitCharacters())


def test_split_events_cuts_each_event_in_two() -> None:
    pieces = written(put(responses(), SplitEvents()))
    assert len(pieces) == 2 * len(RESPONSE_TYPES)
    joined = [a.payload + b.payload for a, b in zip(pieces[::2], pieces[1::2], strict=True)]
    assert all(event.startswith(b"event: ") and event.endswith(b"}\n\n") for event in joined)


def test_one_write_joins_everything() -> None:
    (joined,) = written(put(responses(), OneWrite()))
    assert joined.payload == body(responses())


def test_one_write_does_not_pass_a_gate() -> None:
    opened, text, end = responses()
    held: Plan = (opened, text, Hold(Gate("held")), text, end)
    assert len(written(put(held, OneWrite()))) == 2


@pytest.mark.parametrize("carrier", PLANS)
@pytest.mark.parametrize("fault", [Slices(size=3), SplitEvents(), OneWrite()], ids=repr)
def test_pieces_change_no_bytes(carrier: str, fault: Slices | SplitEvents | OneWrite) -> None:
    assert body(put(PLANS[carrier], fault)) == body(PLANS[carrier])


def test_latency_comes_before_the_headers_if_nothing_else_is_said() -> None:
    assert put(plain(), Latency(seconds=2))[0] == Delay(2)


def test_latency_can_come_between_the_headers_and_the_body() -> None:
    opened, late, *_ = put(plain(), Latency(seconds=2, at="first-byte"))
    assert isinstance(opened, Head)
    assert late == Delay(2)


def test_latency_can_come_before_every_event() -> None:
    late = put(responses(), Latency(seconds=0.5, at="every-event"))
    assert delays(late) == [0.5] * len(RESPONSE_TYPES)
    assert isinstance(late[2], Write)


def test_latency_can_come_before_one_event_or_byte() -> None:
    late = put(responses(), Latency(seconds=1, at="response.completed"))
    assert late.index(Delay(1)) == len(late) - 3
    assert delays(put(websocket(), Latency(seconds=1, at=2))) == [1]


def test_latency_jitters_as_the_seed_says() -> None:
    late = delays(put(responses(), Latency(seconds=1, jitter=0.5, at="every-event")))
    assert len(set(late)) == len(RESPONSE_TYPES)
    assert all(1 <= seconds <= 1.5 for seconds in late)
    assert late == delays(put(responses(), Latency(seconds=1, jitter=0.5, at="every-event")))


def test_latency_is_not_below_zero() -> None:
    with pytest.raises(ScriptError, match="seconds of at least 0"):
        Latency(seconds=-1)


@pytest.mark.parametrize("stream", STREAMS)
def test_bandwidth_takes_the_time_of_all_bytes(stream: str) -> None:
    slow = put(STREAMS[stream], Bandwidth(bytes_per_second=100))
    assert sum(delays(slow)) == pytest.approx(len(body(STREAMS[stream])) / 100)
    assert max(len(write.payload) for write in written(slow)) == 5
    assert body(slow) == body(STREAMS[stream])


def test_bandwidth_lets_something_through() -> None:
    with pytest.raises(ScriptError, match="bytes_per_second of at least 1"):
        Bandwidth(bytes_per_second=0)


def test_wrong_content_type_replaces_the_header() -> None:
    wrong = put(responses(), WrongContentType(value="text/plain"))
    assert header(wrong, "content-type") == "text/plain"
    assert header(wrong, "x-request-id") == "req_0001"


@pytest.mark.parametrize("by", [10, -10])
def test_wrong_length_is_off_by_so_many_bytes(by: int) -> None:
    wrong = put(chat(), WrongLength(by=by))
    assert head(wrong).length == len(body(chat())) + by
    assert last(wrong) == End(close=True)


def test_wrong_length_is_never_right_nor_below_zero() -> None:
    with pytest.raises(ScriptError, match="a length that is wrong"):
        WrongLength(by=0)
    assert "the body has only" in missed(plain(), WrongLength(by=-1000))


def test_connection_closed_comes_after_the_whole_body() -> None:
    closed = put(responses(), ConnectionClosed())
    assert last(closed) == End(close=True)
    assert body(closed) == body(responses())


def test_connection_closed_needs_an_end() -> None:
    outcome_of_both = [CutOff(), ConnectionClosed()]
    with pytest.raises(AssertionError):
        put(responses(), *outcome_of_both)


def test_interim_response_comes_before_the_head() -> None:
    early, opened, *_ = put(plain(), InterimResponse())
    assert isinstance(early, Raw)
    assert early.payload.startswith(b"HTTP/1.1 103 ")
    assert early.payload.endswith(b"\r\n\r\n")
    assert isinstance(opened, Head)
