"""Events to bytes and back."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seatrial_provider.wire.sse import Frame, blocks, decode, encode, encode_all, framed


def test_an_event_is_named_by_its_type_and_ends_with_a_blank_line() -> None:
    assert encode({"type": "a.b", "n": 1}) == b'event: a.b\ndata: {"type":"a.b","n":1}\n\n'


@settings(max_examples=60)
@given(st.lists(st.text()))
def test_what_is_encoded_is_read_back(texts: list[str]) -> None:
    events = [{"type": "t", "text": text} for text in texts]
    assert decode(encode_all(events)) == [Frame(name="t", data=event) for event in events]


@settings(max_examples=60)
@given(st.text())
def test_any_text_can_be_framed_and_is_the_data_of_one_event(text: str) -> None:
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    assert list(blocks(framed(text.encode()))) == [(None, lines)]


def test_what_is_framed_is_named_by_its_type() -> None:
    assert (
        framed(b'{"type": "a.b",\n"n": 1}')
        == b'event: a.b\ndata: {"type": "a.b",\ndata: "n": 1}\n\n'
    )
    assert framed(b'{"type": "a\\n\\nb"}') == b'data: {"type": "a\\n\\nb"}\n\n'
    assert framed(b'{"type": 3}') == b'data: {"type": 3}\n\n'


def test_other_writings_are_read_too() -> None:
    assert decode(b': note\r\ndata:{"a":\r\ndata: 1}\r\nid: 3\r\n\r\nevent: x\r\n\r\n') == [
        Frame(name=None, data={"a": 1})
    ]


def test_an_event_that_was_cut_off_is_left_out() -> None:
    whole = encode({"type": "t"})
    assert decode(whole + whole[:-1]) == decode(whole)


def test_data_that_is_no_json_is_an_error() -> None:
    with pytest.raises(ValueError, match="unexpected"):
        decode(b"data: [DONE\n\n")
