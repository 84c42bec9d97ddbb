"""A plan on a connection whose client reads slowly, or not any more."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, cast

from tests.provider.wire.conftest import Served, Wire

from seatrial_provider import Gate
from seatrial_provider.recorded import RecordedRequest
from seatrial_provider.wire.exchange import Exchange
from seatrial_provider.wire.filled import Filled, Form
from seatrial_provider.wire.framing import HttpWriter
from seatrial_provider.wire.plan import End, Fill, Head, Hold, Reset, Write
from seatrial_provider.wire.reading import Arrived
from seatrial_provider.wire.server import HttpServer

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.provider.conftest import Run

    from seatrial_provider.wire.link import Link
    from seatrial_provider.wire.plan import Plan


class Slow:
    """A link whose client takes one write, and then reads when the test says so."""

    def __init__(self) -> None:
        self.written: list[bytes] = []
        self.is_clear = True
        self.is_gone = False
        self.was_reset = False
        self._once: Callable[[], None] = lambda: None

    def write(self, data: bytes) -> None:
        assert self.is_clear, "written to although the client does not read"
        self.written.append(bytes(data))
        self.is_clear = False

    def once_clear(self, function: Callable[[], None]) -> None:
        self._once = function

    async def clear(self) -> None:
        raise AssertionError("the test reads by itself")

    def reset(self) -> None:
        assert self.is_clear
        self.was_reset = True

    def read(self) -> None:
        self.is_clear = True
        self._once()


def begun(plan: Plan) -> tuple[Exchange, Slow, RecordedRequest]:
    recorded = RecordedRequest(index=0, method="GET", path="/")
    link, writer = Slow(), HttpWriter(Arrived("GET", b"/"), recorded)
    return Exchange(cast("Link", link), writer, recorded, plan), link, recorded


def test_it_is_complete_when_the_last_byte_was_taken() -> None:
    exchange, link, recorded = begun((Head(200, (), 1), Write(b"x"), End()))
    assert exchange.advance() is not None
    states = [recorded.completed]
    link.read()
    states.append(recorded.completed)
    assert exchange.advance() is None
    assert states == [False, True]


def test_a_long_body_goes_slice_by_slice_as_the_client_reads() -> None:
    payload = bytes(200_000)
    exchange, link, recorded = begun((Head(200, (), len(payload)), Write(payload), End()))
    while exchange.advance() is not None:
        assert len(recorded.sent_bytes) == sum(map(len, link.written[1:]))
        link.read()
    head, *slices = link.written
    assert head.endswith(b"\r\n\r\n")
    assert [len(piece) for piece in slices] == [65_536, 65_536, 65_536, 3_392]
    assert recorded.completed


def test_a_long_body_that_is_filled_in_goes_slice_by_slice_too() -> None:
    body = Filled(Form([bytes(100)] * 2_000), b"-")
    exchange, link, recorded = begun((Head(200, (), len(body)), Fill(body), End()))
    while exchange.advance() is not None:
        link.read()
    _, *slices = link.written
    assert b"".join(slices) == bytes(body) == recorded.sent_bytes
    assert len(slices) >= 4
    assert max(map(len, slices)) <= 65_536


def test_a_client_that_went_away_gets_no_more_and_did_not_get_all() -> None:
    async def main() -> None:
        exchange, link, recorded = begun((Head(200, (), 1), Write(b"x"), End()))
        link.is_gone = True
        assert exchange.advance() is not None
        assert (link.written, recorded.completed) == ([], False)

    asyncio.run(main())


def test_a_reset_waits_until_what_was_sent_before_it_was_taken() -> None:
    for before in ((Head(200, ()),), (Head(200, ()), Write(b"x"))):
        exchange, link, _ = begun((*before, Reset()))
        assert exchange.advance() is not None
        assert not link.was_reset
        link.read()
        assert exchange.advance() is None
        assert link.was_reset


def test_a_client_that_sends_too_far_ahead_is_not_read_for_a_while(run: Run) -> None:
    async def main() -> None:
        gate = Gate("first")
        answers = Served(((Head(200, (), 1), Hold(gate), Write(b"x"), End()),))
        wire = Wire(HttpServer(answers))
        wire.arrive(b"GET / HTTP/1.1\r\n\r\n" * 60)
        reads = [wire.reads]
        wire.arrive(b"GET / HTTP/1.1\r\n\r\n" * 10)
        reads.append(wire.reads)
        gate.release()
        for _ in range(70):
            await answers.settled.get()
        reads.append(wire.reads)
        assert reads == [True, False, True]

    run(main())
