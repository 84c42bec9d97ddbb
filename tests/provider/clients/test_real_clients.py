"""Verdicts on clients that are real: the SDK of OpenAI does well, careless loops do not."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from openai import DefaultHttpxClient, InternalServerError, OpenAI

from seatrial_provider import ProblemKind, Provider, reply, say
from seatrial_provider.faults import CutOff, HttpError

if TYPE_CHECKING:
    from tests.provider.conftest import Ask, Run, Send

OVERLOADED = HttpError(status=503, retry_after=0.02, retry_after_as="milliseconds")


def ask_by_sdk(base_url: str) -> str:
    http = DefaultHttpxClient(trust_env=False)
    with OpenAI(base_url=base_url, api_key="k", max_retries=2, http_client=http) as client:
        return client.responses.create(model="m", input="go").output_text


def test_the_sdk_of_openai_retries_well(run: Run) -> None:
    async def main() -> None:
        async with Provider() as provider:
            provider.script(reply(say("done"), faults=[OVERLOADED]))
            assert await asyncio.to_thread(ask_by_sdk, provider.base_url) == "done"
            assert [request.attempt for request in provider.requests] == [1, 2]
            assert provider.client_verdicts() == []
            assert provider.verify(client=True) == []

    run(main())


def test_the_sdk_of_openai_gives_up_after_its_retries(run: Run) -> None:
    async def main() -> None:
        async with Provider() as provider:
            always = HttpError(status=500, retry_after=0.02, attempts=None)
            provider.script(reply(say("never"), faults=[always]))
            with pytest.raises(InternalServerError):
                await asyncio.to_thread(ask_by_sdk, provider.base_url)
            assert len(provider.requests) == 3
            assert provider.client_verdicts() == []

    run(main())


def test_a_loop_that_does_not_wait_is_a_problem_when_asked_for(
    run: Run, send: Send, ask: Ask
) -> None:
    async def main() -> None:
        async with Provider() as provider:
            provider.script(reply(say("done"), faults=[HttpError(status=429, retry_after=60)]))
            for _ in range(2):
                await send(f"{provider.base_url}/responses", ask())
            assert provider.verify() == []
            (problem,) = provider.verify(client=True)
            assert problem.kind is ProblemKind.CLIENT
            assert "'retried-too-early'" in problem.message

    run(main())


def test_a_client_that_gives_up_is_only_warned_of(run: Run, send: Send, ask: Ask) -> None:
    async def main() -> None:
        async with Provider() as provider:
            provider.script(reply(say("done"), faults=[HttpError(), CutOff(attempts=(2,))]))
            await send(f"{provider.base_url}/responses", ask())
            assert [verdict.rule for verdict in provider.client_verdicts()] == ["not-retried"]
            assert provider.verify(client=True) == []

    run(main())
