"""What cannot be meant is refused where it is written, in four parts, and nothing is served yet."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from seatrial_provider import (
    Gate,
    JournalBounds,
    Provider,
    ScriptError,
    in_order,
    reply,
    say,
)
from seatrial_provider.faults import Bandwidth, Garbage, Latency, Slices, SlowAccept

WRONG: Any = "wrong"
NUMBER: Any = 3


@pytest.mark.parametrize(
    ("write", "expected"),
    [
        (lambda: Provider(port=99_999), "0 to 65535"),
        (lambda: Provider(port=True), "0 to 65535"),
        (lambda: Provider(host=NUMBER), "an address"),
        (lambda: Provider(kept=-1), "from 0 on"),
        (lambda: Provider(largest_body=0), "from 1 on"),
        (lambda: Provider(largest_body=WRONG), "from 1 on"),
        (lambda: Provider(loop_limit=0), "from 1 on, or None"),
        (lambda: Provider(seed=WRONG), "a whole number"),
        (lambda: Provider(api_key=""), "not empty"),
        (lambda: Provider(api_key=NUMBER), "not empty"),
        (lambda: JournalBounds(requests=-1), "from 0 on"),
        (lambda: JournalBounds(size=WRONG), "from 0 on"),
        (lambda: reply(say("a"), permanent=WRONG), "an instance of bool"),
        (lambda: reply(say("a"), queued=NUMBER), "an instance of bool"),
        (lambda: reply(say("a"), gates={"headers": WRONG}), "an instance of Gate"),
        (lambda: in_order(), "in_order(reply(...)"),
        (lambda: reply(say("a"), faults=[Garbage(at="headers")]), "one of"),
        (lambda: reply(say("a"), faults=[Garbage(at="every-event")]), "one of"),
        (lambda: Latency(seconds=WRONG), "at least 0"),
        (lambda: Latency(seconds=float("nan")), "at least 0"),
        (lambda: SlowAccept(seconds=WRONG), "at least 0"),
        (lambda: Slices(size=WRONG), "at least 1"),
        (lambda: Bandwidth(bytes_per_second=WRONG), "at least 1"),
    ],
)
def test_it_is_refused_with_what_was_expected(write: Callable[[], object], expected: str) -> None:
    with pytest.raises(ScriptError) as raised:
        write()
    error = raised.value
    assert expected in error.expected
    assert error.arrived
    assert error.cause.endswith("?")
    assert error.remedy


def test_what_is_at_the_edge_is_taken() -> None:
    Provider(port=65_535, kept=0, largest_body=1, loop_limit=None, seed=-1, api_key=None)
    JournalBounds(requests=0, size=0)
    reply(say("a"), permanent=True, gates={"headers": Gate("held")})
    reply(say("a"), faults=[Latency(seconds=0, at="every-event")])
