"""Which reply a request takes: the first that is open to it and for it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, cast

import pytest

from seatrial_provider import (
    Gate,
    Matcher,
    ProblemKind,
    Provider,
    ScriptError,
    in_order,
    reply,
    reply_with,
    run_command,
    say,
    when_last_item,
    when_user_text,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.provider.script.conftest import Say, Talk


def test_plain_replies_are_used_in_order(talk: Talk) -> None:
    async def main(provider: Provider, ask: Say) -> None:
        provider.script(reply(say("one")), reply(say("two")))
        provider.script(reply(say("three")))
        assert [await ask() for _ in range(3)] == ["one", "two", "three"]
        assert provider.verify() == []

    talk(main)


def test_replies_with_a_condition_are_used_once_in_any_order(talk: Talk) -> None:
    async def main(provider: Provider, ask: Say) -> None:
        provider.script(
            reply(say("for a"), when=when_user_text("apple")),
            reply(say("for b"), when=when_user_text("bread")),
            reply(say("for a again"), when=when_user_text("apple")),
        )
        texts = ("bread", "apple", "an apple again", "apple")
        said = [await ask(text) for text in texts]
        assert said == ["for b", "for a", "for a again", "unexpected-request"]

    talk(main)


def test_a_permanent_reply_answers_any_number_of_requests(talk: Talk) -> None:
    async def main(provider: Provider, ask: Say) -> None:
        provider.script(
            reply(say("a title"), when=when_user_text("title"), permanent=True),
            reply(say("one")),
            reply(say("two")),
        )
        texts = ("title", "x", "title", "title", "y")
        assert [await ask(text) for text in texts] == [
            *("a title", "one", "a title", "a title", "two"),
        ]
        assert provider.verify() == []

    talk(main)


def test_a_permanent_reply_need_not_be_used(talk: Talk) -> None:
    async def main(provider: Provider, ask: Say) -> None:
        provider.script(reply(say("if asked"), permanent=True))
        assert provider.verify() == []

    talk(main)


def test_a_reply_of_an_ordered_group_waits_for_the_one_before_it(talk: Talk) -> None:
    async def main(provider: Provider, ask: Say) -> None:
        provider.script(
            in_order(
                reply(say("first"), when=when_user_text("apple")),
                reply(say("second"), when=when_user_text("bread")),
            )
        )
        texts = ("bread", "apple", "bread")
        assert [await ask(text) for text in texts] == ["unexpected-request", "first", "second"]
        (problem,) = provider.verify()
        assert "does not hold: reply 1 was used before it" in problem.arrived

    talk(main)


def test_requests_at_the_same_time_never_share_a_reply(talk: Talk) -> None:
    async def main(provider: Provider, ask: Say) -> None:
        provider.script(*(reply(say(str(number))) for number in range(8)))
        said = await asyncio.gather(*(ask() for _ in range(8)))
        assert sorted(said) == [str(number) for number in range(8)]
        assert provider.verify() == []

    talk(main)


def test_an_unused_reply_is_reported_with_its_place(talk: Talk) -> None:
    async def main(provider: Provider, ask: Say) -> None:
        provider.script(reply(say("never")))
        (problem,) = provider.verify()
        assert problem.kind is ProblemKind.UNUSED_REPLY
        assert "reply 1: reply(say('never'))" in problem.expected
        assert problem.arrived.startswith("0 model requests")

    talk(main)


def turn_with(outputs: int) -> list[dict[str, Any]]:
    calls: list[dict[str, Any]] = [{"role": "user", "content": "go"}]
    for number in range(outputs):
        call = {"call_id": f"c{number}", "name": "exec_command", "arguments": "{}"}
        calls.append({"type": "function_call", **call})
        calls.append({"type": "function_call_output", "call_id": f"c{number}", "output": "ok"})
    return calls


def test_a_permanent_reply_that_goes_round_in_a_loop_is_stopped(talk: Talk) -> None:
    async def main(provider: Provider, ask: Say) -> None:
        provider.script(reply(say("again"), permanent=True))
        assert await ask(input=turn_with(2)) == "again"
        assert await ask(input=turn_with(3)) == "loop"
        (problem,) = provider.verify()
        assert problem.kind is ProblemKind.LOOP
        assert "3 outputs of calls" in problem.arrived

    talk(main, loop_limit=3)


def test_a_new_message_of_the_user_ends_the_count_for_a_loop(talk: Talk) -> None:
    async def main(provider: Provider, ask: Say) -> None:
        provider.script(reply(say("again"), permanent=True))
        assert await ask(input=[*turn_with(9), {"role": "user", "content": "more"}]) == "again"

    talk(main, loop_limit=3)


@pytest.mark.parametrize(("limit", "permanent"), [(None, True), (3, False)])
def test_what_cannot_be_a_loop_is_not_taken_for_one(
    limit: int | None, permanent: bool, talk: Talk
) -> None:
    async def main(provider: Provider, ask: Say) -> None:
        provider.script(reply(say("again"), permanent=permanent))
        assert await ask(input=turn_with(60)) == "again"

    talk(main, loop_limit=limit)


def test_misuse_is_refused_where_it_is_written() -> None:
    provider = Provider()
    cases: list[Callable[[], object]] = [
        lambda: reply(),
        lambda: reply(cast("Any", "text")),
        lambda: reply(say("x"), gates={"response.complete": Gate("typo")}),
        lambda: reply(say("x"), when=cast("Any", "apple")),
        lambda: reply_with(cast("Any", "text")),
        lambda: provider.script(cast("Any", say("x"))),
        lambda: in_order(cast("Any", run_command("ls"))),
        lambda: provider.conversation("a name with blanks"),
        lambda: Provider(ignore={"call-has-outputs"}),
        lambda: when_last_item("tool") & cast("Any", len),
        lambda: Matcher(description="x", predicate=bool) | cast("Any", "y"),
        lambda: say("\ud800"),
    ]
    for case in cases:
        with pytest.raises(ScriptError) as raised:
            case()
        assert raised.value.cause.endswith("?")
        assert raised.value.remedy in str(raised.value)
