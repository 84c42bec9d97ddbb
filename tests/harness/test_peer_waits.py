"""The one bounded wait: what it sees, and how it fails."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

import seatrial.peer as peers
from seatrial.errors import SeatrialError
from seatrial.journal import Direction, Entry
from seatrial.peer import PeerGone, TimedOut, timeout_factor

if TYPE_CHECKING:
    from tests.harness.conftest import Connect, Run


def method_of(entry: Entry) -> str | None:
    return getattr(entry.message, "method", None)


async def settle() -> None:
    """Lets every task that can go on do so."""
    for _ in range(10):
        await asyncio.sleep(0)


def test_a_wait_looks_first_at_what_arrived(run: Run, connect: Connect) -> None:
    async def main() -> None:
        async with connect() as (peer, server):
            server.says(method="first")
            server.says(method="second")
            await peer.wait_for("second", lambda e: True if method_of(e) == "second" else None)
            found = await peer.wait_for("anything", method_of, timeout=0)
            assert found == "first"
            cursor = peer.journal.end()
            with pytest.raises(TimedOut):
                await peer.wait_for("anything more", method_of, since=cursor, timeout=0)
            server.says(method="third")
            assert await peer.wait_for("anything more", method_of, since=cursor) == "third"

    run(main())


def test_a_wait_sees_only_what_the_server_sent(run: Run, connect: Connect) -> None:
    async def main() -> None:
        async with connect() as (peer, server):
            peer.notify("ours")
            peer.journal.note("a note")
            wait = asyncio.ensure_future(peer.wait_for("theirs", lambda entry: entry))
            await settle()
            peer.notify("ours too")
            peer.journal.note("another note", Direction.MODEL)
            await settle()
            assert not wait.done()
            server.says(method="theirs")
            assert method_of(await wait) == "theirs"

    run(main())


def test_a_match_that_is_false_but_not_none_is_a_match(run: Run, connect: Connect) -> None:
    async def main() -> None:
        async with connect() as (peer, server):
            wait = asyncio.ensure_future(peer.wait_for("zero", lambda entry: 0))
            await settle()
            server.says(method="m")
            assert await wait == 0
            assert await peer.wait_for("zero", lambda entry: 0, timeout=0) == 0

    run(main())


def test_two_waits_are_served_by_one_message(run: Run, connect: Connect) -> None:
    async def main() -> None:
        async with connect() as (peer, server):
            waits = [asyncio.ensure_future(peer.wait_for("m", method_of)) for _ in range(2)]
            await settle()
            server.says(method="m")
            server.says(method="n")
            assert await asyncio.gather(*waits) == ["m", "m"]

    run(main())


def test_every_wait_fails_at_once_when_the_server_closes(run: Run, connect: Connect) -> None:
    async def main() -> None:
        async with connect(obituary=lambda: "exit status 3") as (peer, server):
            call = asyncio.ensure_future(peer.call("m"))
            wait: asyncio.Future[Any] = asyncio.ensure_future(
                peer.wait_for("a thing", lambda entry: None)
            )
            begun = peer.begin("n")
            await settle()
            assert not call.done()
            server.closes()
            failed = await asyncio.gather(call, wait, begun, return_exceptions=True)
            assert [type(error) for error in failed] == [PeerGone] * 3
            assert peer.gone
            told = [str(error) for error in failed]
            assert "expected: the answer to m" in told[0]
            assert "expected: a thing" in told[1]
            assert all("exit status 3" in text for text in told)
            assert all("the server closed the connection" in text for text in told)
            assert isinstance(failed[0], PeerGone)
            assert failed[0].by_server

    run(main())


def test_a_wait_after_the_end_fails_at_once_but_finds_what_arrived(
    run: Run, connect: Connect
) -> None:
    async def main() -> None:
        async with connect() as (peer, server):
            server.says(method="m")
            server.closes()
            with pytest.raises(PeerGone):
                await peer.wait_for("what never came", lambda entry: None)
            assert await peer.wait_for("m", method_of) == "m"
            with pytest.raises(PeerGone):
                await peer.wait_for("more", method_of, since=peer.journal.end())
            with pytest.raises(PeerGone, match="the answer to late"):
                await peer.call("late")
            assert peer.notify("unheard").direction is Direction.CLIENT

    run(main())


def test_closing_our_end_fails_what_still_waits(run: Run, connect: Connect) -> None:
    async def main() -> None:
        async with connect() as (peer, _):
            wait = asyncio.ensure_future(peer.wait_for("m", method_of))
            await settle()
            await peer.close()
            with pytest.raises(PeerGone):
                await wait

    run(main())


def test_a_timeout_says_what_was_waited_for_and_what_came(run: Run, connect: Connect) -> None:
    async def main() -> None:
        async with connect(obituary=lambda: "still running") as (peer, server):
            server.says(method="hello")
            await peer.wait_for("hello", method_of)
            with pytest.raises(TimedOut) as caught:
                await peer.wait_for("the moon", lambda entry: None, timeout=0)
            error = caught.value
            assert error.by_server
            assert error.what == "waited 0 s for the moon"
            assert (error.expected, error.arrived) == ("the moon", "nothing that matches")
            assert "← hello" in error.evidence
            assert "still running" in error.evidence

    run(main())


def test_a_timeout_lists_the_lines_that_are_no_messages(run: Run, connect: Connect) -> None:
    async def main() -> None:
        async with connect() as (peer, server):
            server.says_line(b"Welcome!")
            server.says_line(b"  \t")
            server.says_line(b"")
            server.says_line(b"\xff")
            await peer.wait_for("garbage", lambda e: e if e.raw == "\ufffd" else None)
            with pytest.raises(TimedOut) as caught:
                await peer.call("m", timeout=0)
            assert caught.value.arrived == ("2 lines that are no messages, the first: 'Welcome!'")

    run(main())


def test_the_factor_stretches_every_bound(
    run: Run, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert timeout_factor() == 1
    monkeypatch.setenv("SEATRIAL_TIMEOUT_FACTOR", "0.5")
    assert timeout_factor() == 0.5
    monkeypatch.setenv("SEATRIAL_TIMEOUT_FACTOR", "0")

    async def main() -> None:
        async with connect(timeout=1000) as (peer, _):
            with pytest.raises(TimedOut, match="waited 0 s"):
                await peer.call("m")

    run(main())


@pytest.mark.parametrize(
    "error",
    [
        SeatrialError("w", expected="e", arrived="a", cause="c", remedy="r"),
        KeyError("item"),
        AssertionError("no"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_an_error_in_a_matcher_is_raised_by_the_wait_and_by_nothing_else(
    run: Run, connect: Connect, error: Exception
) -> None:
    def bad(entry: Entry) -> None:
        raise error

    async def main() -> None:
        async with connect() as (peer, server):
            wait: asyncio.Future[Any] = asyncio.ensure_future(peer.wait_for("m", bad))
            other = asyncio.ensure_future(peer.wait_for("n", lambda e: method_of(e) == "n" or None))
            await settle()
            server.says(method="m")
            server.says(method="n")
            with pytest.raises(type(error)):
                await wait
            assert await other
            with pytest.raises(type(error)):
                await peer.wait_for("m", bad)

    run(main())


def test_a_wait_that_is_over_no_longer_listens(run: Run, connect: Connect) -> None:
    seen: list[Entry] = []

    async def main() -> None:
        async with connect() as (peer, server):
            with pytest.raises(TimedOut):
                await peer.wait_for("m", seen.append, timeout=0)
            wait: asyncio.Future[Any] = asyncio.ensure_future(peer.wait_for("m", seen.append))
            await settle()
            wait.cancel()
            await asyncio.gather(wait, return_exceptions=True)
            server.says(method="m")
            await peer.wait_for("m", method_of)
            assert seen == []
            assert peer.journal._listeners == []

    run(main())


@pytest.mark.parametrize(("bound", "value"), [("FLOOD_MESSAGES", 3), ("FLOOD_BYTES", 70)])
def test_a_server_that_floods_is_read_up_to_a_bound(
    run: Run, connect: Connect, monkeypatch: pytest.MonkeyPatch, bound: str, value: int
) -> None:
    monkeypatch.setattr(peers, bound, value)

    async def main() -> None:
        async with connect() as (peer, server):
            answer = peer.begin("a question")
            for number in range(10):
                server.says(method="again", params=number)
            with pytest.raises(PeerGone, match="flooded us") as raised:
                await peer.wait_for("an end", lambda e: e if method_of(e) == "end" else None)
            assert "3 messages, 0 MiB, and no end of them" in str(raised.value)
            assert "again" in str(raised.value)
            with pytest.raises(PeerGone):
                await answer
            with pytest.raises(PeerGone, match="flooded us"):
                await peer.call("another question")
            assert [e.raw["params"] for e in peer.journal.from_server()] == [0, 1, 2]

    run(main())
