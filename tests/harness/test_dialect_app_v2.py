"""The app-server's v2 words: what is said, what is understood, and what is not taken for it."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from seatrial.dialects import (
    DIALECTS,
    Approval,
    AppV2,
    AskedAgain,
    Decision,
    Event,
    EventKind,
    Item,
    Policy,
    Sandbox,
    SpeaksOtherwise,
    Turn,
    TurnOver,
)
from seatrial.peer import PeerGone, Refused, TimedOut

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.harness.conftest import Connect, FakeServer, Run

ASK = "item/commandExecution/requestApproval"


async def shaken(agent: AppV2, server: FakeServer, **answer: Any) -> Any:
    """Lets the agent shake hands, answers as told, and returns what came of it."""
    task = asyncio.ensure_future(agent.handshake())
    message = await server.hears("initialize")
    server.says(id=message["id"], **answer)
    return await task


def test_the_handshake_says_who_we_are(run: Run, connect: Connect) -> None:
    async def main() -> None:
        async with connect() as (peer, server):
            agent = AppV2(peer)
            task = asyncio.ensure_future(agent.handshake())
            message = await server.hears("initialize")
            assert message["params"]["clientInfo"]["name"] == "seatrial"
            assert set(message["params"]["clientInfo"]) == {"name", "title", "version"}
            assert "jsonrpc" not in message
            server.says(method="some/warning", params={})
            result = {"userAgent": "seatrial/0.163.0 (Linux; x) (seatrial; 0.1.0)"}
            server.says(id=message["id"], result=result)
            info = await task
            assert (info.release, info.raw) == ("0.163.0", result)
            assert info.user_agent == result["userAgent"]
            assert await server.hears() == {"method": "initialized"}

    run(main())


@pytest.mark.parametrize(
    ("agent", "release"),
    [
        ("codex_cli_rs/0.98.0", "0.98.0"),
        ("my server/1.2.3-alpha.1 (x)", "1.2.3-alpha.1"),
        ("a/1(x)", "1"),
        ("no release", None),
        ("", None),
        (None, None),
    ],
)
def test_the_release_is_read_out_of_the_user_agent(
    run: Run, connect: Connect, agent: str | None, release: str | None
) -> None:
    async def main() -> None:
        async with connect() as (peer, server):
            info = await shaken(AppV2(peer), server, result={"userAgent": agent})
            assert info.release == release
            assert info.user_agent == str(agent)

    run(main())


@pytest.mark.parametrize(
    ("answer", "arrived", "cause"),
    [
        ({"result": {"protocolVersion": "2025-06-18"}}, "protocolVersion", "MCP server"),
        ({"result": None}, "None", "MCP server"),
        ({"result": "ready"}, "ready", "MCP server"),
        (
            {"error": {"code": -32601, "message": "no such method"}},
            "error -32601: no such method",
            "initialize",
        ),
    ],
)
def test_an_answer_of_another_dialect(
    run: Run, connect: Connect, answer: dict[str, Any], arrived: str, cause: str
) -> None:
    async def main() -> None:
        async with connect() as (peer, server):
            with pytest.raises(SpeaksOtherwise, match="does not speak app_v2") as caught:
                await shaken(AppV2(peer), server, **answer)
            assert arrived in caught.value.arrived
            assert cause in caught.value.cause
            assert caught.value.by_server
            assert "initialize" in caught.value.evidence

    run(main())


def test_a_line_that_is_no_message_ends_the_handshake(run: Run, connect: Connect) -> None:
    async def main() -> None:
        async with connect() as (peer, server):
            task = asyncio.ensure_future(AppV2(peer).handshake())
            await server.hears("initialize")
            server.says_line(b"Listening on stdio " + b"." * 200)
            with pytest.raises(SpeaksOtherwise) as caught:
                await task
            assert "a line that is no message, not JSON" in caught.value.arrived
            assert "Listening on stdio" in caught.value.arrived
            assert len(caught.value.arrived) < 200
            assert "banner" in caught.value.cause

    run(main())


def test_a_server_that_never_answers_the_handshake(run: Run, connect: Connect) -> None:
    async def main() -> None:
        async with connect() as (peer, server):
            server.says(method="hello")
            with pytest.raises(TimedOut, match="the answer to initialize"):
                await AppV2(peer).handshake(timeout=0)

    run(main())


def test_a_server_that_dies_in_the_handshake(run: Run, connect: Connect) -> None:
    async def main() -> None:
        async with connect() as (peer, server):
            server.closes()
            with pytest.raises(PeerGone, match="the answer to initialize"):
                await AppV2(peer).handshake()

    run(main())


def test_an_answer_to_something_else_is_not_the_handshakes(run: Run, connect: Connect) -> None:
    """What came before the handshake, as in a second start in one journal, is not looked at."""

    async def main() -> None:
        async with connect() as (peer, server):
            server.says(id=1, result={"userAgent": "old/0.1"})
            await peer.wait_for("the old answer", lambda entry: entry)
            info = await shaken(AppV2(peer), server, result={"userAgent": "new/0.2"})
            assert info.release == "0.2"

    run(main())


def test_a_conversation_starts_with_its_settings(run: Run, connect: Connect) -> None:
    async def main() -> None:
        async with connect() as (peer, server):
            agent = AppV2(peer)
            task = asyncio.ensure_future(
                agent.start(
                    cwd=Path("/work space"), policy=Policy.ON_REQUEST, sandbox=Sandbox.READ_ONLY
                )
            )
            message = await server.hears("thread/start")
            assert message["params"] == {
                "cwd": "/work space",
                "approvalPolicy": "on-request",
                "sandbox": "read-only",
            }
            server.says(id=message["id"], result={"thread": {"id": "t1"}})
            assert (await task).id == "t1"

    run(main())


def test_settings_that_are_refused(run: Run, connect: Connect) -> None:
    async def main() -> None:
        async with connect() as (peer, server):
            task = asyncio.ensure_future(
                AppV2(peer).start(
                    cwd=Path("/w"), policy=Policy.ON_FAILURE, sandbox=Sandbox.FULL_ACCESS
                )
            )
            message = await server.hears("thread/start")
            assert message["params"]["approvalPolicy"] == "on-failure"
            assert message["params"]["sandbox"] == "danger-full-access"
            server.says(id=message["id"], error={"code": -32600, "message": "no such policy"})
            with pytest.raises(Refused, match="thread/start was refused"):
                await task

    run(main())


@pytest.mark.parametrize("answer", [{"result": {}}, {"error": {"code": 1, "message": "no"}}])
def test_the_fence_takes_any_answer(run: Run, connect: Connect, answer: dict[str, Any]) -> None:
    async def main() -> None:
        async with connect() as (peer, server):
            fence = asyncio.ensure_future(AppV2(peer).fence())
            message = await server.hears("thread/loaded/list")
            server.says(method="before/the/fence")
            server.says(id=message["id"], **answer)
            await fence
            assert [e.is_notification() for e in peer.journal.from_server()] == [True, False]

    run(main())


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


def test_the_dialects_are_known_by_name() -> None:
    assert list(DIALECTS) == ["app_v2", "app_v1", "mcp"]
    assert AppV2.dialect == "app_v2"
    assert Approval.__dataclass_params__.frozen  # type: ignore[attr-defined]
