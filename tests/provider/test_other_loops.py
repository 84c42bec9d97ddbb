"""The provider serves on an event loop that is not asyncio's own."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import uvloop

from seatrial_provider import Gate, Provider, reply, say

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from tests.provider.conftest import Ask, Send


def run(main: Coroutine[object, object, None]) -> None:
    uvloop.run(asyncio.wait_for(main, 30))


def test_a_reply_is_the_same_to_the_byte(ask: Ask, send: Send) -> None:
    bodies: list[bytes] = []

    async def main() -> None:
        async with Provider() as provider:
            provider.script(reply(say("hello there")))
            bodies.append((await send(f"{provider.base_url}/responses", ask())).body)

    run(main())
    asyncio.run(main())
    ours, theirs = bodies
    assert ours == theirs
    assert b"response.completed" in ours


def test_a_gate_holds_and_lets_go(ask: Ask, send: Send) -> None:
    async def main() -> None:
        gate = Gate("before the end")
        async with Provider() as provider, asyncio.TaskGroup() as group:
            provider.script(reply(say("hello"), gates={"response.completed": gate}))
            answer = group.create_task(send(f"{provider.base_url}/responses", ask()))
            await gate.reached()
            sent = b"".join(provider.requests[0].sent)
            assert b"response.output_text.done" in sent
            assert b"response.completed" not in sent
            gate.release()
            assert b"response.completed" in (await answer).body

    run(main())
