"""Interrupting a turn, in each dialect's words, and whose messages are whose beside others."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from seatrial.dialects.app_v1 import TalkTurn
from seatrial.dialects.app_v2_turn import ThreadTurn
from seatrial.dialects.mcp import ToolTurn
from seatrial.dialects.tool_call import ToolCall
from seatrial.journal import Cursor
from seatrial.peer import Peer, Refused, TimedOut

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.harness.conftest import Connect, Run

    from seatrial.dialects import Turn


def thread_turn(peer: Peer) -> Turn:
    return ThreadTurn(peer, thread_id="t1", turn_id="u1", since=Cursor(), others={"t1", "t2"})


def talk_turn(peer: Peer) -> Turn:
    return TalkTurn(peer, Cursor(), conversation="t1", others={"t1", "t2"})


def tool_turn(peer: Peer) -> Turn:
    return ToolTurn(peer, ToolCall(peer, Cursor(), 7))


@pytest.mark.parametrize(
    ("make", "method", "params"),
    [
        (thread_turn, "turn/interrupt", {"threadId": "t1", "turnId": "u1"}),
        (talk_turn, "interruptConversation", {"conversationId": "t1"}),
    ],
)
def test_an_interrupt_is_a_request_that_may_be_refused(
    run: Run, connect: Connect, make: Callable[[Peer], Turn], method: str, params: dict[str, Any]
) -> None:
    async def main() -> None:
        async with connect() as (peer, server):
            turn = make(peer)
            taken = asyncio.ensure_future(turn.interrupt())
            heard = await server.hears(method)
            assert heard["params"] == params
            server.says(id=heard["id"], result={})
            await taken
            refused = asyncio.ensure_future(turn.interrupt())
            again = await server.hears(method)
            server.says(id=again["id"], error={"code": -32600, "message": "no turn"})
            with pytest.raises(Refused):
                await refused

    run(main())


def test_in_mcp_it_is_a_notification_about_the_call(run: Run, connect: Connect) -> None:
    async def main() -> None:
        async with connect() as (peer, server):
            await tool_turn(peer).interrupt()
            heard = await server.hears("notifications/cancelled")
            assert heard["params"] == {"requestId": 7}
            assert "id" not in heard

    run(main())


def test_the_wait_for_the_end_has_the_bound_that_it_is_given(run: Run, connect: Connect) -> None:
    async def main() -> None:
        async with connect() as (peer, _):
            with pytest.raises(TimedOut, match=r"waited 0\.01 s for the turn to end"):
                await thread_turn(peer).end(timeout=0.01)

    run(main())


def test_a_conversation_that_begins_later_is_another_one_all_the_same(
    run: Run, connect: Connect
) -> None:
    async def main() -> None:
        async with connect() as (peer, server):
            threads = {"t1"}
            turn = ThreadTurn(peer, thread_id="t1", turn_id="u1", since=Cursor(), others=threads)
            threads.add("t2")
            for thread in ("t2", "t1"):
                done = {"id": "u", "status": f"of {thread}"}
                server.says(method="turn/completed", params={"threadId": thread, "turn": done})
            assert (await turn.end()).status == "of t1"

    run(main())
