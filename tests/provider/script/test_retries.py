"""The same request again, when its answer did not arrive, gets the same answer again."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from openai import APIConnectionError, AsyncOpenAI, DefaultAsyncHttpxClient

from seatrial_provider import Gate, Provider, reply, reply_with, run_command, say
from seatrial_provider.faults import (
    HEADERS,
    Byte,
    CutOff,
    EndEarly,
    Fault,
    HttpError,
    NotHttp,
    Reset,
    Slices,
    WrongSequence,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tests.provider.conftest import Ask, Run
    from tests.provider.script.conftest import Say, Talk

    from seatrial_provider import Intent, RecordedRequest

SPOILING: list[Fault] = [
    Reset(at=HEADERS),
    CutOff(at=HEADERS),
    CutOff(at=Byte(10)),
    HttpError(status=500),
    HttpError(status=429, retry_after=0.001, retry_after_as="milliseconds"),
    NotHttp(),
]


async def raw(
    provider: Provider, body: dict[str, Any], *, lines: int | None = None, retry: int = 0
) -> bytes:
    """Sends a request without an SDK and returns the body of what came back.

    Args:
        provider: Where to send it.
        body: The request.
        lines: Goes away after so many lines of the body.
        retry: What is said in the header of OpenAI's SDKs.
    """
    port = urlsplit(provider.base_url).port
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    payload = json.dumps(body).encode()
    head = (
        "POST /v1/responses HTTP/1.0\r\ncontent-type: application/json\r\n"
        f"x-stainless-retry-count: {retry}\r\ncontent-length: {len(payload)}\r\n\r\n"
    )
    try:
        writer.write(head.encode() + payload)
        await reader.readuntil(b"\r\n\r\n")
        if lines is None:
            return await reader.read()
        return b"".join([await reader.readline() for _ in range(lines)])
    except (ConnectionError, asyncio.IncompleteReadError):
        return b""
    finally:
        writer.close()


def text(body: bytes) -> str:
    """Returns the text of a streamed reply, whole or not."""
    lines = [line for line in body.decode().splitlines() if line.startswith("data: {")]
    events = [json.loads(line.removeprefix("data: ")) for line in lines]
    deltas = (e["delta"] for e in events if e["type"] == "response.output_text.delta")
    return "".join(deltas)


@pytest.fixture
def with_sdk(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> Callable[[Callable[[Provider, AsyncOpenAI], Awaitable[None]]], None]:
    """Runs a test with OpenAI's SDK, which retries twice and does not wait between."""
    monkeypatch.setattr("openai._base_client.INITIAL_RETRY_DELAY", 0.0)

    def runs(main: Callable[[Provider, AsyncOpenAI], Awaitable[None]]) -> None:
        async def served() -> None:
            async with Provider() as provider, DefaultAsyncHttpxClient(trust_env=False) as http:
                client = AsyncOpenAI(
                    base_url=provider.base_url, api_key="k", max_retries=2, http_client=http
                )
                await main(provider, client)

        run(served())

    return runs


@pytest.mark.parametrize("fault", SPOILING, ids=repr)
def test_a_retry_of_the_sdk_gets_the_same_reply_and_does_not_eat_the_next(
    fault: Fault, with_sdk: Any
) -> None:
    async def main(provider: Provider, client: AsyncOpenAI) -> None:
        provider.script(reply(say("one"), faults=[fault]), reply(say("two")))
        said = [await client.responses.create(model="m", input=words) for words in ("a", "b")]
        assert [one.output_text for one in said] == ["one", "two"]
        assert [one.id for one in said] == ["resp_0001", "resp_0002"]
        assert [(r.attempt, r.retry_of) for r in provider.requests] == [
            *((1, None), (2, 0), (1, None)),
        ]
        assert [r.reply_number for r in provider.requests] == [1, 1, 2]
        assert provider.verify() == []

    with_sdk(main)


def test_a_third_attempt_is_counted_from_the_first(with_sdk: Any) -> None:
    async def main(provider: Provider, client: AsyncOpenAI) -> None:
        provider.script(reply(say("one"), faults=[HttpError(status=500, attempts=(1, 2))]))
        done = await client.responses.create(model="m", input="a")
        assert done.output_text == "one"
        assert [(r.attempt, r.retry_of) for r in provider.requests] == [(1, None), (2, 0), (3, 0)]
        assert provider.verify() == []

    with_sdk(main)


def test_a_client_that_gives_up_leaves_the_next_reply_alone(with_sdk: Any) -> None:
    async def main(provider: Provider, client: AsyncOpenAI) -> None:
        provider.script(
            reply(say("one"), faults=[Reset(at=HEADERS, attempts=None)]), reply(say("two"))
        )
        with pytest.raises(APIConnectionError):
            await client.responses.create(model="m", input="a")
        done = await client.responses.create(model="m", input="b")
        assert done.output_text == "two"
        assert [r.attempt for r in provider.requests] == [1, 2, 3, 1]

    with_sdk(main)


@pytest.mark.parametrize("fault", [CutOff(at=-3), EndEarly(at=-3), Reset(at=-3)], ids=repr)
def test_a_stream_that_was_cut_is_sent_again_byte_for_byte(
    fault: Fault, run: Run, ask: Ask
) -> None:
    async def main() -> None:
        async with Provider() as provider:
            provider.script(reply(say("a b c d e f"), faults=[fault]), reply(say("two")))
            cut, whole = [await raw(provider, ask()) for _ in range(2)]
            assert text(whole) == "a b c d e f"
            assert whole.startswith(cut)
            assert len(cut) < len(whole)
            assert text(await raw(provider, ask())) == "two"
            assert [r.retry_of for r in provider.requests] == [None, 0, None]

    run(main())


