"""Compaction: what is kept of a conversation, and what it is like in the next request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from seatrial_provider import Provider, reply, run_command, say

if TYPE_CHECKING:
    from tests.provider.conftest import Ask, Run, Send
    from tests.provider.state.conftest import Serve

INPUT: Any = [
    {"role": "developer", "content": "be brief"},
    {"role": "user", "content": "look"},
    {"type": "function_call", "call_id": "c1", "name": "exec_command", "arguments": "{}"},
    {"type": "function_call_output", "call_id": "c1", "output": "a"},
    {"role": "assistant", "content": "seen"},
    {"role": "user", "content": "and now"},
]


def test_the_messages_of_user_and_developer_stay_before_one_compaction(
    run: Run, serve: Serve
) -> None:
    async def main() -> None:
        async with serve() as (provider, client):
            made = await client.responses.compact(model="m", input=INPUT)
            assert made.object == "response.compaction"
            *kept, compaction = made.output
            roles = [item.role for item in kept]  # type: ignore[union-attr]
            assert roles == ["developer", "user", "user"]
            assert compaction.type == "compaction"
            assert compaction.encrypted_content == "seatrial-compact0001"
            assert made.usage.total_tokens == 12
            assert provider.requests == []
            assert provider.verify() == []

    run(main())


def test_a_response_that_is_kept_can_be_compacted(run: Run, send: Send, ask: Ask) -> None:
    async def main() -> None:
        async with Provider() as provider:
            provider.script(reply(run_command("ls")), reply(say("a")))
            url = f"{provider.base_url}/responses"
            await send(url, ask("first"))
            body = {"model": "m", "previous_response_id": "resp_0001"}
            made = (await send(f"{url}/compact", body)).json()
            assert [item["type"] for item in made["output"]] == ["message", "compaction"]
            await send(url, ask(input=made["output"]))
            assert provider.requests[1].message_input_texts("user") == ["first"]
            assert provider.verify() == []

    run(main())


def test_compactions_are_numbered(run: Run, send: Send) -> None:
    async def main() -> None:
        async with Provider() as provider:
            url = f"{provider.base_url}/responses/compact"
            ids = [(await send(url, {"model": "m", "input": "a"})).json()["id"] for _ in range(2)]
            assert ids == ["resp_compact0001", "resp_compact0002"]

    run(main())
