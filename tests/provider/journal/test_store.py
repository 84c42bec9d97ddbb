"""The journal keeps its bounds in memory, and loses nothing to its file but secrets."""

from __future__ import annotations

import gzip
import json
import marshal
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial_provider import JournalBounds, Provider, RecordedRequest, reply, say
from seatrial_provider.faults.kinds.slices import Slices
from seatrial_provider.journal import Journal, Redactor
from seatrial_provider.journal.lines import record_of, safe_values, to_line
from seatrial_provider.wire.filled import Filled, Form

if TYPE_CHECKING:
    from pathlib import Path

    from tests.provider.conftest import Run, Send


def made(number: int, **members: object) -> RecordedRequest:
    given: dict[str, object] = {
        "index": number,
        "method": "POST",
        "path": "/v1/responses",
        "body": b'{"input": "%d"}' % number,
        "pieces": [b"data: {}\n", b"\n", memoryview(b"\xff\x00")],
        "status": 200,
        "response_headers": (("x-a", "1"),),
        **members,
    }
    return RecordedRequest(**given)  # type: ignore[arg-type]


def journal_of(count: int, bounds: JournalBounds) -> tuple[Journal, list[RecordedRequest]]:
    journal = Journal(bounds)
    requests = [made(number) for number in range(count)]
    for request in requests:
        journal.record(request, is_model_request=request.index % 2 == 0)
        journal.settle(request)
    return journal, requests


@pytest.mark.parametrize("bounds", [JournalBounds(requests=3), JournalBounds(size=60)])
def test_older_requests_go_into_the_file_and_are_equal_when_read(bounds: JournalBounds) -> None:
    journal, requests = journal_of(10, bounds)
    assert journal.entries == requests
    assert journal.model_requests == requests[::2]
    kept = [mine is theirs for mine, theirs in zip(requests, journal.entries, strict=True)]
    assert kept == [False] * (10 - sum(kept)) + [True] * sum(kept)
    assert 0 < sum(kept) <= 3


def test_a_request_that_was_put_away_knows_its_reply_as_long_as_somebody_holds_it() -> None:
    journal, scripted = Journal(JournalBounds(requests=1)), reply(say("scripted"))
    for number, taken in enumerate([scripted, reply(say("computed")), scripted, None, None]):
        journal.record(request := made(number, reply=taken), is_model_request=True)
        journal.settle(request)
        del request, taken
    assert [one.reply for one in journal.entries] == [scripted, None, scripted, None, None]
    assert [one.number for one in journal.entries.for_reply(scripted)] == [0, 2]


def test_a_request_that_is_being_answered_is_never_put_away() -> None:
    journal = Journal(JournalBounds(requests=1))
    held = made(0)
    journal.record(held, is_model_request=True)
    for number in range(1, 5):
        journal.record(request := made(number), is_model_request=True)
        journal.settle(request)
    held.client_gone = True
    assert journal.entries[0] is held
    assert [request.index for request in journal.entries] == [0, 1, 2, 3, 4]


def test_what_is_settled_and_was_never_recorded_is_passed_over() -> None:
    journal = Journal(JournalBounds(requests=1))
    journal.settle(made(0))
    requests = [made(number) for number in range(3)]
    for request in requests:
        journal.record(request, is_model_request=True)
        journal.settle(made(0))
        journal.settle(request)
    assert journal.entries == requests


def test_what_was_read_out_of_a_body_is_let_go_of_when_it_is_settled() -> None:
    journal = Journal()
    journal.record(request := made(0), is_model_request=True)
    first = request.body_json()
    assert request.body_json() is first
    journal.settle(request)
    assert request.body_json() is not first
    assert request.body_json() == first


