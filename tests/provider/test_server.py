"""The HTTP server when the provider itself fails while it sends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import aiohttp
import pytest

from seatrial_provider.answering.answerer import Answerer
from seatrial_provider.answering.answers import Answer
from seatrial_provider.answering.context import Context
from seatrial_provider.journal import Journal
from seatrial_provider.problems import Problem, ProblemKind
from seatrial_provider.script import Script
from seatrial_provider.wire.plan import End, Head, Write
from seatrial_provider.wire.server import HttpServer

if TYPE_CHECKING:
    from tests.provider.conftest import Run, Send

    from seatrial_provider import RecordedRequest


class Unsendable(Answerer):
    """Gives an answer whose body is no bytes."""

    def answer(self, request: RecordedRequest) -> Answer:
        return Answer(plan=(Head(200, ()), Write(cast("Any", "text")), End()))


def test_a_failure_while_sending_is_the_providers_own(run: Run, send: Send) -> None:
    problems: list[Problem] = []

    async def main() -> None:
        context = Context(script=Script(), report=problems.append, ignore=frozenset())
        answerer = Unsendable(context=context, journal=Journal())
        server = HttpServer(answerer)
        port = await server.start()
        with pytest.raises(aiohttp.ClientError):
            await send(f"http://127.0.0.1:{port}/v1/responses", b"{}")
        await server.close()
        (problem,) = problems
        assert problem.kind is ProblemKind.PROVIDER_ERROR
        assert "Traceback" in problem.arrived

    run(main())
