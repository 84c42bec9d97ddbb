"""The app-server's v2 words of a turn: what is understood, and what is not taken for it."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from seatrial.dialects import (
    AppV2,
    AskedAgain,
    Decision,
    Event,
    EventKind,
    Item,
    Policy,
    Sandbox,
    Turn,
    TurnOver,
)
from seatrial.peer import PeerGone

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.harness.conftest import Connect, FakeServer, Run

ASK = "item/commandExecution/requestApproval"


class Play:
    """A turn under way, and the server that plays the other side of it."""

    def __init__(self, agent: AppV2, turn: Turn, server: FakeServer) -> None:
        self.agent, self.turn, self.server = agent, turn, server

    def asks(self, request_id: Any = 0, **params: Any) -> None:
        whole = {"threadId": "t1", "turnId": "u1", "itemId": "c1", **params}
        self.server.says(id=request_id, method=ASK, params=whole)

    def tells(self, method: str, **params: Any) -> None:
        self.server.says(method=method, params={"threadId": "t1", **params})

    def item(self, state: str, item_id: str = "c1", **item: Any) -> None:
        whole = {"type": "commandExecution", "id": item_id, "status": "completed", **item}
        self.tells(f"item/{state}", turnId="u1", item=whole)

    def ends(self, status: str = "completed", thread: str = "t1", **turn: Any) -> None:
        self.tells("turn/completed", threadId=thread, turn={"id": "u1", "status": status, **turn})


@pytest.fixture
def playing(connect: Connect) -> Any:
    @asynccontextmanager
    async def begin(**options: Any) -> AsyncIterator[Play]:
        async with connect(**options) as (peer, server):
            agent = AppV2(peer)
            for name in ("t2", "t1"):
                task = asyncio.ensure_future(
                    agent.start(cwd=Path("/w"), policy=Policy.NEVER, sandbox=Sandbox.READ_ONLY)
                )
                server.says(
                    id=(await server.hears("thread/start"))["id"], result={"thread": {"id": name}}
                )
                thread = await task
            sending = asyncio.ensure_future(thread.send("do it"))
            message = await server.hears("turn/start")
            assert message["params"] == {
                "threadId": "t1",
                "input": [{"type": "text", "text": "do it", "text_elements": []}],
            }
            server.says(id=message["id"], result={"turn": {"id": "u1"}})
            yield Play(agent, await sending, server)

    return begin


def test_an_approval_carries_the_ports_names(run: Run, playing: Any) -> None:
    async def main() -> None:
        async with playing() as play:
            assert play.turn.id == "u1"
            play.asks(
                "q1",
                command=["sh", "-c", "ls"],
                cwd="/w",
                reason=None,
                commandActions=[],
                availableDecisions=["accept", {"amend": 1}],
            )
            approval = await play.turn.approval()
            assert approval.request_id == "q1"
            assert approval.fields == {
                "conversation": "t1",
                "turn": "u1",
                "item": "c1",
                "command": ["sh", "-c", "ls"],
                "cwd": "/w",
                "actions": [],
            }
            assert approval.command == "sh -c ls"
            assert approval.decisions == ("accept", {"amend": 1})
            assert {approval.spelling[name] for name in approval.fields} == {
                "threadId",
                "turnId",
                "itemId",
                "command",
                "cwd",
                "commandActions",
            }
            assert set(AppV2.approval_fields) == set(approval.spelling)

    run(main())


def test_an_approval_may_say_little(run: Run, playing: Any) -> None:
    async def main() -> None:
        async with playing() as play:
            play.server.says(id=0, method=ASK, params={})
            approval = await play.turn.approval()
            assert (approval.fields, approval.command, approval.decisions) == ({}, "", ())
            play.asks(1, command="echo hi")
            assert (await play.turn.approval()).command == "echo hi"

    run(main())


@pytest.mark.parametrize(
    ("decision", "spelled"),
    [
        (Decision.ACCEPT, "accept"),
        (Decision.ACCEPT_FOR_SESSION, "acceptForSession"),
        (Decision.DECLINE, "decline"),
        (Decision.CANCEL, "cancel"),
    ],
)
def test_each_decision_has_its_spelling(
    run: Run, playing: Any, decision: Decision, spelled: str
) -> None:
    async def main() -> None:
        async with playing() as play:
            play.asks("q")
            entry = play.turn.answer(await play.turn.approval(), decision)
            assert await play.server.hears() == {"id": "q", "result": {"decision": spelled}}
            assert entry.raw["result"] == {"decision": spelled}
            assert play.agent.peer.unanswered == {}

    run(main())


def test_what_the_server_takes_back_is_not_waited_for_any_more(run: Run, playing: Any) -> None:
    """A request by its id; at the end of a turn all of its own, and nothing of another thread."""

    async def main() -> None:
        async with playing() as play:
            peer = play.agent.peer

            async def waits_after(method: str) -> list[Any]:
                await peer.wait_for(method, lambda entry: entry.is_notification(method) or None)
                return [entry.raw["id"] for entry in peer.unanswered.values()]

            for number in range(3):
                play.asks(number, itemId=f"c{number}")
            play.asks("other", threadId="t2")
            play.tells("serverRequest/resolved", requestId=1)
            assert await waits_after("serverRequest/resolved") == [0, 2, "other"]
            play.ends()
            assert await waits_after("turn/completed") == ["other"]

    run(main())


def test_approvals_are_taken_one_by_one(run: Run, playing: Any) -> None:
    async def main() -> None:
        async with playing() as play:
            for number in range(3):
                play.asks(number, itemId=f"c{number}")
            play.ends()
            assert [(await play.turn.approval()).request_id for _ in range(3)] == [0, 1, 2]
            assert len(play.turn.approvals()) == 3
            with pytest.raises(TurnOver):
                await play.turn.approval()
            assert (await play.turn.end()).status == "completed"

    run(main())


def test_what_is_about_another_conversation_is_not_ours(run: Run, playing: Any) -> None:
    async def main() -> None:
        async with playing() as play:
            play.asks("other", threadId="t2")
            play.ends("failed", thread="t2")
            play.tells("turn/started", threadId="t2")
            play.server.says(
                method="item/completed",
                params={"threadId": "t2", "item": {"type": "commandExecution", "id": "x"}},
            )
            play.asks("ours")
            assert (await play.turn.approval()).request_id == "ours"
            assert [a.request_id for a in play.turn.approvals()] == ["ours"]
            play.ends("interrupted")
            assert (await play.turn.end()).status == "interrupted"
            assert play.turn.commands() == []
            assert [event.kind for event in play.turn.events()] == [
                EventKind.APPROVAL_ASKED,
                EventKind.TURN_COMPLETED,
            ]

    run(main())


def test_a_thread_that_nobody_started_is_taken_for_ours(run: Run, playing: Any) -> None:
    """So that a server that gets the name wrong is found out at once, and not waited for."""

    async def main() -> None:
        async with playing() as play:
            play.asks("q", threadId="wrong")
            approval = await play.turn.approval()
            assert approval.fields["conversation"] == "wrong"

    run(main())


def test_another_request_is_no_approval(run: Run, playing: Any) -> None:
    async def main() -> None:
        async with playing() as play:
            play.server.says(id=1, method="item/tool/call", params={"threadId": "t1"})
            play.tells(ASK)
            play.ends()
            with pytest.raises(TurnOver):
                await play.turn.approval()
            assert play.turn.approvals() == []

    run(main())


def test_the_turn_is_over_before_it_asks(run: Run, playing: Any) -> None:
    async def main() -> None:
        async with playing() as play:
            waiting = asyncio.ensure_future(play.turn.approval())
            play.ends("failed", error={"message": "model is down"})
            with pytest.raises(TurnOver) as caught:
                await waiting
            assert caught.value.arrived == "the end of the turn, failed (model is down)"
            assert ASK in caught.value.expected
            assert caught.value.by_server
            end = await play.turn.end()
            assert (end.status, end.error) == ("failed", "model is down")
            assert end.entry is not None
            assert end.entry.is_notification("turn/completed")

    run(main())


@pytest.mark.parametrize("turn", [None, {}])
def test_an_end_that_does_not_say_how(run: Run, playing: Any, turn: Any) -> None:
    async def main() -> None:
        async with playing() as play:
            play.tells("turn/completed", turn=turn)
            end = await play.turn.end()
            assert (end.status, end.error) == ("None", None)

    run(main())


def test_it_asks_again_instead_of_ending(run: Run, playing: Any) -> None:
    async def main() -> None:
        async with playing() as play:
            play.asks("first")
            play.turn.answer(await play.turn.approval(), Decision.ACCEPT)
            ending = asyncio.ensure_future(play.turn.end())
            play.asks("second", command="rm -r /")
            with pytest.raises(AskedAgain) as caught:
                await ending
            assert caught.value.asked.request_id == "second"
            assert caught.value.arrived == "request #second for 'rm -r /'"
            assert caught.value.by_server
            assert (await play.turn.approval()).request_id == "second"

    run(main())


def test_the_server_dies_in_the_turn(run: Run, playing: Any) -> None:
    async def main() -> None:
        async with playing() as play:
            waiting = asyncio.ensure_future(play.turn.approval())
            play.server.closes()
            with pytest.raises(PeerGone, match="the server to ask"):
                await waiting
            with pytest.raises(PeerGone, match="the turn to end"):
                await play.turn.end()

    run(main())


def test_the_commands_are_those_that_completed(run: Run, playing: Any) -> None:
    async def main() -> None:
        async with playing() as play:
            play.item("started", "c1", status="inProgress")
            play.item("completed", "c1", aggregatedOutput="out", exitCode=3, status="failed")
            play.item("completed", "m1", type="agentMessage")
            play.item("completed", "c2", status="declined")
            play.tells("item/completed", item=None)
            play.ends()
            await play.turn.end()
            assert play.turn.commands() == [
                Item(id="c1", status="failed", output="out", exit_code=3),
                Item(id="c2", status="declined"),
            ]

    run(main())


def test_the_events_come_in_order_with_what_they_are_about(run: Run, playing: Any) -> None:
    async def main() -> None:
        async with playing() as play:
            play.tells("turn/started", turn={"id": "u1"})
            play.item("started", status="inProgress")
            play.item("started", "m1", type="agentMessage")
            play.asks("q")
            approval = await play.turn.approval()
            play.agent.peer.send({"id": 1, "result": "about something else"})
            play.turn.answer(approval, Decision.ACCEPT)
            play.tells("serverRequest/resolved", requestId="q")
            play.tells("item/commandExecution/outputDelta", itemId="c1")
            play.item("completed")
            play.ends()
            await play.turn.end()
            events = play.turn.events()
            assert [(event.kind, event.subject) for event in events] == [
                (EventKind.TURN_STARTED, None),
                (EventKind.COMMAND_STARTED, "c1"),
                (EventKind.APPROVAL_ASKED, "q"),
                (EventKind.APPROVAL_ANSWERED, "q"),
                (EventKind.APPROVAL_RESOLVED, "q"),
                (EventKind.COMMAND_COMPLETED, "c1"),
                (EventKind.TURN_COMPLETED, None),
            ]
            assert [event.seq for event in events] == sorted({event.seq for event in events})
            assert isinstance(events[0], Event)

    run(main())


def test_a_turn_does_not_see_what_was_before_it(run: Run, playing: Any) -> None:
    async def main() -> None:
        async with playing() as play:
            play.asks("first")
            await play.turn.approval()
            play.ends("failed")
            await play.turn.end()
            (thread,) = [t for t in play.agent.threads if t == "t1"]
            assert thread
            from seatrial.dialects.app_v2 import Thread

            sending = asyncio.ensure_future(Thread(play.agent, "t1").send("more"))
            message = await play.server.hears("turn/start")
            play.tells("turn/started", turn={"id": "u2"})
            play.asks("early")
            play.server.says(id=message["id"], result={"turn": {"id": "u2"}})
            turn = await sending
            assert turn.id == "u2"
            assert (await turn.approval()).request_id == "early"
            assert [approval.request_id for approval in turn.approvals()] == ["early"]
            play.ends()
            assert (await turn.end()).status == "completed"

    run(main())
