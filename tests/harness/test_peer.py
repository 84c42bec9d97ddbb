"""One end of a connection: who answers whom, and what it keeps of both sides."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import pytest

from seatrial.journal import Direction, Entry, Journal
from seatrial.jsonrpc import ErrorResponse, Malformed, Request, Response
from seatrial.peer import Peer, Refused, TimedOut
from seatrial.transport import memory_pair

if TYPE_CHECKING:
    from tests.harness.conftest import Connect, Run


def asked(entry: Entry) -> Entry | None:
    return entry if entry.is_request() else None


def test_a_request_gets_its_own_answer(run: Run, connect: Connect) -> None:
    async def main() -> None:
        async with connect() as (peer, server):
            one, two = peer.begin("one"), peer.begin("two", {"n": 2})
            first, second = await server.hears("one"), await server.hears("two")
            assert "params" not in first
            assert second["params"] == {"n": 2}
            assert first["id"] != second["id"]
            server.says(id=second["id"], result="to two")
            server.says(id=first["id"], result="to one")
            answers = await asyncio.gather(one, two)
            assert [getattr(answer, "result", None) for answer in answers] == ["to one", "to two"]

    run(main())


def test_the_two_id_spaces_may_overlap(run: Run, connect: Connect) -> None:
    async def main() -> None:
        async with connect() as (peer, server):
            answer = peer.begin("ours")
            request_id = (await server.hears("ours"))["id"]
            server.says(id=request_id, method="theirs", params={})
            entry = await peer.wait_for("their request", asked)
            assert not answer.done()
            assert list(peer.unanswered.values()) == [entry]
            sent = peer.respond(entry, {"ok": True})
            assert sent.direction is Direction.CLIENT
            assert await server.hears() == {"id": request_id, "result": {"ok": True}}
            assert not answer.done()
            server.says(id=request_id, result="ours")
            assert await answer == Response(
                id=request_id, result="ours", raw={"id": request_id, "result": "ours"}
            )

    run(main())


def test_ids_are_compared_as_they_are_spelled(run: Run, connect: Connect) -> None:
    async def main() -> None:
        async with connect() as (peer, server):
            answer = peer.begin("ours")
            request_id = (await server.hears())["id"]
            for wrong in (str(request_id), float(request_id), None, [request_id]):
                server.says(id=wrong, result="wrong")
            server.says(id=request_id, result="right")
            assert getattr(await answer, "result", None) == "right"
            for number, spelled in enumerate((1, "1", 1.0, True)):
                server.says(id=spelled, method="ask", params=number)
            entries = [
                await peer.wait_for("a request", lambda e, n=n: _params_are(e, n))  # type: ignore[misc]
                for n in range(4)
            ]
            assert len(peer.unanswered) == 4
            peer.respond(entries[1], "string")
            assert (await server.hears())["id"] == "1"
            assert list(peer.unanswered.values()) == [entries[0], *entries[2:]]

    run(main())


def _params_are(entry: Entry, wanted: Any) -> Entry | None:
    message = entry.message
    return entry if isinstance(message, Request) and message.params == wanted else None


def test_an_answer_that_is_late_or_unknown_disturbs_nothing(run: Run, connect: Connect) -> None:
    async def main() -> None:
        async with connect() as (peer, server):
            with pytest.raises(TimedOut):
                await peer.call("slow", timeout=0)
            slow = (await server.hears("slow"))["id"]
            server.says(id="nobody's", result=1)
            server.says(id=99, error={"code": 1, "message": "nobody's"})
            server.says(id=slow, result="late")
            server.says(id=slow, result="twice")
            quick = peer.begin("quick")
            server.says(id=(await server.hears("quick"))["id"], result="in time")
            assert getattr(await quick, "result", None) == "in time"
            assert [e.raw.get("result") for e in peer.journal.from_server()] == [
                1,
                None,
                "late",
                "twice",
                "in time",
            ]

    run(main())


def test_a_refusal_is_returned_by_call(run: Run, connect: Connect) -> None:
    async def main() -> None:
        async with connect() as (peer, server):
            task = asyncio.ensure_future(peer.call("m"))
            message = await server.hears("m")
            server.says(id=message["id"], error={"code": -32601, "message": "no such method"})
            answer = await task
            assert isinstance(answer, ErrorResponse)
            assert answer.code == -32601

    run(main())


def test_a_refusal_is_raised_by_request(run: Run, connect: Connect) -> None:
    async def main() -> None:
        async with connect() as (peer, server):
            task = asyncio.ensure_future(peer.request("m", {}))
            message = await server.hears("m")
            server.says(id=message["id"], error={"code": -32601, "message": "no such method"})
            with pytest.raises(Refused) as caught:
                await task
            assert caught.value.by_server
            assert caught.value.what == "m was refused"
            assert caught.value.arrived == "error -32601: no such method"
            assert caught.value.reply.code == -32601
            assert "error to #1" in caught.value.evidence

    run(main())


def test_request_returns_the_result_itself(run: Run, connect: Connect) -> None:
    async def main() -> None:
        async with connect() as (peer, server):
            task = asyncio.ensure_future(peer.request("m"))
            server.says(id=(await server.hears("m"))["id"], result=None)
            assert await task is None

    run(main())


def test_an_unopened_peer_can_be_closed(run: Run) -> None:
    async def main() -> None:
        peer = Peer(memory_pair()[0])
        await peer.close()
        assert peer.gone

    run(main())


def test_refusing_a_request_settles_it(run: Run, connect: Connect) -> None:
    async def main() -> None:
        async with connect() as (peer, server):
            server.says(id="q", method="ask")
            entry = await peer.wait_for("a request", asked)
            peer.respond_error(entry, -1, "not now")
            assert await server.hears() == {
                "id": "q",
                "error": {"code": -1, "message": "not now"},
            }
            assert peer.unanswered == {}
            peer.respond(entry, "twice, on purpose")
            assert (await server.hears())["result"] == "twice, on purpose"

    run(main())


def test_only_a_request_can_be_answered(run: Run, connect: Connect) -> None:
    async def main() -> None:
        async with connect() as (peer, server):
            server.says(method="told")
            entry = await peer.wait_for("a notification", lambda e: e)
            with pytest.raises(TypeError, match="only a request can be answered"):
                peer.respond(entry, {})

    run(main())


def test_the_journal_holds_both_sides_in_order(run: Run, connect: Connect) -> None:
    journal = Journal()
    journal.note("from before")

    async def main() -> None:
        async with connect(journal=journal, with_member=True) as (peer, server):
            call = peer.begin("m")
            assert await server.hears() == {"jsonrpc": "2.0", "id": 1, "method": "m"}
            server.says(id=1, result=0)
            await call
            peer.send({"any": "thing"})
            peer.send_line(b"not a message")
            assert json.loads(await server.hears_line() or b"") == {
                "jsonrpc": "2.0",
                "any": "thing",
            }
            assert await server.hears_line() == b"not a message"
            assert peer.journal is journal

    run(main())
    assert [entry.direction.value for entry in journal.entries] == [
        "note",
        "client",
        "server",
        "client",
        "client",
    ]
    assert isinstance(journal.entries[-1].message, Malformed)


def test_an_empty_journal_that_is_given_is_the_one_used(run: Run, connect: Connect) -> None:
    journal = Journal()

    async def main() -> None:
        async with connect(journal=journal) as (peer, _):
            peer.notify("m")

    run(main())
    assert len(journal.entries) == 1


def test_the_memory_transport_knows_when_nobody_reads(run: Run) -> None:
    async def main() -> None:
        ours, theirs = memory_pair()
        assert ours.send(b"one\n")
        assert await theirs.receive() == b"one"
        ours.close()
        ours.close()
        assert await theirs.receive() is None
        assert not ours.send(b"two\n")

    run(main())
