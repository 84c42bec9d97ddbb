"""Faults over WebSocket: an event is a message there, and a piece of an event is a fragment."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import orjson
import pytest
import websockets
from hypothesis import given
from hypothesis import strategies as st
from tests.provider.faults.conftest import (
    ANY,
    LEGAL,
    PLANS,
    TEXT,
    apply,
    last,
    messages,
    missed,
    names,
    put,
    websocket,
    written,
)
from websockets.client import ClientProtocol
from websockets.frames import Frame, Opcode
from websockets.uri import parse_uri

from seatrial_provider import ProblemKind, Provider, reply, say
from seatrial_provider.faults import (
    Bandwidth,
    Byte,
    Carrier,
    Comments,
    CutOff,
    EndEarly,
    Fault,
    Garbage,
    HttpError,
    MultiLineData,
    OneWrite,
    Slices,
    SplitCharacters,
    SplitEvents,
)
from seatrial_provider.wire.plan import Cut, Delay, Message, Ping

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.provider.conftest import Run
    from websockets.asyncio.client import ClientConnection

    from seatrial_provider.wire.plan import Plan

FRAMED = [fault for fault in LEGAL if Carrier.WEBSOCKET in fault.carriers]
ADDED_EVENT = "response.seatrial.extra"


@pytest.mark.parametrize("carrier", PLANS)
@pytest.mark.parametrize("fault", ANY, ids=lambda fault: fault.name)
def test_a_fault_changes_something_or_says_why_not(fault: Fault, carrier: str) -> None:
    outcome = apply(PLANS[carrier], fault)
    is_so_already = isinstance(fault, OneWrite) and carrier != "websocket"
    assert is_so_already or (outcome.plan != PLANS[carrier]) == (outcome.applied == (fault,))
    assert [miss.reason for miss in outcome.misses] != [""]
    kind = {"responses": "STREAM", "chat": "STREAM", "plain": "JSON"}.get(carrier, "WEBSOCKET")
    refused = any("the response is carried in" in miss.reason for miss in outcome.misses)
    assert refused == (Carrier[kind] not in fault.carriers)


@given(chosen=st.lists(st.sampled_from(FRAMED)), seed=st.text(max_size=3))
def test_legal_faults_change_no_message(chosen: list[Fault], seed: str) -> None:
    arrived = [orjson.loads(text) for text in messages(put(websocket(), *chosen, seed=seed))]
    known = [event for event in arrived if event["type"] != ADDED_EVENT]
    meant = [orjson.loads(text) for text in messages(websocket())]
    assert [strip(event) for event in known] == [strip(event) for event in meant]


def strip(event: dict[str, object]) -> dict[str, object]:
    return {key: value for key, value in event.items() if key != "sequence_number"}


def test_slices_are_fragments_of_at_most_their_size() -> None:
    sliced = put(websocket(), Slices(size=7))
    assert max(len(fragment.payload) for fragment in written(sliced)) == 7
    assert messages(sliced) == messages(websocket())


def test_split_events_makes_two_fragments_of_each_message() -> None:
    ends = [step.more for step in pieces(put(websocket(), SplitEvents()))]
    assert ends == [True, False] * len(messages(websocket()))


def test_one_write_lets_each_message_wait_for_the_next() -> None:
    *others, last_of_all = pieces(put(websocket(), Slices(size=90), OneWrite()))
    assert all(step.waits for step in others)
    assert not last_of_all.waits


def test_bandwidth_takes_the_time_of_all_messages() -> None:
    slow = put(websocket(), Bandwidth(bytes_per_second=100))
    seconds = sum(step.seconds for step in slow if isinstance(step, Delay))
    assert seconds == pytest.approx(sum(map(len, messages(websocket()))) / 100)
    assert messages(slow) == messages(websocket())


def test_garbage_is_the_beginning_of_the_message_at_its_place() -> None:
    spoilt = messages(put(websocket(), Garbage(at=2, size=3)))
    sound = messages(websocket())
    assert (spoilt[:2], spoilt[3:]) == (sound[:2], sound[3:])
    assert spoilt[2][3:] == sound[2]
    assert min(spoilt[2][:3]) >= 0x80


def test_garbage_at_a_byte_is_inside_a_message() -> None:
    spoilt = messages(put(websocket(), Garbage(at=Byte(10), size=3)))
    first = messages(websocket())[0]
    assert spoilt[0][:10] + spoilt[0][13:] == first


def test_multi_line_data_is_a_message_with_line_ends() -> None:
    spread = messages(put(websocket(), MultiLineData()))
    assert all(text.startswith(b"{\n") and b"data:" not in text for text in spread)


def test_comments_are_pings_before_each_message() -> None:
    kept_alive = put(websocket(), Comments(text="still here"))
    assert [step for step in kept_alive if isinstance(step, Ping)] == [Ping(b"still here")] * 5
    assert messages(kept_alive) == messages(websocket())
    assert "room for 125 bytes" in missed(websocket(), Comments(text="x" * 126))


def test_a_byte_cuts_a_message_in_its_midst() -> None:
    cut = put(websocket(), CutOff(at=Byte(-1)))
    assert last(cut) == Cut()
    assert pieces(cut)[-1].more
    assert names(cut)[-1] == "damaged"


def test_an_error_that_is_sliced_is_the_message_of_the_error() -> None:
    (error,) = messages(put(websocket(), HttpError(status=429), Slices(size=5)))
    assert orjson.loads(error)["type"] == "error"
    assert orjson.loads(error)["status"] == 429


def test_split_characters_needs_one_there_too() -> None:
    plan: Plan = (*websocket()[:1], Message(b'{"type": "ascii"}'), *websocket()[-1:])
    assert "all ASCII" in missed(plan, SplitCharacters())


def pieces(plan: Plan) -> list[Message]:
    return [step for step in plan if isinstance(step, Message)]


@asynccontextmanager
async def asking(provider: Provider) -> AsyncIterator[ClientConnection]:
    """Asks for one response by a WebSocket without compression."""
    url = provider.base_url.replace("http", "ws", 1) + "/responses"
    async with websockets.connect(url, proxy=None, compression=None) as connection:
        await connection.send(json.dumps({"type": "response.create", "model": "m", "input": "go"}))
        yield connection


async def fragments(connection: ClientConnection) -> list[bytes]:
    """The fragments of the next message."""
    return [one async for one in connection.recv_streaming(decode=False)]


@pytest.mark.parametrize("fault", FRAMED, ids=lambda fault: fault.name)
def test_a_client_does_not_notice_a_legal_fault(fault: Fault, run: Run) -> None:
    async def main() -> None:
        async with Provider() as provider:
            provider.script(reply(say(TEXT), faults=[fault]))
            async with asking(provider) as connection:
                types, text = [""], ""
                while types[-1] != "response.completed":
                    event = json.loads(await connection.recv())
                    types.append(event["type"])
                    text += event["delta"] if types[-1] == "response.output_text.delta" else ""
            assert text == TEXT
            (request,) = provider.requests
            assert request.faults == (fault,)
            assert [event["type"] for event in request.events] == types[1:]
            assert provider.verify(client=True) == []

    run(main())


def test_slices_arrive_as_fragments_and_the_journal_has_the_message(run: Run) -> None:
    async def main() -> None:
        async with Provider() as provider:
            provider.script(reply(say("hi"), faults=[Slices(size=30)]))
            async with asking(provider) as connection:
                arrived = [await fragments(connection) for _ in range(3)]
            assert {len(one) for every in arrived for one in every[:-1]} == {30}
            whole = [b"".join(one) for one in arrived]
            assert provider.requests[0].sent[:3] == whole
            assert provider.requests[0].events[0] == json.loads(whole[0])

    run(main())


def test_pings_arrive_in_the_midst_of_a_response_and_their_answers_do_no_harm(run: Run) -> None:
    async def main() -> None:
        async with Provider() as provider:
            provider.script(reply(say("hi"), faults=[Comments(text="there?")]), reply(say("more")))
            parts = urlsplit(provider.base_url)
            reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
            try:
                first, second = await responses_of(reader, writer, count=2)
            finally:
                writer.close()
                await writer.wait_closed()
            assert [frame.opcode for frame in first] == [Opcode.PING, Opcode.TEXT] * (
                len(first) // 2
            )
            assert {bytes(frame.data) for frame in first[::2]} == {b"there?"}
            assert {frame.opcode for frame in second} == {Opcode.TEXT}

    run(main())


async def responses_of(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, count: int
) -> list[list[Frame]]:
    """Asks for responses one after the other, and returns the frames of each."""
    client = ClientProtocol(parse_uri("ws://host/v1/responses"))
    client.send_request(client.connect())
    body = json.dumps({"type": "response.create", "model": "m", "input": "go"}).encode()
    answers: list[list[Frame]] = []
    while True:
        writer.write(b"".join(client.data_to_send()))
        data = await reader.read(65_536)
        assert data, "the provider ended the connection"
        client.receive_data(data)
        for event in client.events_received():
            if isinstance(event, Frame):
                answers[-1].append(event)
            if not isinstance(event, Frame) or b"response.completed" in event.data:
                if len(answers) == count:
                    return answers
                answers.append([])
                client.send_text(body)


def test_garbage_is_no_text_and_a_client_says_so(run: Run) -> None:
    async def main() -> None:
        async with Provider() as provider:
            provider.script(reply(say("hi"), faults=[Garbage(at=1)]))
            async with asking(provider) as connection:
                await connection.recv()
                with pytest.raises(websockets.ConnectionClosedError) as raised:
                    await connection.recv()
            assert raised.value.sent is not None
            assert raised.value.sent.code == 1007  # RFC 6455, 8.1: no UTF-8
            types = [event["type"] for event in provider.requests[0].events]
            assert types[0] == "response.created"
            assert "response.in_progress" not in types

    run(main())


def test_an_end_in_the_midst_of_a_message_ends_it_and_the_next_response_follows(run: Run) -> None:
    async def main() -> None:
        async with Provider() as provider:
            provider.script(reply(say("hi"), faults=[EndEarly(at=Byte(20))]), reply(say("again")))
            async with asking(provider) as connection:
                assert await fragments(connection) == [b'{"type":"response.cr', b""]
                ask = {"type": "response.create", "model": "m", "input": "more"}
                await connection.send(json.dumps(ask))
                assert json.loads(await connection.recv())["type"] == "response.created"
            assert provider.requests[0].sent == [b'{"type":"response.cr']

    run(main())


def test_a_cut_in_the_midst_of_a_message_is_in_the_journal_to_the_byte(run: Run) -> None:
    async def main() -> None:
        async with Provider() as provider:
            provider.script(reply(say("hi"), faults=[CutOff(at=Byte(20))]))
            with pytest.raises(websockets.ConnectionClosedError):
                async with asking(provider) as connection:
                    await connection.recv()
            await provider.wait_until_settled(provider.requests[0])
            assert provider.requests[0].sent == [b'{"type":"response.cr']
            assert provider.requests[0].events == []

    run(main())


def test_a_fault_without_a_meaning_there_is_a_problem_that_says_so(run: Run) -> None:
    strange = [fault for fault in ANY if Carrier.WEBSOCKET not in fault.carriers]
    assert len(strange) > 5

    async def main() -> None:
        async with Provider() as provider:
            provider.script(*(reply(say("hi"), faults=[fault]) for fault in strange))
            for _ in strange:
                async with asking(provider) as connection:
                    await connection.recv()
            found = [p for p in provider.verify() if p.kind is ProblemKind.FAULT_MISSED]
            assert len(found) == len(strange)
            assert all("carried in WebSocket" in problem.arrived for problem in found)

    run(main())
