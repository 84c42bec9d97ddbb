"""The last writes of several connections: together, in order, to clients that are still there."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tests.provider.wire.conftest import Served, Wire, ok

from seatrial_provider import Provider, reply, say
from seatrial_provider.wire.plan import Cut, End, Head, Write
from seatrial_provider.wire.server import HttpServer

if TYPE_CHECKING:
    from tests.provider.conftest import Ask, Run

    from seatrial_provider.recorded import RecordedRequest
    from seatrial_provider.wire.plan import Plan

ASK = b"GET / HTTP/1.1\r\n\r\n"


def said(payload: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%s" % (len(payload), payload)


def asking(answers: Served, said: list[bytes] | None = None) -> tuple[Wire, Wire]:
    """Returns two connections of one server, on each of which somebody has just asked."""
    server = HttpServer(answers)
    both = Wire(server, said), Wire(server, said)
    for wire in both:
        wire.arrive(ASK)
    return both


class Noting(Served):
    """Notes into one list what is written, and when a request is settled."""

    def __init__(self, plans: tuple[Plan, ...]) -> None:
        super().__init__(plans)
        self.notes: list[bytes] = []

    def settle(self, request: RecordedRequest) -> None:
        self.notes.append(b"settled %d" % request.index)


def test_the_only_connection_is_answered_at_once(run: Run) -> None:
    async def main() -> None:
        wire = Wire(HttpServer(Served((ok(b"one"),))))
        wire.arrive(ASK)
        assert wire.said == [said(b"one")]

    run(main())


def test_the_last_writes_of_a_turn_are_made_one_after_the_other(run: Run) -> None:
    async def main() -> None:
        answers = Noting((ok(b"one"), ok(b"two")))
        asking(answers, answers.notes)
        assert answers.notes == []
        await asyncio.sleep(0)
        assert answers.notes == [said(b"one"), said(b"two"), b"settled 0", b"settled 1"]
        assert [request.completed for request in answers.requests] == [True, True]

    run(main())


def test_requests_sent_ahead_are_answered_in_order(run: Run) -> None:
    async def main() -> None:
        answers = Served(tuple(ok(b"%d" % number) for number in range(5)))
        server = HttpServer(answers)
        wire, _other = Wire(server), Wire(server)
        wire.arrive(ASK * 5)
        for _ in range(5):
            await answers.settled.get()
        assert wire.said == [said(b"%d" % number) for number in range(5)]

    run(main())


def test_a_client_that_went_away_in_between_is_not_written_to(run: Run) -> None:
    async def main() -> None:
        answers = Served((ok(b"one"), ok(b"two")))
        gone, there = asking(answers)
        gone.lose()
        await asyncio.sleep(0)
        assert (gone.said, there.said) == ([], [said(b"two")])
        lost, answered = answers.requests
        assert (lost.completed, lost.client_gone) == (False, True)
        assert (answered.completed, answered.client_gone) == (True, False)
        assert [answers.settled.get_nowait().index for _ in range(2)] == [0, 1]
        assert answers.settled.empty()

    run(main())


def test_an_answer_is_complete_only_when_the_client_took_it(run: Run) -> None:
    async def main() -> None:
        answers = Served((ok(b"one"),))
        server = HttpServer(answers)
        wire, _other = Wire(server, fills=True), Wire(server)
        wire.arrive(ASK)
        await asyncio.sleep(0)
        (request,) = answers.requests
        assert (wire.said, request.completed) == ([said(b"one")], False)
        assert answers.settled.empty()
        wire.connection.resume_writing()
        assert await answers.settled.get() is request
        assert request.completed

    run(main())


def test_what_follows_the_end_of_a_body_is_not_held_up_for_others(run: Run) -> None:
    async def main() -> None:
        answers = Served(((Head(200, (), 1), Write(b"x"), End(), Cut()),))
        server = HttpServer(answers)
        wire, _other = Wire(server), Wire(server)
        wire.arrive(ASK)
        assert (wire.said, wire.is_closing()) == ([said(b"x")], True)
        assert answers.settled.get_nowait().completed

    run(main())


def test_what_goes_wrong_on_one_connection_is_reported_and_stays_there(run: Run) -> None:
    class Failing(Noting):
        def settle(self, request: RecordedRequest) -> None:
            super().settle(request)
            if request.index == 0:
                raise RuntimeError("the first one")

    async def main() -> None:
        answers = Failing((ok(b"one"), ok(b"two")))
        broken, sound = asking(answers)
        await asyncio.sleep(0)
        assert answers.notes == [b"settled 0", b"settled 1"]
        assert [str(failure) for failure in answers.failures] == ["the first one"]
        assert (broken.is_closing(), sound.is_closing()) == (True, False)

    run(main())


def test_who_waits_for_a_request_finds_it_answered(run: Run, ask: Ask) -> None:
    async def main() -> None:
        async with Provider() as provider:
            provider.script(reply(say("hello"), permanent=True))
            parts = urlsplit(provider.base_url)
            body = json.dumps(ask()).encode()
            head = b"POST /v1/responses HTTP/1.1\r\ncontent-length: %d\r\n\r\n" % len(body)
            links = [await asyncio.open_connection(parts.hostname, parts.port) for _ in range(3)]
            for count, (_, writer) in enumerate(links, start=1):
                writer.write(head + body)
                arrived = await provider.wait_for_requests(count)
                assert [request.completed for request in arrived] == [True] * count
            for _, writer in links:
                writer.close()
                await writer.wait_closed()

    run(main())


def test_many_clients_at_once_get_their_own_answers(run: Run) -> None:
    async def main() -> None:
        count = 20
        answers = Served(tuple(ok(b"%d" % number) for number in range(count)))
        server = HttpServer(answers)
        answers.port = await server.start()

        async def ask() -> bytes:
            return await answers.exchange(b"GET / HTTP/1.1\r\nconnection: close\r\n\r\n")

        answered = await asyncio.gather(*(ask() for _ in range(count)))
        await server.close()
        bodies = [raw.partition(b"\r\n\r\n")[2] for raw in answered]
        assert sorted(bodies, key=int) == [b"%d" % number for number in range(count)]

    run(main())
