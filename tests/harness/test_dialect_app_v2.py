"""The app-server's v2 words before a turn: the handshake, a conversation, the fence."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from seatrial.dialects import (
    DIALECTS,
    Approval,
    AppV2,
    Policy,
    Sandbox,
    SpeaksOtherwise,
)
from seatrial.peer import PeerGone, Refused, TimedOut

if TYPE_CHECKING:
    from tests.harness.conftest import Connect, FakeServer, Run


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


def test_the_dialects_are_known_by_name() -> None:
    assert list(DIALECTS) == ["app_v2", "app_v1", "mcp", "mcp_tools"]
    assert AppV2.dialect == "app_v2"
    assert Approval.__dataclass_params__.frozen  # type: ignore[attr-defined]
