"""Responses in the background: they wait, go on with each look, outlive clients, are cancelled."""

from __future__ import annotations

from typing import TYPE_CHECKING

import openai
import pytest
from openai.types.responses import Response

from seatrial_provider import Gate, Provider, reply, say

if TYPE_CHECKING:
    from tests.provider.conftest import Ask, Run, Send, Unknown
    from tests.provider.state.conftest import Serve


def test_each_look_brings_it_on(run: Run, serve: Serve) -> None:
    async def main() -> None:
        async with serve() as (provider, client):
            provider.script(reply(say("done")))
            made = await client.responses.create(model="m", input="go", background=True)
            assert (made.status, made.output) == ("queued", [])
            looks = [await client.responses.retrieve(made.id) for _ in range(3)]
            assert [look.status for look in looks] == ["in_progress", "completed", "completed"]
            assert [look.output_text for look in looks] == ["", "done", "done"]
            assert provider.verify() == []

    run(main())


def test_it_waits_for_its_gates(run: Run, serve: Serve) -> None:
    async def main() -> None:
        gate = Gate("here")
        async with serve() as (provider, client):
            provider.script(reply(say("done"), gates={"response.completed": gate}))
            made = await client.responses.create(model="m", input="go", background=True)
            assert not gate.is_reached
            looks = [(await client.responses.retrieve(made.id)).status for _ in range(3)]
            assert (gate.is_reached, looks) == (True, ["in_progress"] * 3)
            gate.release()
            assert (await client.responses.retrieve(made.id)).status == "completed"
            assert provider.verify() == []

    run(main())


def test_it_is_cancelled_once_and_stays_so(run: Run, serve: Serve) -> None:
    async def main() -> None:
        async with serve() as (provider, client):
            provider.script(reply(say("unsaid")))
            made = await client.responses.create(model="m", input="go", background=True)
            for _ in range(2):
                cancelled = await client.responses.cancel(made.id)
                assert (cancelled.status, cancelled.output) == ("cancelled", [])
            assert (await client.responses.retrieve(made.id)).status == "cancelled"

    run(main())


def test_what_is_over_is_not_cancelled_any_more(run: Run, serve: Serve) -> None:
    async def main() -> None:
        async with serve() as (provider, client):
            provider.script(reply(say("done")))
            made = await client.responses.create(model="m", input="go", background=True)
            for _ in range(2):
                await client.responses.retrieve(made.id)
            assert (await client.responses.cancel(made.id)).output_text == "done"

    run(main())


def test_what_does_not_run_in_the_background_cannot_be_cancelled(run: Run, serve: Serve) -> None:
    async def main() -> None:
        async with serve() as (provider, client):
            provider.script(reply(say("done")))
            made = await client.responses.create(model="m", input="go")
            with pytest.raises(openai.BadRequestError, match="Cannot cancel a synchronous"):
                await client.responses.cancel(made.id)
            with pytest.raises(openai.NotFoundError):
                await client.responses.cancel("resp_none")

    run(main())


def test_it_goes_on_without_its_client_and_is_streamed_from_where_that_left(
    run: Run, serve: Serve
) -> None:
    async def main() -> None:
        gate = Gate("here")
        async with serve() as (provider, client):
            provider.script(reply(say("a b c d"), gates={"response.output_text.delta": gate}))
            seen = -1
            async with await client.responses.create(
                model="m", input="go", background=True, stream=True
            ) as stream:
                async for event in stream:
                    seen = event.sequence_number
                    if event.type == "response.content_part.added":
                        break
            await provider.wait_until_settled(provider.requests[0])
            assert (await client.responses.retrieve("resp_0001")).status == "in_progress"
            gate.release()
            assert (await client.responses.retrieve("resp_0001")).output_text == "a b c d"
            rest = await client.responses.retrieve("resp_0001", stream=True, starting_after=seen)
            types = [event.type async for event in rest]
            assert types[:2] == ["response.output_text.delta"] * 2
            assert types[-1] == "response.completed"
            assert provider.verify() == []

    run(main())


@pytest.mark.parametrize("looks", [0, 1, 2])
def test_what_a_look_shows_is_valid(
    looks: int, run: Run, send: Send, ask: Ask, unknown: Unknown
) -> None:
    async def main() -> None:
        async with Provider() as provider:
            provider.script(reply(say("done")))
            url = f"{provider.base_url}/responses"
            shown = await send(url, ask(background=True, stream=False))
            for _ in range(looks):
                shown = await send(f"{url}/resp_0001", method="GET")
            assert set(unknown(shown.json(), Response)) <= {"store"}

    run(main())


def test_it_must_be_stored(run: Run, serve: Serve) -> None:
    async def main() -> None:
        async with serve() as (_, client):
            with pytest.raises(openai.BadRequestError, match="requires 'store' to be true"):
                await client.responses.create(model="m", input="go", background=True, store=False)

    run(main())


def test_it_cannot_be_gone_on_from_before_it_is_over(run: Run, serve: Serve) -> None:
    async def main() -> None:
        async with serve() as (provider, client):
            provider.script(reply(say("done")))
            made = await client.responses.create(model="m", input="go", background=True)
            with pytest.raises(openai.BadRequestError) as caught:
                await client.responses.create(model="m", input="more", previous_response_id=made.id)
            assert caught.value.code == "previous_response_not_found"

    run(main())
