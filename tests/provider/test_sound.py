"""The same request is judged once, unless its headers or what it refers to have changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial_provider import ProblemKind, Provider, reply, say
from seatrial_provider.answering import asked
from seatrial_provider.invariants import breaches

if TYPE_CHECKING:
    import pytest
    from tests.provider.conftest import Ask, Run, Send

    from seatrial_provider import RecordedRequest

JSON = {"content-type": "application/json"}


def test_the_same_request_is_judged_once_and_a_wrong_one_every_time(
    run: Run, send: Send, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    judged: list[str] = []

    def counted(request: RecordedRequest, *, ignore: frozenset[str]) -> object:
        judged.append(request.last_user_text())
        return breaches(request, ignore=ignore)

    monkeypatch.setattr(asked, "breaches", counted)

    async def main() -> None:
        async with Provider() as provider:
            provider.script(reply(say("fine"), permanent=True))
            url = f"{provider.base_url}/responses"
            for text in ("one", "one", "two", "one"):
                await send(url, ask(text), headers=JSON)
            assert judged == ["one", "two"]
            for _ in range(2):
                await send(url, ask("wrong", model=""), headers=JSON)
            assert judged[2:] == ["wrong", "wrong"]
            assert [problem.kind for problem in provider.verify()] == [ProblemKind.INVARIANT] * 2

    run(main())


def test_another_header_is_another_request(run: Run, send: Send, ask: Ask) -> None:
    async def main() -> None:
        async with Provider() as provider:
            provider.script(reply(say("fine"), permanent=True))
            url = f"{provider.base_url}/responses"
            await send(url, ask(), headers=JSON)
            await send(url, ask(), headers={**JSON, "accept": "image/png"})
            assert [problem.kind for problem in provider.verify()] == [ProblemKind.INVARIANT]

    run(main())


def test_a_request_that_goes_on_from_a_response_is_judged_again(
    run: Run, send: Send, ask: Ask
) -> None:
    async def main() -> None:
        async with Provider() as provider:
            provider.script(reply(say("fine"), permanent=True))
            url = f"{provider.base_url}/responses"
            id_ = (await send(url, ask(stream=False), headers=JSON)).json()["id"]
            next_ = ask(previous_response_id=id_)
            statuses = [(await send(url, next_, headers=JSON)).status]
            await send(f"{url}/{id_}", method="DELETE")
            statuses.append((await send(url, next_, headers=JSON)).status)
            assert statuses == [200, 400]

    run(main())


def test_few_requests_are_remembered(run: Run, send: Send, ask: Ask) -> None:
    async def main() -> None:
        async with Provider() as provider:
            provider.script(reply(say("fine"), permanent=True))
            url = f"{provider.base_url}/responses"
            for number in range(70):
                await send(url, ask(str(number)), headers=JSON)
            await send(url, ask("x" * 20_000), headers=JSON)
            sound = provider._answerer._context.sound
            known = [request in sound for request in provider.requests]
            assert known == [False] * 6 + [True] * 64 + [False]

    run(main())