def test_a_dump_holds_everything_in_order_also_what_was_put_away(tmp_path: Path) -> None:
    journal, requests = journal_of(5, JournalBounds(requests=2))
    journal.dump(tmp_path / "dump")
    lines = [json.loads(line) for line in (tmp_path / "dump").read_text().splitlines()]
    assert [(line["number"], line["body"]) for line in lines] == [
        (request.number, request.body.decode()) for request in requests
    ]
    assert lines[0]["sent"] == ["data: {}\n", "\n", {"base64": "/wA="}]


def test_a_provider_writes_its_journal_when_it_is_closed(
    run: Run, send: Send, tmp_path: Path
) -> None:
    path = tmp_path / "journal.jsonl"

    async def main() -> None:
        async with Provider(journal_file=path, redact=["given-one"]) as provider:
            await send(f"{provider.base_url}/models?a=given-one", method="GET")
            provider.dump_journal(tmp_path / "so far")
        assert path.read_text() == (tmp_path / "so far").read_text()
        (line,) = map(json.loads, path.read_text().splitlines())
        assert (line["method"], line["query"]) == ("GET", "a=[redacted]")

    run(main())


@given(
    body=st.binary(),
    sent=st.lists(st.binary()),
    value=st.text(st.characters(codec="latin-1")),
    status=st.none() | st.integers(100, 599),
)
def test_a_record_is_kept_as_it_was(
    body: bytes, sent: list[bytes], value: str, status: int | None
) -> None:
    request = made(
        3,
        body=body,
        pieces=list(sent),
        headers={"x": value},
        status=status,
        query=value,
        faults=(Slices(),),
    )
    kept = marshal.loads(marshal.dumps(safe_values(request, Redactor())))
    assert record_of(kept) == request


def test_a_line_holds_no_secret() -> None:
    body = b'{"input": "KEY=sk-012345", "api_key": "other-one"}'
    headers = {"authorization": "Bearer sk-012345", "content-encoding": "gzip", "x": "given-one"}
    secrets = [b"sk-012345", b"other-one", b"given-one"]
    for packed in (body, gzip.compress(body)):
        encoding = {} if packed is body else {"content-encoding": "gzip"}
        request = made(
            0,
            body=packed,
            headers={**headers, **encoding} if encoding else {"authorization": "Bearer sk-012345"},
            query="api_key=other-one",
            pieces=[b"data: given-one sk-012345 other-one\n\n"],
            earlier=[{"password": "other-one"}],
            response_headers=(("set-cookie", "other-one"),),
        )
        redactor = Redactor(["given-one"])
        line = to_line(request, redactor)
        assert [secret for secret in secrets if secret in line] == []
        kept = record_of(safe_values(request, redactor))
        assert kept.body_json()["input"] == "KEY=[redacted]"
        assert request.header("authorization") == "Bearer sk-012345"
        assert "sk-012345" not in repr(request)


def test_an_answer_that_was_filled_in_is_kept_as_its_form_unless_it_holds_a_secret() -> None:
    form = Form([b"data: by ", b" and a-secret\n\n"])
    requests = [made(n, pieces=[Filled(form, b"%d" % n)]) for n in range(2)]
    once, twice = (
        len(marshal.dumps([safe_values(one, Redactor()) for one in some]))
        for some in (requests[:1], requests)
    )
    assert twice - once < once
    for request in requests:
        assert record_of(safe_values(request, Redactor())) == request
    kept = record_of(safe_values(requests[1], Redactor(["1 and a-secret"])))
    assert kept.sent == [b"data: by [redacted]\n\n"]


def test_a_packed_body_without_a_secret_stays_packed() -> None:
    packed = gzip.compress(b'{"input": "hi"}')
    request = made(0, body=packed, headers={"content-encoding": "gzip"})
    assert record_of(safe_values(request, Redactor())).body == packed


def test_a_body_that_is_not_in_its_encoding_is_kept_as_it_is() -> None:
    request = made(0, body=b"no gzip", headers={"content-encoding": "gzip"})
    assert record_of(safe_values(request, Redactor())).body == b"no gzip"
