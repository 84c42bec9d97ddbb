"""Several conversations at once, each with a section of the script."""

from __future__ import annotations

import asyncio
import random
from typing import TYPE_CHECKING, Any

import pytest

from seatrial_provider import (
    Provider,
    ScriptError,
    reply,
    reply_with,
    run_command,
    say,
    when_header,
    when_user_text,
)

if TYPE_CHECKING:
    from tests.provider.conftest import Ask, Run, Send
    from tests.provider.script.conftest import Say, Talk

    from seatrial_provider import Intent, RecordedRequest

NAMES = ("ann", "bob", "cy")
TURNS = 3


@pytest.mark.parametrize(
    "spelling",
    [
        {"headers": {"session_id": "ann"}},
        {"headers": {"conversation_id": "ann"}},
        {"headers": {"Thread-Id": "ann"}},
        {"prompt_cache_key": "ann"},
    ],
    ids=str,
)
def test_a_conversation_is_known_by_its_id(spelling: dict[str, Any], talk: Talk) -> None:
    async def main(provider: Provider, ask: Say) -> None:
        provider.conversation("ann").script(reply(say("for ann")))
        provider.script(reply(say("for others")))
        assert await ask() == "for others"
        assert await ask(**spelling) == "for ann"

    talk(main)


def test_what_goes_on_from_a_response_is_of_its_conversation(talk: Talk) -> None:
    async def main(provider: Provider, ask: Say) -> None:
        ann = provider.conversation("ann", when=when_user_text("I am Ann"))
        ann.script(reply(say("one")), reply(say("two")))
        assert await ask("I am Ann") == "one"
        assert await ask("and then?", previous_response_id="resp_ann_0001") == "two"

    talk(main)


def test_common_replies_answer_what_the_conversation_has_none_for(talk: Talk) -> None:
    async def main(provider: Provider, ask: Say) -> None:
        provider.script(reply(say("a title"), when=when_user_text("title"), permanent=True))
        provider.conversation("ann").script(reply(say("hello"), when=when_user_text("hi")))
        assert await ask("title", prompt_cache_key="ann") == "a title"
        assert await ask("hi", prompt_cache_key="ann") == "hello"

    talk(main)


def test_a_reply_of_another_conversation_is_shown_as_the_nearest(talk: Talk) -> None:
    async def main(provider: Provider, ask: Say) -> None:
        provider.conversation("ann").script(reply(say("hello"), when=when_user_text("hi")))
        assert await ask("hi", prompt_cache_key="bob") == "unexpected-request"
        unexpected, unused = provider.verify()
        assert "reply 1 of conversation 'ann'" in unexpected.expected
        assert "does not hold: the conversation is 'ann'; its ids are: bob" in unexpected.arrived
        assert "holds: the last user message contains 'hi'" in unexpected.arrived
        assert "reply 1 of conversation 'ann' was not used" in unused.message

    talk(main)


def test_a_name_means_one_conversation() -> None:
    provider = Provider()
    section = provider.conversation("ann", when=when_header("x"))
    assert provider.conversation("ann") is section
    assert provider.conversation("ann", when=when_header("x")) is section
    with pytest.raises(ScriptError, match="two conditions"):
        provider.conversation("ann", when=when_header("y"))


def count(request: RecordedRequest) -> Intent:
    return say(f"{len(request.input)} items")


async def conversations(send: Send, ask: Ask, seed: int) -> dict[str, list[bytes]]:
    """Has three conversations at once, in an order that the seed decides."""
    chance = random.Random(seed)
    order = [name for name in NAMES for _ in range(TURNS)]
    chance.shuffle(order)
    said: dict[str, list[bytes]] = {name: [] for name in NAMES}
    async with Provider() as provider:
        for name in NAMES:
            provider.conversation(name).script(
                reply(run_command("ls"), say(f"hello {name}")),
                reply_with(count, permanent=True),
            )
        url = f"{provider.base_url}/responses"

        async def ask_for(name: str, turns: list[int]) -> None:
            for turn in turns:
                body = ask(f"{name} {turn}", prompt_cache_key=name)
                said[name].append((await send(url, body)).body)

        async with asyncio.TaskGroup() as tasks:
            for name in dict.fromkeys(order):
                tasks.create_task(ask_for(name, list(range(TURNS))))
        assert provider.verify() == []
    return said


def test_the_same_conversations_in_another_order_get_the_same_bytes(
    run: Run, send: Send, ask: Ask
) -> None:
    async def main() -> None:
        first = await conversations(send, ask, 1)
        for seed in range(2, 6):
            assert await conversations(send, ask, seed) == first
        every = [body for bodies in first.values() for body in bodies]
        assert len(set(every)) == len(NAMES) * TURNS

    run(main())


def test_ids_say_whose_reply_it_is_and_which_use_of_it(run: Run, send: Send, ask: Ask) -> None:
    async def main() -> None:
        async with Provider() as provider:
            provider.conversation("ann").script(reply(run_command("ls"), permanent=True))
            url = f"{provider.base_url}/responses"
            wires = [await send(url, ask(t, prompt_cache_key="ann")) for t in ("a", "b")]
            done = [wire.frames()[-1].data["response"] for wire in wires]
            assert [one["id"] for one in done] == ["resp_ann_0001", "resp_ann_0001-2"]
            calls = [one["output"][0]["call_id"] for one in done]
            assert calls == ["call_ann_0001_0", "call_ann_0001-2_0"]
            ids = [wire.headers["x-request-id"] for wire in wires]
            assert ids == ["req_ann_0001", "req_ann_0001-2"]

    run(main())
