"""A form that is filled has the bytes that a join has, whole and in parts."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from seatrial_provider.wire.filled import Filled, Form

AROUND = st.lists(st.binary(max_size=20), min_size=1, max_size=20)


@given(AROUND, st.binary(max_size=5), st.integers(1, 40))
def test_it_has_the_bytes_of_a_join_whole_and_in_parts(
    around: list[bytes], filling: bytes, size: int
) -> None:
    filled, joined = Filled(Form(around), filling), filling.join(around)
    parts = b"".join(filled.parts(size))
    assert (bytes(filled), len(filled), parts) == (joined, len(joined), joined)


def test_its_parts_have_about_the_size_that_is_asked_for() -> None:
    filled = Filled(Form([b"ten bytes."] * 1000), b"-")
    *full, last = filled.parts(600)
    assert {len(part) for part in full} <= set(range(500, 701))
    assert 0 < len(last) <= 700


def test_it_equals_whatever_has_the_same_bytes() -> None:
    filled = Filled(Form([b"a", b"c"]), b"b")
    assert filled == b"abc" == Filled(Form([b"ab", b""]), b"c")
    assert filled != b"abd"
    assert filled != "abc"
