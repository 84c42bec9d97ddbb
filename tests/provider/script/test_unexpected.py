"""What is said of a request that no reply is for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from openai import AsyncOpenAI, BadRequestError, DefaultAsyncHttpxClient

from seatrial_provider import (
    Matcher,
    ProblemKind,
    Provider,
    reply,
    say,
    when_header,
    when_model,
    when_tool_output,
    when_user_text,
)

if TYPE_CHECKING:
    from tests.provider.conftest import Ask, Run, Send
    from tests.provider.script.conftest import Say, Talk


def test_a_request_after_the_last_reply_names_who_used_the_replies(
    run: Run, send: Send, ask: Ask
) -> None:
    async def main() -> None:
        async with Provider() as provider:
            provider.script(reply(say("only")))
            url = f"{provider.base_url}/responses"
            await send(url, ask())
            wire = await send(url, ask("once more"))
            assert wire.status == 400
            assert wire.headers["x-request-id"] == "req_rejected_0002"
            assert wire.headers["x-should-retry"] == "false"
            error = wire.json()["error"]
            assert error.keys() == {"message", "type", "param", "code"}
            assert (error["type"], error["code"]) == (
                "invalid_request_error",
                "unexpected-request",
            )
            (problem,) = provider.verify()
            assert problem.kind is ProblemKind.UNEXPECTED_REQUEST
            assert problem.expected == (
                "no more requests: the script's 1 replies were used, "
                "the last ones: reply 1 by request 1"
            )
            assert "once more" in problem.arrived
            assert str(problem) == error["message"]
            assert len(provider.requests) == 2
            assert provider.requests[1].reply is None

    run(main())


def test_a_request_to_an_empty_script_is_told_that_it_is_empty(talk: Talk) -> None:
    async def main(provider: Provider, ask: Say) -> None:
        assert await ask("hello") == "unexpected-request"
        (problem,) = provider.verify()
        assert problem.expected == "no model request: the script has no replies"
        assert "provider.script(...) missing" in problem.cause

    talk(main)


def test_the_nearest_reply_is_shown_with_what_holds_and_what_does_not(talk: Talk) -> None:
    async def main(provider: Provider, ask: Say) -> None:
        provider.script(
            reply(say("x"), when=when_user_text("bread") & when_model("mock")),
            reply(say("y"), when=when_user_text("apple") & when_model("mock")),
            reply(say("z"), when=when_header("x-kind", exact="title")),
        )
        assert await ask("eat an appel today") == "unexpected-request"
        problem = provider.verify()[0]
        assert problem.expected == (
            "a request for reply 2: reply(say('y')), when the last user message contains 'apple' "
            "and the model is 'mock' (the nearest of 3 replies)"
        )
        text, model = problem.arrived.splitlines()[1:]
        assert text == (
            "    does not hold: the last user message contains 'apple'; "
            "it is 'eat an appel today', where 'appel' is nearest"
        )
        assert model == "    holds: the model is 'mock'"

    talk(main)


@pytest.mark.parametrize("kind", ["exact", "contains", "word"])
def test_of_several_texts_the_one_that_is_most_alike_is_nearest(kind: str, talk: Talk) -> None:
    async def main(provider: Provider, ask: Say) -> None:
        for text in ("write the report", "list all files", "delete nothing"):
            condition = when_user_text(**{kind: text})
            provider.script(reply(say("x"), when=condition))
        await ask("list the files")
        assert "a request for reply 2" in provider.verify()[0].expected

    talk(main)


def test_a_used_reply_is_never_the_nearest(talk: Talk) -> None:
    async def main(provider: Provider, ask: Say) -> None:
        provider.script(
            reply(say("x"), when=when_user_text("apple")),
            reply(say("y"), when=when_tool_output("never")),
        )
        assert [await ask("apple"), await ask("apples")] == ["x", "unexpected-request"]
        problem = provider.verify()[0]
        assert "a request for reply 2" in problem.expected
        assert "there is no such text" in problem.arrived

    talk(main)


def test_a_predicate_that_raises_is_not_the_fault_of_the_server(talk: Talk) -> None:
    def broken(request: object) -> bool:
        raise KeyError("no such thing")

    async def main(provider: Provider, ask: Say) -> None:
        matcher = Matcher(description="never told", predicate=broken)
        provider.script(reply(say("x"), when=matcher))
        assert await ask() == "provider-error"
        problem = provider.verify()[0]
        assert problem.kind is ProblemKind.PROVIDER_ERROR
        assert "no such thing" in problem.arrived

    talk(main)


@pytest.mark.parametrize("scripted", [False, True], ids=["unexpected", "provider-error"])
def test_the_sdk_does_not_ask_again(scripted: bool, run: Run) -> None:
    def broken(request: object) -> bool:
        raise KeyError("no such thing")

    async def main() -> None:
        async with Provider() as provider, DefaultAsyncHttpxClient(trust_env=False) as http:
            if scripted:
                matcher = Matcher(description="never told", predicate=broken)
                provider.script(reply(say("x"), when=matcher))
            client = AsyncOpenAI(
                base_url=provider.base_url, api_key="k", max_retries=5, http_client=http
            )
            with pytest.raises(Exception, match=r"no such thing|no reply is scripted") as raised:
                await client.responses.create(model="mock", input="hello", stream=True)
            assert isinstance(raised.value, BadRequestError) is not scripted
            assert len(provider.requests) == 1

    run(main())


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/responses"), ("PATCH", "/v1/nothing"), ("POST", "/")],
)
def test_another_endpoint_is_unexpected(method: str, path: str, run: Run, send: Send) -> None:
    async def main() -> None:
        async with Provider() as provider:
            root = provider.base_url.removesuffix("/v1")
            wire = await send(f"{root}{path}", method=method)
            assert 400 <= wire.status < 500
            assert wire.headers["x-should-retry"] == "false"
            (problem,) = provider.verify()
            assert problem.kind is ProblemKind.UNEXPECTED_REQUEST
            assert f"{method} {path}" in problem.arrived
            assert provider.requests == []
            assert len(provider.journal) == 1

    run(main())
