"""What a recorder wrote is replayed: the same events, in the same order, and no secret in it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from seatrial_provider import (
    Piece,
    Provider,
    ScriptError,
    call_tool,
    failed,
    replay,
    reply,
    say,
)
from seatrial_provider.faults import HttpError, Refused
from seatrial_provider.recording import Recorder, RecorderError
from seatrial_provider.recording.tape import Take, script_text

if TYPE_CHECKING:
    from tests.provider.conftest import Ask, Run, Send

KEY = {"authorization": "Bearer sk-a-real-secret"}
SECRET = "hunter2-hunter2"


async def _ask_all(send: Send, ask: Ask, base_url: str) -> list[tuple[int, str, bytes]]:
    """Asks for two streams, a plain response, a chat stream and an error."""
    chat = {"model": "m", "messages": [{"role": "user", "content": "hi"}], "stream": True}
    answers = [
        await send(f"{base_url}/responses", ask(), headers=KEY),
        await send(f"{base_url}/responses", ask(), headers=KEY),
        await send(f"{base_url}/responses", ask(stream=False), headers=KEY),
        await send(f"{base_url}/chat/completions", chat, headers=KEY),
        await send(f"{base_url}/responses", ask(), headers=KEY),
    ]
    return [(one.status, one.headers["content-type"], one.body) for one in answers]


def test_what_was_recorded_is_replayed_to_the_byte(
    run: Run, send: Send, ask: Ask, tmp_path: Path
) -> None:
    file = tmp_path / "answers.yaml"

    async def main() -> None:
        async with Provider() as real, Recorder(real.base_url, file) as recorder:
            real.script(
                reply(say("Grüße, 🌍: and a second\n\nparagraph")),
                reply(say("it fails"), ending=failed("server_error", "no")),
                reply(say("plain")),
                reply(say("chat")),
                reply(say("never"), faults=[HttpError(status=429)]),
            )
            first = await _ask_all(send, ask, recorder.base_url)
            assert recorder.recorded == 5
        async with Provider(replays_timing=False) as again:
            again.script_file(file)
            assert await _ask_all(send, ask, again.base_url) == first
            assert again.verify() == []
        async with Provider() as in_time:
            in_time.script_file(file)
            assert await _ask_all(send, ask, in_time.base_url) == first

    run(main())
    assert "sk-a-real-secret" not in file.read_text()


def test_secrets_are_taken_out(run: Run, send: Send, ask: Ask, tmp_path: Path) -> None:
    file = tmp_path / "answers.yaml"

    async def main() -> None:
        async with (
            Provider() as real,
            Recorder(real.base_url, file, redact=[SECRET]) as recorder,
        ):
            real.script(reply(call_tool("f", {"api_key": "sk-very-secret", "word": SECRET})))
            tool = {"type": "function", "name": "f", "parameters": {"type": "object"}}
            await send(f"{recorder.base_url}/responses", ask(tools=[tool]), headers=KEY)

    run(main())
    written = file.read_text()
    assert SECRET not in written
    assert "sk-a-real-secret" not in written


def test_what_is_no_model_request_is_passed_on_and_not_recorded(
    run: Run, send: Send, tmp_path: Path
) -> None:
    file = tmp_path / "answers.yaml"

    async def main() -> None:
        async with Provider(models=["one"]) as real, Recorder(real.base_url, file) as recorder:
            wire = await send(f"{recorder.base_url}/models", method="GET")
            assert wire.json()["data"][0]["id"] == "one"

    run(main())
    assert file.read_text().endswith("replies: []\n")


def test_a_provider_that_is_not_there(run: Run, send: Send, ask: Ask, tmp_path: Path) -> None:
    async def main() -> None:
        file = tmp_path / "answers.yaml"
        async with Provider() as gone, Recorder(gone.base_url, file) as recorder:
            await gone.admit(Refused())
            wire = await send(f"{recorder.base_url}/responses", ask())
            assert wire.status == 502
            assert "likely cause: Is the address right" in wire.json()["error"]["message"]
            assert recorder.recorded == 0

    run(main())


def test_a_recorder_needs_an_address_and_a_file(run: Run, tmp_path: Path) -> None:
    with pytest.raises(RecorderError, match="has no address"):
        Recorder("localhost:80", tmp_path / "x.yaml")

    async def main() -> None:
        with pytest.raises(RecorderError, match="cannot be written"):
            async with Recorder("http://127.0.0.1:9/v1", tmp_path / "no" / "x.yaml"):
                pass

    run(main())


def test_pieces_are_whole_events_with_their_time(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([10.0, 10.5, 11.0, 11.25])
    monkeypatch.setattr("seatrial_provider.recording.tape.time.monotonic", lambda: next(clock))
    take = Take()
    take.begin(200, {"Content-Type": "text/event-stream", "Set-Cookie": "a=b", "X-Codex-Y": "1"})
    take.feed(b"data: 1\n\ndata: 2\n\nda")
    take.feed(b"ta: 3\n")
    take.feed(b"\n")
    take.end()
    assert take.headers == {"content-type": "text/event-stream", "x-codex-y": "1"}
    assert take.pieces == [
        (0.5, "data: 1\n\n"),
        (0.0, "data: 2\n\n"),
        (0.5, "data: 3\n\n"),
    ]


@pytest.mark.parametrize(("timed", "after"), [(True, 0.001), (False, 1_000_000.0)])
def test_a_replay_takes_its_time_or_none(
    run: Run, send: Send, ask: Ask, *, timed: bool, after: float
) -> None:
    async def main() -> None:
        async with Provider(replays_timing=timed) as provider:
            pieces = (Piece("data: {}\n\n", after=after), Piece("data: [DONE]\n\n"))
            headers = {"content-type": "text/event-stream"}
            provider.script(reply(replay(pieces, headers=headers)))
            wire = await send(f"{provider.base_url}/responses", ask())
            assert wire.body == b"data: {}\n\ndata: [DONE]\n\n"
            request = provider.requests[0]
            assert request.settled_at is not None
            assert not timed or request.settled_at - request.received_at >= after

    run(main())


@pytest.mark.parametrize("stream", [True, False])
def test_a_request_goes_on_from_a_response_that_was_recorded(
    run: Run, send: Send, ask: Ask, tmp_path: Path, *, stream: bool
) -> None:
    async def main() -> None:
        file = tmp_path / "answers.yaml"
        async with Provider() as real, Recorder(real.base_url, file) as recorder:
            real.script(reply(say("it is Ann")))
            await send(f"{recorder.base_url}/responses", ask("a name?", stream=stream))
        async with Provider(replays_timing=False) as again:
            again.script_file(file)
            again.script(reply(say("Ann")))
            await send(f"{again.base_url}/responses", ask("a name?", stream=stream))
            next_ = ask("which?", previous_response_id="resp_0001")
            assert (await send(f"{again.base_url}/responses", next_)).status == 200
            request = again.requests[1]
            assert request.message_input_texts("user") == ["a name?", "which?"]
            assert request.message_input_texts("assistant") == ["it is Ann"]
            assert again.verify() == []

    run(main())


@pytest.mark.parametrize("wrong", [{"status": 99}, {"pieces": (Piece("x", after=-1.0),)}])
def test_a_replay_that_cannot_be_sent(wrong: dict[str, Any]) -> None:
    with pytest.raises(ScriptError, match="replay"):
        replay(**{"pieces": (), **wrong})


def test_a_replay_stands_alone() -> None:
    with pytest.raises(ScriptError, match="alone"):
        reply(say("one"), replay((Piece("x"),)))


def test_the_script_reads_well(tmp_path: Path) -> None:
    from seatrial_provider.journal.redact import Redactor

    take = Take()
    take.begin(200, {"content-type": "application/json"})
    take.feed(json.dumps({"a": 1}).encode())
    take.end()
    text = script_text([take], Redactor())
    assert text.splitlines()[1:3] == ["replies:", "- replay:"]
    assert "- text: '{\"a\": 1}'" in text
