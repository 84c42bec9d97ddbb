"""Conversations: made, changed, deleted; their items; and the responses that add to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import openai
import pytest
from openai.types.conversations import Conversation, ConversationItemList

from seatrial_provider import Gate, Provider, StreamError, reply, run_command, say

if TYPE_CHECKING:
    from tests.provider.conftest import Ask, Run, Send, Unknown
    from tests.provider.state.conftest import Serve


def test_a_conversation_is_made_changed_and_deleted(run: Run, serve: Serve) -> None:
    async def main() -> None:
        async with serve() as (provider, client):
            made = await client.conversations.create(metadata={"topic": "sea"})
            assert (made.id, made.metadata) == ("conv_0001", {"topic": "sea"})
            changed = await client.conversations.update(made.id, metadata={"topic": "sky"})
            assert changed == await client.conversations.retrieve(made.id)
            assert changed.metadata == {"topic": "sky"}
            deleted = await client.conversations.delete(made.id)
            assert (deleted.id, deleted.deleted) == (made.id, True)
            assert deleted.object == "conversation.deleted"
            with pytest.raises(openai.NotFoundError, match="Conversation with id 'conv_0001'"):
                await client.conversations.retrieve(made.id)
            assert provider.requests == []
            assert provider.verify() == []

    run(main())


def test_items_are_added_listed_read_and_deleted(run: Run, serve: Serve) -> None:
    async def main() -> None:
        async with serve() as (_, client):
            one: Any = {"role": "user", "content": "one"}
            two: Any = {"role": "user", "content": "two"}
            made = await client.conversations.create(items=[one])
            added = await client.conversations.items.create(made.id, items=[two])
            item: Any = added.data[0]
            read: Any = await client.conversations.items.retrieve(item.id, conversation_id=made.id)
            assert read.content[0].text == "two"
            pages: Any = client.conversations.items.list(made.id, order="asc", limit=1)
            texts = [item.content[0].text async for item in pages]
            assert texts == ["one", "two"]
            left = await client.conversations.items.delete(item.id, conversation_id=made.id)
            assert left.id == made.id
            with pytest.raises(openai.NotFoundError, match=f"Item with id '{item.id}' not found"):
                await client.conversations.items.retrieve(item.id, conversation_id=made.id)

    run(main())


@pytest.mark.parametrize("as_object", [False, True])
def test_a_response_reads_the_conversation_and_adds_to_it(
    as_object: bool, run: Run, serve: Serve, tools: Any
) -> None:
    async def main() -> None:
        async with serve() as (provider, client):
            provider.script(reply(run_command("ls", call_id="c1")), reply(say("done")))
            start: Any = {"role": "user", "content": "look"}
            made = await client.conversations.create(items=[start])
            asked: Any = {
                "model": "m",
                "tools": [tools["exec_command"]],
                "conversation": {"id": made.id} if as_object else made.id,
            }
            first = await client.responses.create(**asked, input="now")
            assert first.conversation is not None
            assert first.conversation.id == made.id
            ran: Any = {"type": "function_call_output", "call_id": "c1", "output": "a"}
            await client.responses.create(**asked, input=[ran])
            request = provider.requests[1]
            assert request.message_input_texts("user") == ["look", "now"]
            assert request.call_ids() == ["c1"]
            items = client.conversations.items.list(made.id, order="asc")
            assert [item.type async for item in items] == [
                "message",
                "message",
                "function_call",
                "function_call_output",
                "message",
            ]
            assert provider.verify() == []

    run(main())


def test_a_response_adds_to_the_conversation_when_it_is_over(run: Run, serve: Serve) -> None:
    async def main() -> None:
        gate = Gate("here")
        async with serve() as (provider, client):
            provider.script(reply(say("a"), gates={"response.completed": gate}))
            made = await client.conversations.create()
            async with await client.responses.create(
                model="m", input="go", conversation=made.id, stream=True
            ) as stream:
                await gate.reached()
                assert (await client.conversations.items.list(made.id)).data == []
                gate.release()
                assert [event async for event in stream]
            assert len((await client.conversations.items.list(made.id)).data) == 2

    run(main())


def test_a_response_whose_client_left_adds_nothing(run: Run, serve: Serve) -> None:
    async def main() -> None:
        gate = Gate("here")
        async with serve() as (provider, client):
            provider.script(reply(say("a"), gates={"response.completed": gate}))
            made = await client.conversations.create()
            stream = await client.responses.create(
                model="m", input="go", conversation=made.id, stream=True
            )
            await gate.reached()
            await stream.close()
            await provider.wait_until_settled(provider.requests[0])
            assert (await client.conversations.items.list(made.id)).data == []
            gate.release()

    run(main())


def test_a_request_has_one_history(run: Run, serve: Serve) -> None:
    async def main() -> None:
        async with serve() as (provider, client):
            provider.script(reply(say("a")))
            made = await client.conversations.create()
            first = await client.responses.create(model="m", input="go")
            with pytest.raises(openai.BadRequestError) as caught:
                await client.responses.create(
                    model="m", input="go", conversation=made.id, previous_response_id=first.id
                )
            assert caught.value.code == "mutually_exclusive_parameters"
            with pytest.raises(openai.NotFoundError):
                await client.responses.create(model="m", input="go", conversation="conv_none")

    run(main())


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"[", "bad-request"),
        ({"metadata": {"a": 1}}, "invalid_type"),
        ({"items": "hi"}, "invalid_type"),
        ({"items": [1]}, "invalid_type"),
        ({"metadata": 1}, "invalid_type"),
    ],
)
def test_an_unsound_body_is_refused(body: Any, code: str, run: Run, send: Send) -> None:
    async def main() -> None:
        async with Provider() as provider:
            wire = await send(f"{provider.base_url}/conversations", body)
            assert (wire.status, wire.json()["error"]["code"]) == (400, code)

    run(main())


def test_a_body_that_is_not_there_makes_an_empty_conversation(
    run: Run, send: Send, ask: Ask, unknown: Unknown
) -> None:
    async def main() -> None:
        async with Provider() as provider:
            url = f"{provider.base_url}/conversations"
            made = (await send(url)).json()
            assert unknown(made, Conversation) == []
            listed = (await send(f"{url}/conv_0001/items", method="GET")).json()
            assert (listed["data"], listed["first_id"], listed["has_more"]) == ([], None, False)
            provider.script(reply(say("a")))
            await send(f"{provider.base_url}/responses", ask(conversation="conv_0001"))
            listed = (await send(f"{url}/conv_0001/items", method="GET")).json()
            assert unknown(listed, ConversationItemList) == []
            assert [item["role"] for item in listed["data"]] == ["assistant", "user"]

    run(main())


def test_the_oldest_conversation_goes_first(run: Run, serve: Serve) -> None:
    async def main() -> None:
        async with serve(kept=1) as (_, client):
            made = [await client.conversations.create() for _ in range(2)]
            assert (await client.conversations.retrieve(made[1].id)).id == "conv_0002"
            with pytest.raises(openai.NotFoundError):
                await client.conversations.retrieve(made[0].id)

    run(main())


def test_a_response_that_ends_with_a_bare_error_adds_nothing(
    run: Run, send: Send, ask: Ask
) -> None:
    async def main() -> None:
        async with Provider() as provider:
            provider.script(reply(say("a"), ending=StreamError()))
            url = f"{provider.base_url}/conversations"
            await send(url)
            await send(f"{provider.base_url}/responses", ask(conversation="conv_0001"))
            listed = await send(f"{url}/conv_0001/items", method="GET")
            assert (listed.status, listed.json()["data"]) == (200, [])

    run(main())
