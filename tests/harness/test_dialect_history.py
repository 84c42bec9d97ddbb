"""Saved conversations in the words of app_v2 and app_v1: what is asked, and what is understood."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from seatrial.dialects import (
    AppV1,
    AppV2,
    Mcp,
    NotSpoken,
    Overrides,
    Page,
    PastTurn,
    Policy,
    Said,
    Sandbox,
    Saved,
)
from seatrial.peer import Refused

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from tests.harness.conftest import Connect, FakeServer, Run

SPELLED = {"on-request": "onRequest", "read-only": "readOnly"}
SAVED = Saved(id="t1", path="/h/rollout-t1.jsonl")
ITEMS = [
    {"type": "userMessage", "content": [{"type": "text", "text": "one"}]},
    {"type": "commandExecution", "id": "c"},
    {"type": "agentMessage", "text": "two"},
]
THREAD = {
    "id": "t1",
    "path": SAVED.path,
    "turns": [{"id": "u", "status": "failed", "items": ITEMS}],
}
OPENED = {
    "thread": THREAD,
    "model": "m",
    "modelProvider": "p",
    "cwd": "/w",
    "approvalPolicy": "onRequest",
    "sandbox": {"type": "readOnly", "networkAccess": False},
    "reasoningEffort": None,
}
ALL = Overrides(
    model="m2", cwd=Path("/x"), policy=Policy.ON_REQUEST, sandbox=Sandbox.WORKSPACE_WRITE
)
ASKED = {
    "model": "m2",
    "cwd": "/x",
    "approvalPolicy": "onRequest",
    "sandbox": "workspace-write",
}


async def heard(
    server: FakeServer, asked: Coroutine[Any, Any, Any], method: str, result: Any
) -> tuple[dict[str, Any], Any]:
    """Lets something be asked, answers it, and returns the parameters and what came of it."""
    task = asyncio.ensure_future(asked)
    message = await server.hears(method)
    server.says(id=message["id"], result=result)
    if method.endswith("Conversation") and "conversationId" in result:
        listen = await server.hears("addConversationListener")
        server.says(id=listen["id"], result={"subscriptionId": "s"})
    return message["params"], await task


def test_a_thread_is_resumed_with_its_turns_and_its_settings(run: Run, connect: Connect) -> None:
    async def main() -> None:
        async with connect() as (peer, server):
            agent = AppV2(peer, SPELLED)
            asked = agent.history.resume(SAVED, ALL)
            params, opened = await heard(server, asked, "thread/resume", OPENED)
            assert params == {"threadId": "t1", **ASKED}
            said = (Said("user", "one"), Said("agent", "two"))
            assert opened.turns == (PastTurn(id="u", status="failed", said=said),)
            assert opened.said == [*said]
            assert opened.conversation.id == "t1"
            assert opened.conversation.settings == {
                "model": "m",
                "provider": "p",
                "cwd": "/w",
                "policy": "on-request",
                "sandbox": "read-only",
                "effort": None,
                "path": SAVED.path,
            }
            assert set(opened.conversation.settings) == set(agent.history.reports)
            assert agent.threads == {"t1"}

    run(main())


def test_just_the_id_and_the_path_that_are_given_are_sent(run: Run, connect: Connect) -> None:
    async def main() -> None:
        async with connect() as (peer, server):
            history = AppV2(peer).history
            asked = history.resume_by(Saved(id="a", path="/b"))
            params, _ = await heard(server, asked, "thread/resume", OPENED)
            assert params == {"threadId": "a", "path": "/b"}
        async with connect() as (peer, server):
            talks = AppV1(peer).history
            answer = {"conversationId": "c1", "model": "m"}
            params, _ = await heard(
                server, talks.resume_by(Saved(path="/b")), "resumeConversation", answer
            )
            assert params == {"conversationId": None, "path": "/b"}

    run(main())


def test_a_page_of_threads(run: Run, connect: Connect) -> None:
    async def main() -> None:
        async with connect() as (peer, server):
            history = AppV2(peer).history
            row = {"id": "t1", "path": "/p", "preview": "one", "modelProvider": "x"}
            answer = {"data": [row, {"id": "t2", "path": None}], "nextCursor": "next"}
            asked = history.list(limit=2, cursor="before", archived=True)
            params, page = await heard(server, asked, "thread/list", answer)
            assert params == {"limit": 2, "cursor": "before", "archived": True}
            first = Saved(id="t1", path="/p", preview="one", provider="x")
            assert page == Page(saved=(first, Saved(id="t2")), cursor="next")

    run(main())


@pytest.mark.parametrize(
    ("word", "arguments", "method", "params", "result"),
    [
        ("archive", (SAVED,), "thread/archive", {"threadId": "t1"}, {}),
        ("unarchive", (SAVED,), "thread/unarchive", {"threadId": "t1"}, {}),
        ("read", (SAVED,), "thread/read", {"threadId": "t1", "includeTurns": True}, OPENED),
        ("fork", (SAVED,), "thread/fork", {"threadId": "t1"}, OPENED),
        ("roll_back", (SAVED, 2), "thread/rollback", {"threadId": "t1", "numTurns": 2}, OPENED),
    ],
)
def test_the_other_words_of_app_v2(
    run: Run,
    connect: Connect,
    word: str,
    arguments: tuple[Any, ...],
    method: str,
    params: dict[str, Any],
    result: dict[str, Any],
) -> None:
    async def main() -> None:
        async with connect() as (peer, server):
            asked = getattr(AppV2(peer).history, word)(*arguments)
            assert (await heard(server, asked, method, result))[0] == params

    run(main())


def test_a_fork_may_end_at_a_turn(run: Run, connect: Connect) -> None:
    async def main() -> None:
        async with connect() as (peer, server):
            asked = AppV2(peer).history.fork(SAVED, last_turn="u")
            params, _ = await heard(server, asked, "thread/fork", OPENED)
            assert params == {"threadId": "t1", "lastTurnId": "u"}

    run(main())


@pytest.mark.parametrize("told", ["event", "notification", "answer"])
def test_the_rollout_of_a_conversation_is_in_its_answer_or_told_before(
    run: Run, connect: Connect, told: str
) -> None:
    async def main() -> None:
        async with connect() as (peer, server):
            task = asyncio.ensure_future(AppV1(peer, SPELLED).history.resume(SAVED, ALL))
            message = await server.hears("resumeConversation")
            assert message["params"] == {"path": SAVED.path, "overrides": ASKED}
            if told == "event":
                event = {"type": "session_configured", "rollout_path": "/r"}
                server.says(method="codex/event", params={"msg": event})
            if told == "notification":
                server.says(method="sessionConfigured", params={"rolloutPath": "/r"})
            messages = [
                {"type": "agent_message", "message": "before anybody"},
                {"type": "user_message", "message": "one"},
                {"type": "token_count"},
                {"type": "agent_message", "message": "two"},
                {"type": "user_message", "message": "three"},
            ]
            answer = {"conversationId": "c1", "model": "m", "initialMessages": messages}
            if told == "answer":
                answer["rolloutPath"] = "/r"
            server.says(id=message["id"], result=answer)
            listen = await server.hears("addConversationListener")
            server.says(id=listen["id"], result={"subscriptionId": "s"})
            opened = await task
            assert opened.conversation.settings == {"model": "m", "path": "/r"}
            assert [len(turn.said) for turn in opened.turns] == [1, 2, 1]
            assert opened.said[-1] == Said("user", "three")

    run(main())


def test_what_a_dialect_has_no_words_for_is_the_check_s_mistake(run: Run, connect: Connect) -> None:
    async def main() -> None:
        async with connect() as (peer, _):
            talks = AppV1(peer).history
            for asked in (
                talks.list(archived=True),
                talks.read(SAVED),
                talks.unarchive(SAVED),
                talks.fork(SAVED, last_turn="u"),
                talks.roll_back(SAVED, 1),
            ):
                with pytest.raises(NotSpoken, match="app_v1 has no words for"):
                    await asked
            with pytest.raises(NotSpoken, match="mcp has no words for"):
                _ = Mcp(peer).history

    run(main())


def test_a_refusal_is_passed_on(run: Run, connect: Connect) -> None:
    async def main() -> None:
        async with connect() as (peer, server):
            task = asyncio.ensure_future(AppV2(peer).history.resume(SAVED))
            message = await server.hears("thread/resume")
            server.says(id=message["id"], error={"code": -32600, "message": "no rollout found"})
            with pytest.raises(Refused, match="thread/resume was refused"):
                await task

    run(main())
