"""What a connection brings is read whole, in whatever pieces it comes, and nothing breaks it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial_provider.wire.plan import End, Head, Hold, Write
from seatrial_provider.wire.reading import RequestReader, TooLarge, Unreadable

if TYPE_CHECKING:
    from tests.provider.conftest import Run
    from tests.provider.wire.conftest import Serve

PLAIN = (
    b"POST /v1/a%20b?x=%20 HTTP/1.1\r\nHost: h\r\nX-A: 1\r\nx-a: 2\r\nContent-Length: 3\r\n\r\nabc"
)
CHUNKED = (
    b"POST /c HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1;ext\r\nc\r\n0\r\n\r\n"
)
CLOSING = b"GET /d HTTP/1.1\r\nConnection: close\r\n\r\n"
OLD = b"GET /e HTTP/1.0\r\n\r\n"
PROXIED = b"GET http://other/f?q HTTP/1.1\r\nHost: other\r\n\r\n"
OTHER_PROTOCOL = (
    b"POST /g HTTP/1.1\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
    b"HTTP2-Settings: AA\r\nContent-Length: 2\r\n\r\nhi"
)


def read(*pieces: bytes, limit: int = 1_000) -> RequestReader:
    reader = RequestReader(limit=limit)
    for piece in pieces:
        reader.feed(piece)
    return reader


@pytest.mark.parametrize(
    ("raw", "path", "query", "body", "keeps_alive"),
    [
        pytest.param(PLAIN, "/v1/a b", "x=%20", b"abc", True, id="with a length"),
        pytest.param(CHUNKED, "/c", "", b"abc", True, id="in chunks"),
        pytest.param(CLOSING, "/d", "", b"", False, id="the last of its connection"),
        pytest.param(OLD, "/e", "", b"", False, id="HTTP/1.0"),
        pytest.param(PROXIED, "/f", "q", b"", True, id="as a proxy is asked"),
        pytest.param(OTHER_PROTOCOL, "/g", "", b"hi", True, id="that would like HTTP/2"),
    ],
)
def test_a_request_is_read(
    raw: bytes, path: str, query: str, body: bytes, *, keeps_alive: bool
) -> None:
    (request,) = read(raw).items
    assert request.path_and_query() == (path, query)
    assert (request.body, request.keeps_alive, request.trouble) == (body, keeps_alive, None)


def test_repeated_headers_are_joined_and_names_are_lower_case() -> None:
    (request,) = read(PLAIN).items
    assert request.headers == {"host": "h", "x-a": "1, 2", "content-length": "3"}


@given(st.lists(st.sampled_from([PLAIN, CHUNKED, PROXIED, OTHER_PROTOCOL])), st.data())
def test_it_is_the_same_in_whatever_pieces_it_comes(raws: list[bytes], data: st.DataObject) -> None:
    whole = b"".join(raws)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(whole)))))
    pieces = [whole[a:b] for a, b in zip([0, *cuts], [*cuts, len(whole)], strict=True)]
    assert read(*pieces).items == read(*raws).items
    assert len(read(*pieces).items) == len(raws)


@given(st.binary())
def test_no_bytes_break_the_reader(noise: bytes) -> None:
    for request in read(noise, b"\r\n\r\n", noise).items:
        assert request.trouble is None or isinstance(request.trouble, Unreadable)


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(b"\x16\x03\x01\x02\x00\x01\x00", id="TLS"),
        pytest.param(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", id="HTTP/2"),
        pytest.param(b"GET /\xff HTTP/1.1\r\n\r\n", id="a path that is no ASCII"),
        pytest.param(CHUNKED.replace(b"2\r\nab", b"z\r\nab"), id="a chunk without a size"),
        pytest.param(PLAIN.replace(b"h: 3", b"h: 99999999999999999999"), id="a length too long"),
        pytest.param(PLAIN.replace(b"h: 3", b"h: -3"), id="a length below zero"),
    ],
)
def test_what_is_no_request_is_told_and_nothing_after_it_is_read(raw: bytes) -> None:
    request = read(CLOSING.replace(b"close", b"keep-alive"), raw, PLAIN).items.pop()
    assert isinstance(request.trouble, Unreadable)


@pytest.mark.parametrize("raw", [PLAIN, CHUNKED])
def test_a_body_over_the_bound_is_told_and_one_at_the_bound_is_read(raw: bytes) -> None:
    (request,) = read(raw, PLAIN, limit=2).items
    assert isinstance(request.trouble, TooLarge)
    assert request.body == b""
    (request,) = read(raw, limit=3).items
    assert request.body == b"abc"


def test_a_body_that_is_announced_to_be_over_the_bound_is_not_waited_for() -> None:
    (request,) = read(PLAIN.removesuffix(b"abc"), limit=2).items
    assert request.trouble == TooLarge(limit=2, announced=3)


def test_requests_sent_ahead_are_answered_in_order(run: Run, serve: Serve) -> None:
    async def main() -> None:
        async with serve() as served, served.client(PLAIN * 100 + CLOSING) as client:
            answers = (await client.rest()).split(b"HTTP/1.1 200 OK\r\n")[1:]
            bodies = [answer.partition(b"\r\n\r\n")[2] for answer in answers]
            assert bodies == [b"%d" % number for number in range(1, 102)]

    run(main())


def test_requests_sent_ahead_wait_for_the_one_that_is_held(run: Run, serve: Serve) -> None:
    from seatrial_provider import Gate

    async def main() -> None:
        gate = Gate("first")
        held = (Head(200, (), 1), Hold(gate), Write(b"1"), End())
        async with serve(held) as served, served.client(PLAIN * 100 + CLOSING) as client:
            assert (await client.head()).startswith(b"HTTP/1.1 200")
            await gate.reached()
            assert len(served.requests) == 1
            gate.release()
            assert (await client.rest()).count(b"HTTP/1.1 200 OK") == 100

    run(main())


def test_a_client_that_wants_leave_for_its_body_gets_it_in_its_turn(run: Run, serve: Serve) -> None:
    async def main() -> None:
        asking = b"POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n"
        async with serve() as served, served.client(PLAIN + asking) as client:
            assert await client.head() == b"HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\n"
            assert await client.reader.readexactly(1) == b"1"
            assert await client.head() == b"HTTP/1.1 100 Continue\r\n\r\n"
            client.send(b"hi")
            assert (await client.head()).startswith(b"HTTP/1.1 200")
            assert [request.body for request in served.requests] == [b"abc", b"hi"]

    run(main())


def test_half_a_request_is_none(run: Run, serve: Serve) -> None:
    async def main() -> None:
        async with serve() as served:
            async with served.client(PLAIN[:-1]) as client:
                client.writer.write_eof()
                assert await client.rest() == b""
            assert await served.exchange(CLOSING)
            assert [request.path for request in served.requests] == ["/d"]

    run(main())


def test_a_client_that_says_all_at_once_and_closes_its_side_is_answered(
    run: Run, serve: Serve
) -> None:
    async def main() -> None:
        async with serve() as served, served.client() as client:
            client.send(PLAIN)
            client.writer.write_eof()
            assert (await client.rest()).endswith(b"\r\n\r\n1")

    run(main())


def test_many_clients_at_once_are_served(run: Run, serve: Serve) -> None:
    async def main() -> None:
        async with serve() as served:
            answers = await asyncio.gather(*(served.exchange(CLOSING) for _ in range(300)))
            assert len({answer.partition(b"\r\n\r\n")[2] for answer in answers}) == 300

    run(main())
