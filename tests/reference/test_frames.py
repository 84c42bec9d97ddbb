"""WebSocket frames: the library `websockets` is the other side, and says what is right."""

from __future__ import annotations

import io
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.frames import Close, CloseCode, Frame, Opcode

from seatrial_reference.listen.frames import Messages, closing, frame

SIZES = st.sampled_from([0, 1, 125, 126, 127, 65535, 65536, 70_000])
TEXTS = st.text(max_size=40) | SIZES.map(lambda size: "x" * size)


def heard(sent: bytes) -> tuple[list[bytes], list[Frame]]:
    """Returns the messages that were read of a client's bytes, and the frames that it was sent."""
    answers: list[bytes] = []
    messages = list(Messages(io.BytesIO(sent), answers.append))
    return messages, [parsed(answer) for answer in answers]


def parsed(data: bytes) -> Frame:
    """Parses one frame of the server's, which has to be all of the bytes."""
    source = io.BytesIO(data)

    def read(size: int):  # type: ignore[no-untyped-def]
        yield from ()
        return source.read(size)

    parsing = Frame.parse(read, mask=False)
    with pytest.raises(StopIteration) as stopped:
        next(parsing)
    assert source.read() == b""
    found: Frame = stopped.value.value
    found.check()
    return found


def client(opcode: Opcode, data: bytes, *, fin: bool = True) -> bytes:
    """Spells a client's frame."""
    return Frame(opcode, data, fin=fin).serialize(mask=True)


def closed(answers: list[Frame]) -> tuple[int, str]:
    """Returns the code and the reason of the only frame that was sent."""
    (answer,) = answers
    assert answer.opcode is Opcode.CLOSE
    close = Close.parse(bytes(answer.data))
    return close.code, close.reason


@given(st.binary(max_size=300) | SIZES.map(bytes))
def test_a_message_of_any_size_is_sent_as_one_text_frame(payload: bytes) -> None:
    sent = parsed(frame(payload))
    assert (sent.opcode, sent.fin, bytes(sent.data)) == (Opcode.TEXT, True, payload)


@given(st.lists(st.tuples(TEXTS, st.lists(st.integers(0, 100), max_size=3)), max_size=4))
def test_messages_are_read_however_they_are_cut_and_whatever_is_between(
    messages: list[tuple[str, list[int]]],
) -> None:
    sent, pings = b"", 0
    for text, cuts in messages:
        data = text.encode()
        ends = sorted(min(cut, len(data)) for cut in cuts)
        pieces = [data[a:b] for a, b in zip([0, *ends], [*ends, len(data)], strict=True)]
        for number, piece in enumerate(pieces):
            opcode = Opcode.CONT if number else Opcode.TEXT
            sent += client(opcode, piece, fin=number == len(pieces) - 1)
            sent += client(Opcode.PING, f"ping {pings}".encode()) + client(Opcode.PONG, b"unasked")
            pings += 1
    found, answers = heard(sent)
    assert found == [text.encode() for text, _ in messages]
    assert [(pong.opcode, bytes(pong.data)) for pong in answers] == [
        (Opcode.PONG, f"ping {number}".encode()) for number in range(pings)
    ]


@given(TEXTS, st.integers(0, 200))
def test_a_client_that_breaks_off_in_a_message_has_not_said_it(text: str, missing: int) -> None:
    whole = client(Opcode.TEXT, text.encode())
    cut = whole[: max(0, len(whole) - 1 - missing)]
    assert heard(client(Opcode.TEXT, b"first") + cut) == ([b"first"], [])


@given(st.binary(max_size=60))
def test_any_bytes_are_survived(data: bytes) -> None:
    messages, answers = heard(data)
    assert all(isinstance(message.decode(), str) for message in messages)
    assert [answer.opcode for answer in answers].count(Opcode.CLOSE) <= 1


@pytest.mark.parametrize("code", [1000, 1001, 1011, 3000, 4999])
def test_a_closing_frame_is_answered_with_its_code(code: int) -> None:
    late = client(Opcode.TEXT, b"late")
    messages, answers = heard(client(Opcode.CLOSE, Close(code, "bye").serialize()) + late)
    assert messages == []
    assert closed(answers) == (code, "")


def test_a_closing_frame_without_a_code_is_answered_without_one() -> None:
    messages, (answer,) = heard(client(Opcode.CLOSE, b""))
    assert (messages, answer.opcode, bytes(answer.data)) == ([], Opcode.CLOSE, b"")


@pytest.mark.parametrize(
    ("sent", "code", "reason"),
    [
        (Frame(Opcode.TEXT, b"x").serialize(mask=False), 1002, "masked"),
        (b"\xc1\x80\0\0\0\0", 1002, "reserved"),
        (b"\x83\x80\0\0\0\0", 1002, "no opcode 3"),
        (b"\x09\x80\0\0\0\0", 1002, "whole and short"),
        (client(Opcode.TEXT, b"x", fin=False) + client(Opcode.TEXT, b"y"), 1002, "in the middle"),
        (client(Opcode.CONT, b"x"), 1002, "no message"),
        (b"\x89\xfe\x00\x80", 1002, "whole and short"),
        (b"\x81\xff" + struct.pack("!Q", 1 << 63), 1002, "63 bits"),
        (client(Opcode.CLOSE, b"\x03"), 1002, "must not be sent"),
        (client(Opcode.CLOSE, struct.pack("!H", 1005)), 1002, "must not be sent"),
        (client(Opcode.CLOSE, struct.pack("!H", 2999)), 1002, "must not be sent"),
        (client(Opcode.CLOSE, struct.pack("!H", 1000) + b"\xff"), 1007, "UTF-8"),
        (client(Opcode.BINARY, b"x"), 1003, "not binary"),
        (client(Opcode.TEXT, b"\xff"), 1007, "UTF-8"),
    ],
    ids=lambda value: "sent" if isinstance(value, bytes) else None,  # its mask is a random one
)
def test_a_client_that_breaks_the_protocol_is_told_so(sent: bytes, code: int, reason: str) -> None:
    messages, answers = heard(sent + client(Opcode.TEXT, b"after"))
    assert messages == []
    told, why = closed(answers)
    assert told == code
    assert reason in why


def test_a_length_that_is_only_claimed_takes_no_memory() -> None:
    assert heard(b"\x81\xff" + struct.pack("!Q", (1 << 63) - 1) + b"mask" + b"x") == ([], [])


@given(st.sampled_from(list(CloseCode)), st.text(max_size=200))
def test_a_closing_frame_is_never_too_long(code: CloseCode, reason: str) -> None:
    assert len(parsed(closing(code, reason)).data) <= 125
