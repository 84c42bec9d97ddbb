"""Answers what the service is asked: as a test scripted it, or as the endpoint does of itself."""

from __future__ import annotations

import time
import traceback
from collections import deque
from typing import TYPE_CHECKING

from seatrial_provider import findings
from seatrial_provider.answering.answers import error_answer, json_answer
from seatrial_provider.faults.apply import Miss, apply_faults
from seatrial_provider.problems import Problem, ProblemKind, problem
from seatrial_provider.recorded import recorded
from seatrial_provider.signals import Signal
from seatrial_provider.signin.endpoints import Endpoint, Said, State, endpoint_of
from seatrial_provider.signin.grants import GrantError
from seatrial_provider.signin.scripted import Scripted, refusal
from seatrial_provider.wire.plan import HalfClose
from seatrial_provider.wire.reading import Unreadable

if TYPE_CHECKING:
    from seatrial_provider.recorded import RecordedRequest
    from seatrial_provider.signin.endpoints import Handler
    from seatrial_provider.wire.plan import Plan
    from seatrial_provider.wire.reading import Arrived

LARGEST_BODY = 1 << 20


class Desk:
    """Where requests to the service come in; it knows nothing of HTTP connections.

    Args:
        state: What the endpoints share.

    Attributes:
        requests: What was asked, in order, each with its endpoint; None where there is none.
        scripted: By endpoint, what it answers next, each once.
        always: By endpoint, what it answers otherwise than of itself, for good.
        changed: Notified with every request.
    """

    def __init__(self, state: State) -> None:
        self.requests: list[tuple[Endpoint | None, RecordedRequest]] = []
        self.scripted: dict[Endpoint, deque[Scripted]] = {one: deque() for one in Endpoint}
        self.always: dict[Endpoint, Scripted] = {}
        self.changed = Signal()
        self._state = state
        self._problems: list[Problem] = []
        self._used: list[Scripted] = []

    def receive(self, arrived: Arrived, connection: int = 0) -> tuple[RecordedRequest, Plan]:
        """Records what a connection brought, and decides what it is answered."""
        request = recorded(arrived, connection=connection, largest_body=LARGEST_BODY)
        request.index = len(self.requests)
        if isinstance(arrived.trouble, Unreadable):
            unread = findings.unreadable_http(arrived.trouble.error)
            return request, (*self._refuse(unread, request, 400), HalfClose())
        if arrived.trouble is not None:
            large = findings.too_large(request, arrived.trouble)
            return request, (*self._refuse(large, request, 413), HalfClose())
        found = endpoint_of(request)
        self.requests.append((found[0] if found else None, request))
        self.changed.notify()
        if found is None:
            return request, self._refuse(_nothing_there(request), request, 404)
        return request, self._answer(request, *found)

    def _answer(self, request: RecordedRequest, endpoint: Endpoint, handler: Handler) -> Plan:
        waiting = self.scripted[endpoint]
        scripted = waiting.popleft() if waiting else self.always.get(endpoint, Scripted())
        self._used.append(scripted)
        if scripted.status is None:
            said = self._said(request, handler)
        else:
            said = Said(status=scripted.status, body=scripted.body)
        answer = json_answer(
            said.body,
            request_id=_id(request),
            status=said.status,
            headers={**said.headers, **scripted.headers},
            before_headers=scripted.gate,
        )
        outcome = apply_faults(
            answer.plan, scripted.faults, attempt=1, seed=_id(request), now=time.time()
        )
        request.faults = outcome.applied
        self._problems += (_missed(endpoint, miss) for miss in outcome.misses)
        return outcome.plan

    def _said(self, request: RecordedRequest, handler: Handler) -> Said:
        try:
            return handler(self._state, request)
        except GrantError as error:
            return Said(status=error.status, body=refusal(error.code, error.description))

    def _refuse(self, found: Problem, request: RecordedRequest, status: int) -> Plan:
        self._problems.append(found)
        return error_answer(found, request_id=_id(request), status=status).plan

    def failure(self, request: RecordedRequest) -> object:
        """Reports the exception that is being handled as the service's own fault."""
        self._problems.append(findings.provider_error(request, traceback.format_exc()))
        return None

    def server_failure(self, error: Exception) -> None:
        """Reports an exception that belongs to no request as the service's own fault."""
        self._problems.append(findings.http_failure(error))

    def settle(self, request: RecordedRequest) -> None:
        """Does nothing: an answer that was sent is of no more interest."""

    def verify(self) -> list[Problem]:
        """Returns what was asked for nothing, what was not asked for, and gates left closed."""
        unused = [
            _left_over(endpoint, len(answers))
            for endpoint, answers in self.scripted.items()
            if answers
        ]
        closed = [
            _left_closed(one.gate.name)
            for one in self._used
            if one.gate is not None and not one.gate.is_released
        ]
        return [*self._problems, *unused, *closed]


def _id(request: RecordedRequest) -> str:
    return f"req_signin_{request.index + 1:04d}"


def _nothing_there(request: RecordedRequest) -> Problem:
    return problem(
        ProblemKind.UNEXPECTED_REQUEST,
        f"the sign-in service has nothing at {request.method} {request.path}",
        expected="one of its endpoints, as the documentation lists them",
        arrived=f"{request.method} {request.path}",
        cause="Is the address that the server was given of another depth, or is the endpoint new?",
        remedy="Compare the address with `url` and `backend_url` of the service.",
    )


def _left_over(endpoint: Endpoint, count: int) -> Problem:
    return problem(
        ProblemKind.UNUSED_REPLY,
        f"the endpoint {endpoint.value!r} was not asked for what is scripted",
        expected="every scripted answer given",
        arrived=f"{count} left",
        cause="Did the server under test not ask, or ask another endpoint?",
        remedy="Look at `requests`, and take out of the script what is not to be asked.",
    )


def _left_closed(gate: str) -> Problem:
    return problem(
        ProblemKind.GATE_LEFT_CLOSED,
        f"the gate {gate!r} was never released",
        expected="every gate that an answer is held at released",
        arrived="an answer that nobody let go on",
        cause="Did the test end before it released the gate?",
        remedy="Call release() on it, also where the client has gone.",
    )


def _missed(endpoint: Endpoint, miss: Miss) -> Problem:
    return problem(
        ProblemKind.FAULT_MISSED,
        f"the fault {miss.fault.name!r} changed nothing",
        expected=f"an answer that {miss.fault!r} can happen to",
        arrived=f"that of the endpoint {endpoint.value!r}: {miss.reason}",
        cause="Is it a fault of event streams?",
        remedy="Take a fault that can happen to JSON.",
    )
