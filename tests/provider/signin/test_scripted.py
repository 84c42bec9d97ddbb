"""The answers of the service are scripted, held and broken like those of the model."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import aiohttp
import pytest
from tests.provider.signin.conftest import Client

from seatrial_provider import Gate, ProblemKind, ProviderStateError, WaitTimeoutError
from seatrial_provider.faults import MissingEvent, Reset
from seatrial_provider.signin import Endpoint, Scripted, SignIn, refused

if TYPE_CHECKING:
    from tests.provider.conftest import Run


def test_a_scripted_answer_is_given_once_and_in_order(run: Run) -> None:
    async def main() -> None:
        async with SignIn() as service:
            service.script(
                Endpoint.REFRESH,
                refused("refresh_token_expired"),
                Scripted(status=503, headers={"retry-after": "1"}),
            )
            client, token = Client(service), service.tokens().refresh_token
            status, answer = await client.refresh(token)
            assert (status, answer["error"]["code"]) == (401, "refresh_token_expired")
            status, answer = await client.refresh(token)
            assert (status, answer["headers"]["retry-after"]) == (503, "1")
            assert (await client.refresh(token))[0] == 200  # neither used it up
            assert len(service.asked(Endpoint.REFRESH)) == 3
            assert service.verify() == []

    run(main())


def test_an_answer_for_good_stays(run: Run) -> None:
    async def main() -> None:
        async with SignIn() as service:
            service.always(Endpoint.ACCOUNT, Scripted(status=500))
            for _ in range(2):
                status, _ = await Client(service).get("/backend-api/wham/accounts/check")
                assert status == 500

    run(main())


def test_an_answer_is_held_at_a_gate(run: Run) -> None:
    async def main() -> None:
        async with SignIn() as service:
            gate = Gate("refresh")
            service.script(Endpoint.REFRESH, Scripted(gate=gate))
            asking = asyncio.create_task(Client(service).refresh(service.tokens().refresh_token))
            await gate.reached()
            assert not asking.done()
            assert [one.kind for one in service.verify()] == [ProblemKind.GATE_LEFT_CLOSED]
            gate.release()
            assert (await asking)[0] == 200
            assert service.verify() == []

    run(main())


def test_an_answer_breaks_on_its_way(run: Run) -> None:
    async def main() -> None:
        async with SignIn() as service:
            service.script(Endpoint.REVOKE, Scripted(faults=(Reset(),)))
            with pytest.raises(aiohttp.ClientError):
                await Client(service).post("/oauth/revoke", token="x")
            assert len(service.asked(Endpoint.REVOKE)) == 1

    run(main())


def test_a_fault_that_cannot_happen_to_an_answer_is_a_problem(run: Run) -> None:
    async def main() -> None:
        async with SignIn() as service:
            service.script(Endpoint.REVOKE, Scripted(faults=(MissingEvent(),)))
            await Client(service).post("/oauth/revoke", token="x")
            assert [one.kind for one in service.verify()] == [ProblemKind.FAULT_MISSED]

    run(main())


def test_what_was_not_asked_for_is_a_problem(run: Run) -> None:
    async def main() -> None:
        async with SignIn() as service:
            service.script(Endpoint.WHOAMI, Scripted(), Scripted())
            (found,) = service.verify()
            assert (found.kind, found.arrived) == (ProblemKind.UNUSED_REPLY, "2 left")

    run(main())


def test_a_path_that_is_not_there_is_a_problem(run: Run) -> None:
    async def main() -> None:
        async with SignIn() as service:
            status, _ = await Client(service).get("/oauth/nothing")
            assert status == 404
            (found,) = service.verify()
            assert found.kind is ProblemKind.UNEXPECTED_REQUEST
            assert "GET /oauth/nothing" in found.message
            assert [endpoint for endpoint, _ in service.requests] == [None]

    run(main())


@pytest.mark.parametrize("body", [b"{", b"[1]", b"", b"\xff\xfe", b"grant_type"])
@pytest.mark.parametrize("kind", ["application/json", "application/x-www-form-urlencoded", ""])
def test_a_body_that_is_none_is_refused(run: Run, body: bytes, kind: str) -> None:
    async def main() -> None:
        async with SignIn() as service:
            for path in ("/oauth/token", "/oauth/revoke", "/api/accounts/deviceauth/token"):
                status, answer = await Client(service).send(
                    "POST", path, data=body, headers={"content-type": kind}
                )
                assert (status, answer["error"]["code"]) == (400, "invalid_request")
            assert service.verify() == []

    run(main())


def test_requests_are_waited_for_within_a_bound(run: Run) -> None:
    async def main() -> None:
        async with SignIn() as service:
            waiting = asyncio.create_task(service.wait_for(Endpoint.REVOKE, 2))
            for token in ("a", "b"):
                await Client(service).post("/oauth/revoke", token=token)
            assert len(await waiting) == 2
            with pytest.raises(WaitTimeoutError, match="'whoami' was not asked 1 times"):
                await service.wait_for(Endpoint.WHOAMI, timeout=0)

    run(main())


def test_it_has_no_address_before_it_is_started() -> None:
    with pytest.raises(ProviderStateError, match="has no address yet"):
        SignIn().url  # noqa: B018
