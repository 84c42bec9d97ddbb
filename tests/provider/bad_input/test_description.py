"""What the provider says of its own paths is true of them, whatever is sent to them."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import positive_data_acceptance

from seatrial_provider import ProblemKind, Provider, reply, say
from seatrial_provider.answering.answerer import ROUTES
from seatrial_provider.answering.description import description

if TYPE_CHECKING:
    from collections.abc import Coroutine, Iterator

SCHEMA = schemathesis.openapi.from_dict(description())
OPERATIONS = [found.ok() for found in SCHEMA.get_all_operations() if isinstance(found, Ok)]


class Served:
    """A provider that serves from a thread of its own, since this client blocks."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()
        self.provider = Provider()
        self.provider.script(reply(say("fine"), permanent=True))
        self._wait(self.provider.start())
        self.root = self.provider.base_url.removesuffix("/v1")

    def close(self) -> None:
        self._wait(self.provider.close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(20)
        self._loop.close()

    def _wait(self, main: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(main, self._loop).result(20)


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    one = Served()
    yield one
    one.close()


def test_every_route_is_described() -> None:
    described = {(one.method.upper(), one.path) for one in OPERATIONS}
    assert described == {(route.method, f"/v1{route.path}") for route in ROUTES}


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: f"{one.method} {one.path}")
def test_an_answer_is_as_described(operation: Any, served: Served) -> None:
    @settings(max_examples=15, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy())
    def holds(case: Any) -> None:
        case.call_and_validate(base_url=served.root, excluded_checks=[positive_data_acceptance])

    holds()
    kinds = {problem.kind for problem in served.provider.verify()}
    assert ProblemKind.PROVIDER_ERROR not in kinds
