"""The questions to all requests at once, under the names that people know."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from seatrial_provider import CallOutputError, Requests, UnexpectedRequestsError, reply, say
from seatrial_provider.journal import Journal

if TYPE_CHECKING:
    from tests.provider.conftest import Recorded

    from seatrial_provider import RecordedRequest

CALL = {"type": "function_call", "call_id": "c1", "name": "shell", "arguments": "{}"}
OUTPUT = {"type": "function_call_output", "call_id": "c1", "output": "done"}


def all_of(*requests: RecordedRequest) -> Requests:
    journal = Journal()
    for request in requests:
        journal.record(request, is_model_request=True)
    return journal.model_requests


@pytest.fixture
def turn(recorded: Recorded) -> Requests:
    first, second = recorded({"input": "go"}), recorded({"input": [CALL, OUTPUT]}, index=1)
    return all_of(first, second)


def test_it_is_a_sequence_that_later_requests_do_not_change(recorded: Recorded) -> None:
    journal = Journal()
    requests = [recorded({"input": str(number)}) for number in range(3)]
    journal.record(requests[0], is_model_request=True)
    before = journal.model_requests
    journal.record(requests[1], is_model_request=False)
    journal.record(requests[2], is_model_request=True)
    assert (list(before), len(before)) == ([requests[0]], 1)
    assert journal.model_requests == [requests[0], requests[2]]
    assert journal.model_requests != [requests[0]]
    assert journal.entries[-1] is requests[2]
    assert journal.entries[1:] == requests[1:]
    assert requests[1] in journal.entries
    with pytest.raises(IndexError):
        _ = before[1]


def test_the_single_request_is_given_and_others_are_explained(
    turn: Requests, recorded: Recorded
) -> None:
    only = recorded({"input": "go"})
    assert all_of(only).single_request() is only
    assert turn.last_request() is turn[1]
    with pytest.raises(UnexpectedRequestsError, match="exactly one request, 2 arrived") as raised:
        turn.single_request()
    assert "POST /v1/responses" in raised.value.arrived
    assert isinstance(raised.value, AssertionError)
    with pytest.raises(UnexpectedRequestsError, match="at least one"):
        all_of().last_request()


def test_a_call_and_its_output_are_found(turn: Requests) -> None:
    assert turn.saw_function_call("c1")
    assert not turn.saw_function_call("c2")
    assert turn.function_call_output("c1") == OUTPUT
    assert turn.function_call_output_text("c1") == "done"
    with pytest.raises(CallOutputError, match="no request holds") as raised:
        turn.function_call_output("c2")
    assert raised.value.arrived == "2 requests, with outputs for: c1"


def test_requests_are_chosen_by_a_predicate_and_by_their_reply(recorded: Recorded) -> None:
    mine, other = reply(say("a")), reply(say("b"))
    requests = all_of(recorded({"input": "x"}, reply=other), recorded({"input": "y"}, reply=mine))
    assert requests.for_reply(mine) == [requests[1]]
    assert requests.matching(lambda request: request.last_user_text() == "x") == [requests[0]]
