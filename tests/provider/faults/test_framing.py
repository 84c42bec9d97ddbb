"""Framings that the event-stream format allows, and bytes that it does not."""

from __future__ import annotations

from codecs import BOM_UTF8

import pytest
from tests.provider.faults.conftest import (
    STREAMS,
    body,
    head,
    missed,
    plain,
    put,
    read,
    responses,
    written,
)

from seatrial_provider import ScriptError
from seatrial_provider.faults import (
    ByteOrderMark,
    Comments,
    Garbage,
    LineEnds,
    MultiLineData,
    OtherFields,
)


def test_line_ends_are_crlf_if_nothing_else_is_said() -> None:
    ended = body(put(responses(), LineEnds()))
    assert ended.count(b"\r\n") == ended.count(b"\n") == body(responses()).count(b"\n")


def test_line_ends_can_be_cr_alone() -> None:
    ended = body(put(responses(), LineEnds(ends="cr")))
    assert b"\n" not in ended
    assert ended.count(b"\r") == body(responses()).count(b"\n")


def test_comments_stand_before_every_event() -> None:
    lines = body(put(responses(), Comments(text="still here"))).split(b"\n")
    assert lines.count(b": still here") == len(read(responses()))


@pytest.mark.parametrize("text", ["two\nlines", "ends\n", "a\rb"])
def test_comments_have_one_line(text: str) -> None:
    with pytest.raises(ScriptError, match="a text of one line"):
        Comments(text=text)


@pytest.mark.parametrize("stream", STREAMS)
def test_multi_line_data_has_more_lines_and_the_same_data(stream: str) -> None:
    spread = put(STREAMS[stream], MultiLineData())
    events = read(STREAMS[stream])
    assert body(spread).count(b"data: ") > 3 * len(events)
    assert read(spread) == events


def test_byte_order_mark_comes_once_and_first() -> None:
    marked = body(put(responses(), ByteOrderMark()))
    assert marked.startswith(BOM_UTF8)
    assert marked.count(BOM_UTF8) == 1


def test_byte_order_mark_stays_first_whatever_is_listed_after_it() -> None:
    assert body(put(responses(), ByteOrderMark(), Comments(), OtherFields())).startswith(BOM_UTF8)


def test_other_fields_stand_in_every_event() -> None:
    lines = body(put(responses(), OtherFields())).split(b"\n")
    assert [lines.count(line) for line in (b"id: 1", b"retry: 3000", b"unknown")] == [5, 5, 5]


def test_garbage_is_no_text_and_follows_from_the_seed() -> None:
    dirty = put(responses(), Garbage(at=2, size=9))
    noise = written(dirty)[2]
    assert len(noise.payload) == 9
    with pytest.raises(UnicodeDecodeError):
        noise.payload.decode()
    assert dirty == put(responses(), Garbage(at=2, size=9))
    assert dirty != put(responses(), Garbage(at=2, size=9), seed="another")


def test_garbage_in_a_json_body_is_counted_in_its_length() -> None:
    dirty = put(plain(), Garbage(size=3))
    assert head(dirty).length == len(body(dirty)) == len(body(plain())) + 3


def test_garbage_of_no_bytes_is_refused() -> None:
    with pytest.raises(ScriptError, match="size of at least 1"):
        Garbage(size=0)


def test_a_json_body_has_no_lines() -> None:
    assert "carried in JSON" in missed(plain(), LineEnds())
