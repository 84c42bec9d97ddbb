"""The dialect of MCP servers that are no agents: calls, questions, and what it has no words for."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from seatrial.dialects import McpTools, NotSpoken, Policy, Sandbox, TurnOver

if TYPE_CHECKING:
    from tests.harness.conftest import Connect, FakeServer, Run

ASK = {"method": "elicitation/create", "params": {"message": "?", "requestedSchema": {}}}


async def called(server: FakeServer) -> object:
    return (await server.hears("tools/call"))["id"]


def test_a_call_is_answered_under_its_own_id(run: Run, connect: Connect) -> None:
    async def main() -> None:
        async with connect() as (peer, server):
            agent = McpTools(peer)
            first, second = agent.call("ask", {"n": 1}), agent.call("ask", {"n": 2})
            ids = [await called(server), await called(server)]
            assert [first.id, second.id] == ids
            server.says(id=ids[1], result={"content": []})
            answer = await second.answered()
            assert answer.id == ids[1]
            assert (len(first.answers()), len(second.answers())) == (0, 1)

    run(main())


def test_each_question_is_taken_once_though_ids_repeat(run: Run, connect: Connect) -> None:
    async def main() -> None:
        async with connect() as (peer, server):
            agent = McpTools(peer)
            call = agent.call("ask", {})
            await called(server)
            server.says(id=1, **ASK)
            server.says(id=1, **ASK)
            one, other = await agent.question(call), await agent.question(call)
            assert one.seq < other.seq

    run(main())


def test_a_call_that_is_answered_without_a_question_is_told(run: Run, connect: Connect) -> None:
    async def main() -> None:
        async with connect() as (peer, server):
            agent = McpTools(peer)
            call = agent.call("ask", {})
            server.says(id=await called(server), result={"content": []})
            with pytest.raises(TurnOver, match="without anybody having been asked"):
                await agent.question(call)

    run(main())


def test_a_cancellation_names_the_call(run: Run, connect: Connect) -> None:
    async def main() -> None:
        async with connect() as (peer, server):
            call = McpTools(peer).call("ask", {})
            await called(server)
            call.cancel()
            assert (await server.hears("notifications/cancelled"))["params"] == {
                "requestId": call.id
            }

    run(main())


def test_the_handshake_declares_what_the_client_can_be_asked(run: Run, connect: Connect) -> None:
    async def main() -> None:
        async with connect() as (peer, server):
            agent = McpTools(peer)
            agent.capabilities = {}
            shaking = asyncio.ensure_future(agent.handshake())
            heard = await server.hears("initialize")
            assert heard["params"]["capabilities"] == {}
            server.says(id=heard["id"], result={"serverInfo": {"name": "x", "version": "3"}})
            assert (await shaking).release == "3"

    run(main())


def test_there_is_nobody_to_talk_with(run: Run, connect: Connect) -> None:
    async def main() -> None:
        async with connect() as (peer, _):
            agent = McpTools(peer)
            with pytest.raises(NotSpoken, match="conversations"):
                await agent.start(cwd=Path(), policy=Policy.NEVER, sandbox=Sandbox.READ_ONLY)
            for name in ("history", "account"):
                with pytest.raises(NotSpoken):
                    getattr(agent, name)

    run(main())


def test_the_tools_of_every_page_are_listed(run: Run, connect: Connect) -> None:
    async def main() -> None:
        async with connect() as (peer, server):
            listing = asyncio.ensure_future(McpTools(peer).tools())
            pages = [({}, "a", "more"), ({"cursor": "more"}, "b", None)]
            for params, name, cursor in pages:
                heard = await server.hears("tools/list")
                assert heard.get("params", {}) == params
                page = {"tools": [{"name": name}], "nextCursor": cursor}
                server.says(id=heard["id"], result=page)
            assert [tool["name"] for tool in await listing] == ["a", "b"]

    run(main())
