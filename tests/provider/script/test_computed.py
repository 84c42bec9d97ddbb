"""Replies that are computed from the request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import pytest

from seatrial_provider import (
    Gate,
    ProblemKind,
    Provider,
    ScriptError,
    reply,
    reply_with,
    say,
    when_user_text,
)

if TYPE_CHECKING:
    from tests.provider.script.conftest import Say, Talk

    from seatrial_provider import Intent, RecordedRequest, Reply


def echo(request: RecordedRequest) -> Intent:
    return say(request.last_user_text().upper())


def broken(request: RecordedRequest) -> Intent:
    raise KeyError("no such thing")


def test_a_reply_is_computed_from_the_request(talk: Talk) -> None:
    async def main(provider: Provider, ask: Say) -> None:
        provider.script(reply_with(echo, permanent=True))
        assert [await ask("one"), await ask("two")] == ["ONE", "TWO"]
        assert provider.requests[0].reply == reply(say("ONE"), permanent=True)

    talk(main)


def test_it_may_be_several_intents_or_a_whole_reply(talk: Talk) -> None:
    gate = Gate("before the text")
    gate.release()

    def several(request: RecordedRequest) -> list[Intent]:
        return [say("one"), say("two")]

    def whole(request: RecordedRequest) -> Reply:
        return reply(say("three"), gates={"response.output_text.delta": gate})

    async def main(provider: Provider, ask: Say) -> None:
        provider.script(reply_with(several), reply_with(whole))
        assert [await ask(), await ask()] == ["onetwo", "three"]
        assert gate.is_reached
        assert provider.verify() == []

    talk(main)


def test_a_gate_of_a_computed_reply_is_looked_at_too(talk: Talk) -> None:
    gate = Gate("never there")

    def whole(request: RecordedRequest) -> Reply:
        return reply(say("x"), gates={"response.function_call_arguments.delta": gate})

    async def main(provider: Provider, ask: Say) -> None:
        provider.script(reply_with(whole))
        assert await ask() == "x"
        (problem,) = provider.verify()
        assert problem.kind is ProblemKind.GATE_LEFT_CLOSED

    talk(main)


@pytest.mark.parametrize(
    "function", [broken, lambda request: None, lambda request: "text", lambda request: []]
)
def test_a_function_that_computes_nothing_is_no_fault_of_the_server(
    function: Any, talk: Talk
) -> None:
    async def main(provider: Provider, ask: Say) -> None:
        provider.script(reply_with(function))
        assert await ask() == "provider-error"
        (problem,) = provider.verify()
        assert problem.kind is ProblemKind.PROVIDER_ERROR
        assert f"{function.__name__}() computed no reply to model request 1" in problem.message

    talk(main)


def test_the_function_is_only_called_for_the_reply_that_is_taken(talk: Talk) -> None:
    called: list[str] = []

    def note(request: RecordedRequest) -> Intent:
        called.append(request.last_user_text())
        return say("noted")

    async def main(provider: Provider, ask: Say) -> None:
        provider.script(reply_with(note, when=when_user_text("a")), reply(say("other")))
        assert [await ask("b"), await ask("a")] == ["other", "noted"]
        assert called == ["a"]

    talk(main)


def test_an_async_function_is_refused() -> None:
    async def later(request: RecordedRequest) -> Intent:
        return say("x")

    with pytest.raises(ScriptError, match="plain function"):
        reply_with(cast("Any", later))
