"""The journal's order, the bounded wait for requests, and subscriptions."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from seatrial_provider import (
    ProblemKind,
    Provider,
    ProviderStateError,
    RecordedRequest,
    WaitTimeoutError,
    reply,
    say,
)

if TYPE_CHECKING:
    from tests.provider.conftest import Ask, Run, Send


def test_waiting_sees_what_arrived_before_and_what_comes_later(
    run: Run, send: Send, ask: Ask
) -> None:
    async def main() -> None:
        async with Provider() as provider:
            provider.script(reply(say("1")), reply(say("2")), reply(say("3")))
            url = f"{provider.base_url}/responses"
            await send(url, ask("first"))
            assert [r.last_user_text() for r in await provider.wait_for_requests(1)] == ["first"]
            waiting = asyncio.create_task(provider.wait_for_requests(2))
            await send(url, ask("second"))
            await send(url, ask("third"))
            found = await waiting
            assert [r.last_user_text() for r in found] == ["first", "second"]
            assert [r.index for r in provider.requests] == [0, 1, 2]
            times = [r.received_at for r in provider.requests]
            assert times == sorted(times)

    run(main())


def test_waiting_is_bounded_and_says_what_came(run: Run, send: Send, ask: Ask) -> None:
    async def main() -> None:
        async with Provider() as provider:
            provider.script(reply(say("1")))
            await send(f"{provider.base_url}/responses", ask())
            with pytest.raises(WaitTimeoutError) as raised:
                await provider.wait_for_requests(2, timeout=0.01)
            assert raised.value.arrived == "1: POST /v1/responses (200, completed)"

    run(main())


def test_waiting_ends_when_the_provider_is_closed(run: Run) -> None:
    async def main() -> None:
        async with Provider() as provider:
            waiting = asyncio.create_task(provider.wait_for_requests(1))
            await asyncio.sleep(0)
            assert not waiting.done()
        with pytest.raises(ProviderStateError, match="was closed"):
            await waiting

    run(main())


def test_model_requests_and_others_are_counted_apart(run: Run, send: Send, ask: Ask) -> None:
    async def main() -> None:
        async with Provider() as provider:
            provider.script(reply(say("1")))
            await send(f"{provider.base_url}/models", method="GET")
            await send(f"{provider.base_url}/responses", ask(), headers={"X-Extra": "a"})
            await send(f"{provider.base_url}/responses", ask())
            assert [(r.path, r.index, r.status) for r in provider.journal] == [
                ("/v1/models", 0, 200),
                ("/v1/responses", 0, 200),
                ("/v1/responses", 1, 400),
            ]
            assert [r.header("x-extra") for r in provider.requests] == ["a", None]

    run(main())


def test_a_subscriber_sees_each_request_until_it_leaves(run: Run, send: Send) -> None:
    seen: list[RecordedRequest] = []

    async def main() -> None:
        async with Provider() as provider:
            leave = provider.subscribe(seen.append)
            await send(f"{provider.base_url}/models", method="GET")
            leave()
            await send(f"{provider.base_url}/models", method="GET")
            assert seen == provider.journal[:1]

    run(main())


def test_a_subscriber_that_raises_is_no_fault_of_the_server(run: Run, send: Send) -> None:
    def broken(_: RecordedRequest) -> None:
        raise RuntimeError("subscriber broke")

    async def main() -> None:
        async with Provider() as provider:
            provider.subscribe(broken)
            wire = await send(f"{provider.base_url}/models", method="GET")
            assert wire.status == 500
            (problem,) = provider.verify()
            assert problem.kind is ProblemKind.PROVIDER_ERROR
            assert "subscriber broke" in problem.arrived

    run(main())