def test_the_order_of_the_members_does_not_count(run: Run, ask: Ask) -> None:
    async def main() -> None:
        async with Provider() as provider:
            provider.script(reply(say("one"), faults=[CutOff(at=2)]), reply(say("two")))
            await raw(provider, ask())
            assert text(await raw(provider, dict(reversed(ask().items())))) == "one"

    run(main())


def test_a_client_that_went_away_gets_the_same_reply(run: Run, ask: Ask) -> None:
    async def main() -> None:
        gate = Gate("in the midst")
        async with Provider() as provider:
            held = reply(say("one"), gates={"response.output_text.done": gate})
            provider.script(held, reply(say("two")))
            await raw(provider, ask(), lines=2)
            await provider.wait_until_settled(provider.requests[0])
            gate.release()
            assert text(await raw(provider, ask())) == "one"
            assert text(await raw(provider, ask())) == "two"
            assert provider.verify() == []

    run(main())


@pytest.mark.parametrize("faults", [[], [Slices(size=7)]], ids=["sound", "legal fault"])
def test_a_request_whose_answer_arrived_is_a_new_one(
    faults: list[Fault], run: Run, ask: Ask
) -> None:
    async def main() -> None:
        async with Provider() as provider:
            provider.script(reply(say("one"), faults=faults), reply(run_command("ls")))
            assert text(await raw(provider, ask())) == "one"
            assert b"call_0002_0" in await raw(provider, ask())
            assert [r.retry_of for r in provider.requests] == [None, None]

    run(main())


def test_a_retry_that_says_so_gets_the_reply_again_though_it_arrived(run: Run, ask: Ask) -> None:
    async def main() -> None:
        async with Provider() as provider:
            provider.script(reply(say("one")), reply(say("two")))
            said = [text(await raw(provider, ask(), retry=n)) for n in (0, 1, 0)]
            assert said == ["one", "one", "two"]
            assert [r.attempt for r in provider.requests] == [1, 2, 1]

    run(main())


def test_a_retry_that_says_so_need_not_wait_for_the_first_to_be_given_up(
    run: Run, ask: Ask
) -> None:
    async def main() -> None:
        gate = Gate("before the headers")
        async with Provider() as provider:
            provider.script(reply(say("one"), gates={"headers": gate}), reply(say("two")))
            first = asyncio.create_task(raw(provider, ask()))
            await gate.reached()
            second = asyncio.create_task(raw(provider, ask(), retry=1))
            await provider.wait_for_requests(2)
            gate.release()
            assert [text(await first), text(await second)] == ["one", "one"]
            assert text(await raw(provider, ask())) == "two"
            assert provider.verify() == []

    run(main())


def test_a_request_with_another_body_is_no_retry(run: Run, ask: Ask) -> None:
    async def main() -> None:
        async with Provider() as provider:
            provider.script(reply(say("one"), faults=[CutOff(at=2)]), reply(say("two")))
            await raw(provider, ask("a"))
            assert text(await raw(provider, ask("b"), retry=1)) == "two"

    run(main())


def test_retries_of_several_equal_requests_get_a_reply_each(run: Run, ask: Ask) -> None:
    async def main() -> None:
        names = [str(number) for number in range(6)]
        gate = Gate("all at once")
        async with Provider() as provider:
            for name in names:
                cut = reply(say(name), faults=[CutOff(at=1)], gates={"headers": gate})
                provider.script(cut)
            first = asyncio.gather(*(raw(provider, ask()) for _ in names))
            await provider.wait_for_requests(len(names))
            gate.release()
            await first
            said = await asyncio.gather(*(raw(provider, ask()) for _ in names))
            assert sorted(map(text, said)) == names
            assert sorted(r.retry_of or 0 for r in provider.requests[6:]) == list(range(6))
            assert provider.verify() == []

    run(main())


def test_an_illegal_stream_that_was_sent_whole_counts_as_not_arrived(run: Run, ask: Ask) -> None:
    async def main() -> None:
        async with Provider() as provider:
            provider.script(reply(say("one"), faults=[WrongSequence()]), reply(say("two")))
            said = [text(await raw(provider, ask())) for _ in range(3)]
            assert said == ["one", "one", "two"]

    run(main())


def test_a_reply_is_computed_once_for_all_attempts(run: Run, ask: Ask) -> None:
    calls: list[int] = []

    def count(request: RecordedRequest) -> Intent:
        calls.append(request.index)
        return say(f"call {len(calls)}")

    async def main() -> None:
        async with Provider() as provider:
            provider.script(reply_with(count, permanent=True, faults=[CutOff(at=2)]))
            said = [text(await raw(provider, ask(words))) for words in ("a", "a", "b", "b")]
            assert [said[1], said[3]] == ["call 1", "call 2"]
            assert calls == [0, 2]

    run(main())


def test_a_request_that_was_rejected_is_asked_anew(talk: Talk) -> None:
    async def main(provider: Provider, ask: Say) -> None:
        assert await ask() == "unexpected-request"
        provider.script(reply(say("one")))
        assert await ask() == "one"

    talk(main)
