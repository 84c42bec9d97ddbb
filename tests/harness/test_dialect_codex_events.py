"""The app_v1 and mcp words: what is said, what is understood, and whose turn a message is of."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from seatrial.dialects import (
    AppV1,
    AskedAgain,
    Decision,
    EventKind,
    Item,
    Mcp,
    Policy,
    Sandbox,
    SpeaksOtherwise,
    Turn,
    TurnOver,
)
from seatrial.dialects.app_v1 import TalkTurn

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.harness.conftest import Connect, FakeServer, Run

MCP_ANSWER = {"serverInfo": {"name": "codex-mcp-server", "version": "0.34.0"}}
START: dict[str, Any] = {
    "cwd": Path("/w"),
    "policy": Policy.ON_REQUEST,
    "sandbox": Sandbox.READ_ONLY,
}
SPELLED = {"on-request": "onRequest", "read-only": "readOnly"}


class TalkPlay:
    """A turn in app_v1, and the server that plays the other side of it."""

    ask = "execCommandApproval"

    def __init__(self, turn: Turn, server: FakeServer) -> None:
        self.turn, self.server = turn, server

    def tells(self, kind: str, conversation: str = "c1", turn: str = "7", **event: Any) -> None:
        params = {"conversationId": conversation, "id": turn, "msg": {"type": kind, **event}}
        self.server.says(method=f"codex/event/{kind}", params=params)

    def asks(self, request_id: Any = 0, **params: Any) -> None:
        whole = {"conversationId": "c1", "callId": "call", "command": ["ls"], **params}
        self.server.says(id=request_id, method=self.ask, params=whole)

    def ends(self) -> None:
        self.tells("task_complete")


class ToolPlay(TalkPlay):
    """A turn in mcp."""

    ask = "elicitation/create"

    def tells(self, kind: str, conversation: str = "3", turn: str = "7", **event: Any) -> None:
        meta = {"requestId": int(conversation)}
        params = {"_meta": meta, "id": turn, "msg": {"type": kind, **event}}
        self.server.says(method="codex/event", params=params)

    def asks(self, request_id: Any = 0, **params: Any) -> None:
        whole = {
            "codex_elicitation": "exec-approval",
            "codex_mcp_tool_call_id": "3",
            "codex_call_id": "call",
            "codex_command": ["ls"],
            **params,
        }
        self.server.says(id=request_id, method=self.ask, params=whole)

    def ends(self, **result: Any) -> None:
        self.server.says(id=3, result={"content": [{"type": "text", "text": "done"}], **result})


async def _talk(connect: Connect, stack: Any) -> TalkPlay:
    peer, server = await stack.enter_async_context(connect())
    agent = AppV1(peer, SPELLED)
    agent.talks.add("4")  # another conversation on this connection
    starting = asyncio.ensure_future(agent.start(**START))
    asked = await server.hears("newConversation")
    assert asked["params"] == {"cwd": "/w", "approvalPolicy": "onRequest", "sandbox": "readOnly"}
    server.says(id=asked["id"], result={"conversationId": "c1"})
    listened = await server.hears("addConversationListener")
    assert listened["params"] == {"conversationId": "c1"}
    server.says(id=listened["id"], result={"subscriptionId": "s"})
    sending = asyncio.ensure_future((await starting).send("do it"))
    message = await server.hears("sendUserMessage")
    assert message["params"]["items"] == [{"type": "text", "data": {"text": "do it"}}]
    server.says(id=message["id"], result={})
    return TalkPlay(await sending, server)


async def _tool(connect: Connect, stack: Any) -> ToolPlay:
    peer, server = await stack.enter_async_context(connect(with_member=True))
    agent = Mcp(peer, SPELLED)
    shaking = asyncio.ensure_future(agent.handshake())
    server.says(id=(await server.hears("initialize"))["id"], result=MCP_ANSWER)
    await shaking
    assert (await server.hears("notifications/initialized"))["jsonrpc"] == "2.0"
    fence = asyncio.ensure_future(agent.fence())
    server.says(id=(await server.hears("ping"))["id"], result={})
    await fence
    turn = await (await agent.start(**START)).send("do it")
    message = await server.hears("tools/call")
    assert message["params"] == {
        "name": "codex",
        "arguments": {
            "prompt": "do it",
            "cwd": "/w",
            "approval-policy": "onRequest",
            "sandbox": "readOnly",
        },
    }
    assert message["id"] == 3
    return ToolPlay(turn, server)


@pytest.fixture(params=[_talk, _tool], ids=["app_v1", "mcp"])
def playing(request: pytest.FixtureRequest, connect: Connect) -> Any:
    @asynccontextmanager
    async def begin() -> AsyncIterator[TalkPlay]:
        async with AsyncExitStack() as stack:
            yield await request.param(connect, stack)

    return begin


def test_a_turn_with_an_approval(run: Run, playing: Any) -> None:
    async def main() -> None:
        async with playing() as play:
            assert play.turn.id == ""
            play.tells("task_started")
            play.asks("q1")
            approval = await play.turn.approval()
            assert play.turn.id == "7"
            assert (approval.request_id, approval.command) == ("q1", "ls")
            assert approval.fields["item"] == "call"
            play.turn.answer(approval, Decision.ACCEPT_FOR_SESSION)
            answer = await play.server.hears()
            assert (answer["id"], answer["result"]) == ("q1", {"decision": "approved_for_session"})
            play.tells("exec_command_begin", call_id="call")
            play.tells("exec_command_end", call_id="call", exit_code=3, aggregated_output="no")
            play.ends()
            assert (await play.turn.end()).status == "completed"
            assert play.turn.commands() == [
                Item(id="call", status="failed", output="no", exit_code=3)
            ]
            assert [(event.kind, event.subject) for event in play.turn.events()] == [
                (EventKind.TURN_STARTED, None),
                (EventKind.APPROVAL_ASKED, "q1"),
                (EventKind.APPROVAL_ANSWERED, "q1"),
                (EventKind.COMMAND_STARTED, "call"),
                (EventKind.COMMAND_COMPLETED, "call"),
                (EventKind.TURN_COMPLETED, None),
            ]

    run(main())


@pytest.mark.parametrize(
    ("decision", "spelled"),
    [
        (Decision.ACCEPT, "approved"),
        (Decision.DECLINE, "denied"),
        (Decision.CANCEL, "abort"),
    ],
)
def test_decisions_are_spelled(run: Run, playing: Any, decision: Decision, spelled: str) -> None:
    async def main() -> None:
        async with playing() as play:
            play.asks()
            play.turn.answer(await play.turn.approval(), decision)
            assert (await play.server.hears())["result"] == {"decision": spelled}

    run(main())


def test_an_interrupted_turn(run: Run, playing: Any) -> None:
    async def main() -> None:
        async with playing() as play:
            play.tells("turn_aborted", reason="interrupted")
            assert (await play.turn.end()).status == "interrupted"

    run(main())


def test_what_is_of_another_conversation_is_left_alone(run: Run, playing: Any) -> None:
    async def main() -> None:
        async with playing() as play:
            other = "4"
            play.tells("exec_command_end", other, call_id="x", exit_code=0)
            play.tells("turn_aborted", other)
            play.asks(1, conversationId=other, codex_mcp_tool_call_id=other)
            play.asks(2)
            assert (await play.turn.approval()).request_id == 2
            assert play.turn.commands() == []
            play.ends()
            assert (await play.turn.end()).status == "completed"

    run(main())


def test_a_request_about_a_conversation_that_nobody_began_is_taken_for_ours(
    run: Run, connect: Connect
) -> None:
    async def main() -> None:
        async with AsyncExitStack() as stack:
            play = await _talk(connect, stack)
            play.asks(1, conversationId="nobody's")
            assert (await play.turn.approval()).fields["conversation"] == "nobody's"

    run(main())


def test_the_turn_ends_instead_of_asking(run: Run, playing: Any) -> None:
    async def main() -> None:
        async with playing() as play:
            play.ends()
            with pytest.raises(TurnOver) as caught:
                await play.turn.approval()
            assert play.ask in caught.value.expected

    run(main())


def test_it_asks_again_instead_of_ending(run: Run, playing: Any) -> None:
    async def main() -> None:
        async with playing() as play:
            play.asks()
            with pytest.raises(AskedAgain):
                await play.turn.end()

    run(main())


def test_an_error_of_the_core_fails_the_turn(run: Run, connect: Connect) -> None:
    async def main() -> None:
        async with AsyncExitStack() as stack:
            play = await _talk(connect, stack)
            play.tells("error", message="the model is down")
            play.ends()
            end = await play.turn.end()
            assert (end.status, end.error) == ("failed", "the model is down")

    run(main())


def test_each_event_of_a_long_turn_is_read_a_bounded_number_of_times(
    run: Run, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = TalkTurn._event
    times = 0

    def counted(turn: TalkTurn, message: Any) -> dict[str, Any]:
        nonlocal times
        times += 1
        return read(turn, message)

    monkeypatch.setattr(TalkTurn, "_event", counted)
    events = 300

    async def main() -> None:
        async with AsyncExitStack() as stack:
            play = await _talk(connect, stack)
            for _ in range(events):
                play.tells("agent_message_delta", delta="word")
            play.ends()
            await play.turn.end()

    run(main())
    assert times < 10 * events


def test_a_tool_that_fails_fails_the_turn(run: Run, connect: Connect) -> None:
    async def main() -> None:
        async with AsyncExitStack() as stack:
            play = await _tool(connect, stack)
            play.ends(isError=True)
            end = await play.turn.end()
            assert (end.status, end.error) == ("failed", "done")

    run(main())


def test_snake_case_of_an_old_release_is_understood(run: Run, connect: Connect) -> None:
    async def main() -> None:
        async with AsyncExitStack() as stack:
            play = await _talk(connect, stack)
            params = {"conversation_id": "c1", "call_id": "call", "command": ["ls"], "cwd": "/w"}
            play.server.says(id=0, method="execCommandApproval", params=params)
            approval = await play.turn.approval()
            assert approval.fields["conversation"] == "c1"
            assert approval.spelling["actions"] == "parsed_cmd"

    run(main())


def test_a_session_is_continued_under_the_name_that_it_was_given(
    run: Run, connect: Connect
) -> None:
    async def main() -> None:
        async with connect(with_member=True) as (peer, server):
            session = await Mcp(peer).start(**START)
            assert session.id == ""
            await session.send("one")
            first = await server.hears("tools/call")
            meta = {"requestId": first["id"]}
            event = {"type": "session_configured", "session_id": "s1"}
            server.says(method="codex/event", params={"_meta": meta, "id": "", "msg": event})
            server.says(id=first["id"], result={"content": []})
            await peer.wait_for("the result", lambda one: one.raw if "result" in one.raw else None)
            assert session.id == "s1"
            await session.send("two")
            second = await server.hears("tools/call")
            assert second["params"]["name"] == "codex-reply"
            assert second["params"]["arguments"] == {
                "threadId": "s1",
                "conversationId": "s1",
                "sessionId": "s1",
                "prompt": "two",
            }

    run(main())


@pytest.mark.parametrize("opening", ["app-server", "mcp"])
def test_v1_shakes_hands_in_two_ways(run: Run, connect: Connect, opening: str) -> None:
    async def main() -> None:
        async with connect() as (peer, server):
            agent = AppV1(peer, opening=opening)
            shaking = asyncio.ensure_future(agent.handshake())
            message = await server.hears("initialize")
            assert ("protocolVersion" in message["params"]) == (opening == "mcp")
            answer = MCP_ANSWER if opening == "mcp" else {"userAgent": "codex/0.34.0 (x)"}
            server.says(id=message["id"], result=answer)
            assert (await shaking).release == "0.34.0"

    run(main())


def test_an_app_server_is_no_mcp_server(run: Run, connect: Connect) -> None:
    async def main() -> None:
        async with connect() as (peer, server):
            shaking = asyncio.ensure_future(Mcp(peer).handshake())
            message = await server.hears("initialize")
            server.says(id=message["id"], result={"userAgent": "codex/0.163.0"})
            with pytest.raises(SpeaksOtherwise, match="does not speak mcp") as caught:
                await shaking
            assert caught.value.cause.startswith("is this an app-server")

    run(main())
