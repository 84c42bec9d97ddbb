"""Each rule for clients has a bad client that breaks it and a good one that does not."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from seatrial_provider import RecordedRequest, ScriptError
from seatrial_provider.clients import RULES, Level, Policy, judge
from seatrial_provider.faults import Comments, CutOff, EndEarly, HttpError, Stall
from seatrial_provider.wire.sse import encode_all

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.provider.conftest import JsonObject, Recorded


class Client:
    """Writes down requests as a client makes them, a second apart unless it says otherwise."""

    def __init__(self, recorded: Recorded) -> None:
        self._recorded = recorded
        self.requests: list[RecordedRequest] = []
        self._clock = 100.0

    def asks(
        self,
        status: int | None = 200,
        *,
        again: int | None = None,
        pause: float = 1.0,
        events: Sequence[JsonObject] = (),
        items: Sequence[JsonObject] = (),
        path: str = "/v1/responses",
        **fields: Any,
    ) -> Client:
        """Makes a request, which is settled after a tenth of a second.

        Args:
            status: The status of the answer.
            again: The index of the request that it repeats, if it does.
            pause: How long after the end of the last answer it is made, in seconds.
            events: What was streamed back.
            items: The input.
            path: Where it goes.
            **fields: Other fields of the record.
        """
        self._clock += pause
        member = "messages" if path.endswith("completions") else "input"
        attempt = 1 if again is None else 2 + sum(r.retry_of == again for r in self.requests)
        request = self._recorded(
            {"model": "mock", member: list(items)},
            path=path,
            index=len(self.requests),
            received_at=self._clock,
            settled_at=self._clock + 0.1,
            status=status,
            pieces=[encode_all(events)],
            retry_of=again,
            attempt=attempt,
            settled=True,
            **{"completed": True, "reply_number": 1, **fields},
        )
        self._clock += 0.1
        self.requests.append(request)
        return self

    def broken(self, **options: Any) -> set[str]:
        verdicts = judge(self.requests, **options)
        for verdict in verdicts:
            assert verdict.message.startswith(f"{verdict.level}: the client breaks")
            assert verdict.cause.endswith("?")
            assert 0 <= verdict.request_index < len(self.requests)
        return {verdict.rule for verdict in verdicts}


@pytest.fixture
def client(recorded: Recorded) -> Client:
    return Client(recorded)


BUSY = HttpError(status=429, retry_after=2)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422])
def test_what_is_final_is_not_retried(status: int, client: Client) -> None:
    client.asks(status, faults=(HttpError(status=status),))
    assert client.broken() == set()
    client.asks(again=0)
    assert client.broken() == {"retried-final"}


def test_a_401_may_be_retried_with_another_key(client: Client) -> None:
    denied = HttpError(status=401)
    client.asks(401, faults=(denied,), headers={"authorization": "Bearer old"})
    client.asks(again=0, headers={"authorization": "Bearer new"})
    assert client.broken() == set()


def test_x_should_retry_goes_before_the_status(client: Client) -> None:
    told = (("x-should-retry", "false"),)
    client.asks(503, faults=(HttpError(),), response_headers=told).asks(again=0)
    assert client.broken() == {"retried-final"}


def test_a_request_that_no_reply_was_for_is_not_made_again(client: Client) -> None:
    client.asks(400, reply_number=None).asks(400, reply_number=None)
    assert client.broken() == {"retried-final"}


def test_two_requests_that_are_alike_and_went_well_are_no_retries(client: Client) -> None:
    assert client.asks().asks().broken() == set()


def test_a_whole_answer_in_a_legal_framing_is_not_asked_for_again(client: Client) -> None:
    client.asks(faults=(Comments(),))
    assert client.broken() == set()
    client.asks(again=0)
    assert client.broken() == {"retried-success"}


@pytest.mark.parametrize(
    "fields",
    [
        {"faults": (BUSY,)},
        {"response_headers": (("Retry-After", "2"),)},
        {"response_headers": (("retry-after-ms", "2000"),)},
    ],
)
def test_a_client_comes_back_no_earlier_than_told(fields: dict[str, Any], client: Client) -> None:
    client.asks(429, **fields).asks(429, again=0, pause=2, **fields)
    assert client.broken() == set()
    client.asks(again=0, pause=1.5)
    assert client.broken() == {"retried-too-early"}
    assert client.broken(policy=Policy(tolerance=1)) == set()


def test_a_client_gives_up_in_the_end(client: Client) -> None:
    client.asks(503, faults=(HttpError(attempts=None),))
    for _ in range(7):
        client.asks(503, again=0, faults=(HttpError(attempts=None),))
    assert client.broken() == set()
    client.asks(503, again=0, faults=(HttpError(attempts=None),))
    assert client.broken() == {"retried-too-often"}
    assert client.broken(policy=Policy(most_attempts=9)) == set()


def test_a_client_pauses_before_it_retries(client: Client) -> None:
    client.asks(503, faults=(HttpError(),))
    client.asks(503, again=0, pause=0.001, faults=(HttpError(),))
    client.asks(503, again=0, pause=0.001, faults=(HttpError(),))
    client.asks(503, again=0, pause=1, faults=(HttpError(),))
    for _ in range(2):
        client.asks(503, again=0, pause=0.001, faults=(HttpError(),))
    assert client.broken() == set()
    client.asks(again=0, pause=0.001)
    assert client.broken() == {"retry-storm"}
    assert client.broken(policy=Policy(storm_gap=0.0001)) == set()


@pytest.mark.parametrize(
    "fields",
    [
        {"status": 503, "faults": (HttpError(),)},
        {"status": 429, "faults": (BUSY,)},
        {"completed": False, "faults": (CutOff(),)},
        {"faults": (EndEarly(),)},
        {"completed": False, "client_gone": True, "faults": (Stall(),)},
    ],
)
def test_what_may_pass_is_retried(fields: dict[str, Any], client: Client) -> None:
    assert client.asks(**fields).broken() == {"not-retried"}
    assert client.asks(again=0, pause=2).broken() == set()


def test_a_client_may_leave_an_answer_that_is_sound(client: Client) -> None:
    assert client.asks(completed=False, client_gone=True).broken() == set()


ADDED: JsonObject = {
    "type": "response.output_item.added",
    "output_index": 0,
    "item": {"type": "function_call", "id": "fc_1", "call_id": "call_1"},
}
CUT_TEXT: list[JsonObject] = [
    {"type": "response.created"},
    {"type": "response.output_text.delta", "output_index": 0, "delta": "half of "},
    {"type": "response.output_text.delta", "output_index": 0, "delta": "a sen"},
]
CALL: JsonObject = {"type": "function_call", "call_id": "call_1", "name": "x", "arguments": "{}"}
HALF: JsonObject = {
    "type": "message",
    "role": "assistant",
    "content": [{"type": "output_text", "text": "half of a sen"}],
}
CUT: dict[str, Any] = {"completed": False, "faults": (CutOff(),)}


@pytest.mark.parametrize(
    ("events", "item"),
    [(CUT_TEXT, HALF), ([ADDED], CALL)],
    ids=["text", "call"],
)
def test_what_was_cut_off_is_not_kept(
    events: list[JsonObject], item: JsonObject, client: Client
) -> None:
    client.asks(events=events, **CUT).asks(items=[item])
    assert client.broken(ignore={"not-retried"}) == {"part-taken-for-whole"}


def test_what_was_cut_off_in_chat_is_not_kept(client: Client) -> None:
    path = "/v1/chat/completions"
    client.asks(path=path, **CUT)
    pieces = (json.dumps({"choices": [{"delta": {"content": t}}]}) for t in ("half of ", "a sen"))
    client.requests[0].pieces = [f"data: {piece}\n\n".encode() for piece in pieces]
    client.asks(path=path, items=[{"role": "assistant", "content": "half of a sen"}])
    assert client.broken(ignore={"not-retried"}) == {"part-taken-for-whole"}


def test_what_came_whole_by_a_retry_may_be_kept(client: Client) -> None:
    client.asks(events=[ADDED], **CUT).asks(again=0).asks(items=[CALL])
    assert client.broken() == set()


def test_a_call_that_was_finished_is_acted_on_when_the_stream_has_ended(client: Client) -> None:
    done = {"type": "response.output_item.done", "output_index": 0, "item": CALL}
    client.asks(events=[ADDED, done], **CUT).asks(items=[CALL])
    assert client.broken(ignore={"not-retried"}) == {"acted-before-end"}


def test_a_text_that_was_finished_before_the_cut_may_be_kept(client: Client) -> None:
    done = {"type": "response.output_item.done", "output_index": 0, "item": HALF}
    client.asks(events=[*CUT_TEXT, done], **CUT).asks(items=[HALF])
    assert client.broken(ignore={"not-retried"}) == set()


def test_a_stream_with_an_end_may_be_kept(client: Client) -> None:
    client.asks(events=[*CUT_TEXT, {"type": "response.incomplete"}]).asks(items=[HALF])
    assert client.broken() == set()


def test_a_stream_that_the_client_left_may_be_kept(client: Client) -> None:
    client.asks(events=CUT_TEXT, completed=False, client_gone=True).asks(items=[HALF])
    assert client.broken() == set()


def test_a_rule_can_be_left_out_by_its_name(client: Client) -> None:
    client.asks(503, faults=(HttpError(),))
    assert client.broken(ignore={"not-retried"}) == set()
    with pytest.raises(ScriptError, match="some of"):
        judge([], ignore={"not-a-rule"})


def test_the_rules_have_words_and_a_level() -> None:
    assert all(rule.holds.endswith(".") for rule in RULES.values())
    assert {rule.level for rule in RULES.values()} == set(Level)
