"""Which reply a request takes, and what is said when there is none."""

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
    reply,
    say,
    when_user_text,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.provider.conftest import Ask, Run, Send, Wire


def text_of(wire: Wire) -> str:
    return str(wire.frames()[-1].data["response"]["output"][0]["content"][0]["text"])


def test_plain_replies_are_used_in_order(run: Run, send: Send, ask: Ask) -> None:
    async def main() -> None:
        async with Provider() as provider:
            provider.script(reply(say("one")), reply(say("two")))
            provider.script(reply(say("three")))
            url = f"{provider.base_url}/responses"
            said = [text_of(await send(url, ask())) for _ in range(3)]
            assert said == ["one", "two", "three"]
            assert provider.verify() == []

    run(main())


def test_two_conversations_at_once_are_told_apart(run: Run, send: Send, ask: Ask) -> None:
    async def main() -> None:
        async with Provider() as provider:
            provider.script(
                reply(say("for a"), when=when_user_text("apple")),
                reply(say("for b"), when=when_user_text("bread")),
                reply(say("for a again"), when=when_user_text("apple")),
            )
            url = f"{provider.base_url}/responses"
            texts = ("bread", "apple", "an apple again")
            wires = [await send(url, ask(text)) for text in texts]
            assert [text_of(wire) for wire in wires] == ["for b", "for a", "for a again"]
            ids = [wire.frames()[0].data["response"]["id"] for wire in wires]
            assert ids == ["resp_0002", "resp_0001", "resp_0003"]
            assert provider.verify() == []

    run(main())


def test_the_last_user_message_counts(run: Run, send: Send, ask: Ask) -> None:
    async def main() -> None:
        async with Provider() as provider:
            provider.script(reply(say("new"), when=when_user_text("second")))
            history = [{"role": "user", "content": "first"}, {"role": "user", "content": "second"}]
            url = f"{provider.base_url}/responses"
            refused = await send(url, ask(input=list(reversed(history))))
            assert refused.status == 400
            assert text_of(await send(url, ask(input=history))) == "new"

    run(main())


def test_a_request_after_the_last_reply_is_unexpected(run: Run, send: Send, ask: Ask) -> None:
    async def main() -> None:
        async with Provider() as provider:
            provider.script(reply(say("only")))
            url = f"{provider.base_url}/responses"
            await send(url, ask())
            wire = await send(url, ask("once more"))
            assert wire.status == 400
            assert wire.headers["x-request-id"] == "req_rejected_0002"
            error = wire.json()["error"]
            assert error.keys() == {"message", "type", "param", "code"}
            assert (error["type"], error["code"]) == (
                "invalid_request_error",
                "unexpected-request",
            )
            (problem,) = provider.verify()
            assert problem.kind is ProblemKind.UNEXPECTED_REQUEST
            assert problem.expected == "no more requests: the script's 1 replies were used"
            assert "once more" in problem.arrived
            assert str(problem) == error["message"]
            assert len(provider.requests) == 2
            assert provider.requests[1].reply is None

    run(main())


def test_a_request_that_no_reply_is_for_names_the_nearest(run: Run, send: Send, ask: Ask) -> None:
    async def main() -> None:
        async with Provider() as provider:
            provider.script(reply(say("hi"), when=when_user_text("apple")), reply(say("x")))
            provider.script(reply(say("y"), when=when_user_text("bread")))
            url = f"{provider.base_url}/responses"
            assert text_of(await send(url, ask("stone"))) == "x"
            assert (await send(url, ask("stone"))).status == 400
            problems = provider.verify()
            kinds = [problem.kind for problem in problems]
            assert kinds == [
                ProblemKind.UNEXPECTED_REQUEST,
                ProblemKind.UNUSED_REPLY,
                ProblemKind.UNUSED_REPLY,
            ]
            assert "reply 1: reply(say('hi')), when the last user message" in problems[0].expected
            assert "1 unused replies after it" in problems[0].expected
            assert "2 model requests" in problems[1].arrived

    run(main())


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v1/responses"),
        ("POST", "/v1/chat/completions"),
        ("POST", "/responses"),
        ("DELETE", "/v1/models"),
        ("POST", "/"),
    ],
)
def test_another_endpoint_is_unexpected(method: str, path: str, run: Run, send: Send) -> None:
    async def main() -> None:
        async with Provider() as provider:
            root = provider.base_url.removesuffix("/v1")
            wire = await send(f"{root}{path}", method=method)
            assert wire.status == 400
            assert wire.json()["error"]["code"] == "unexpected-request"
            (problem,) = provider.verify()
            assert f"{method} {path}" in problem.arrived
            assert provider.requests == []
            assert len(provider.journal) == 1

    run(main())


def test_an_unused_reply_is_reported_with_its_place(run: Run) -> None:
    async def main() -> None:
        async with Provider() as provider:
            provider.script(reply(say("never")))
            (problem,) = provider.verify()
            assert problem.kind is ProblemKind.UNUSED_REPLY
            assert "reply 1: reply(say('never'))" in problem.expected
            assert problem.arrived.startswith("0 model requests")

    run(main())


def test_requests_at_the_same_time_never_share_a_reply(run: Run, send: Send, ask: Ask) -> None:
    async def main() -> None:
        async with Provider() as provider:
            provider.script(*(reply(say(str(number))) for number in range(8)))
            url = f"{provider.base_url}/responses"
            wires = await asyncio.gather(*(send(url, ask()) for _ in range(8)))
            assert sorted(text_of(wire) for wire in wires) == [str(n) for n in range(8)]
            assert provider.verify() == []

    run(main())


def test_a_predicate_that_raises_is_not_the_fault_of_the_server(
    run: Run, send: Send, ask: Ask
) -> None:
    def broken(request: object) -> bool:
        raise KeyError("no such thing")

    async def main() -> None:
        async with Provider() as provider:
            matcher = Matcher(description="never told", predicate=broken)
            provider.script(reply(say("x"), when=matcher))
            wire = await send(f"{provider.base_url}/responses", ask())
            assert wire.status == 500
            assert wire.json()["error"]["type"] == "server_error"
            problem = provider.verify()[0]
            assert problem.kind is ProblemKind.PROVIDER_ERROR
            assert "no such thing" in problem.arrived

    run(main())


def test_misuse_is_refused_where_it_is_written() -> None:
    provider = Provider()
    cases: list[Callable[[], object]] = [
        lambda: reply(),
        lambda: reply(cast("Any", "text")),
        lambda: reply(say("x"), gates={"response.complete": Gate("typo")}),
        lambda: provider.script(cast("Any", say("x"))),
        lambda: Provider(ignore={"call-has-outputs"}),
        lambda: say("\ud800"),
    ]
    for case in cases:
        with pytest.raises(ScriptError) as raised:
            case()
        assert raised.value.cause.endswith("?")
        assert raised.value.remedy in str(raised.value)
