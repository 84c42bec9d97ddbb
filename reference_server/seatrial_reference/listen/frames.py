"""Frames of a WebSocket on the server's side (RFC 6455, 5): text messages in, frames out."""

from __future__ import annotations

import struct

from seatrial_reference.log import note

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import BinaryIO

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0x0, 0x1, 0x2, 0x8, 0x9, 0xA
NORMAL, PROTOCOL_ERROR, NOT_TAKEN, NOT_UTF8 = 1000, 1002, 1003, 1007

_FINAL, _RESERVED, _MASKED, _CONTROL = 0x80, 0x70, 0x80, 0x8
_LONGEST_CONTROL = 125
_CHUNK = 1 << 20


class Violation(Exception):
    """The client broke the protocol, or sent what is not taken.

    Args:
        code: The close code that says so.
        reason: The same in words.
    """

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code


class _Goodbye(Exception):
    """The client closed the connection, with a code or without one."""

    def __init__(self, code: int | None) -> None:
        super().__init__(code)
        self.code = code


def frame(payload: bytes, opcode: int = TEXT) -> bytes:
    """Give a whole message as one frame, not masked, as a server sends it."""
    size = len(payload)
    if size <= _LONGEST_CONTROL:
        head = struct.pack("!BB", _FINAL | opcode, size)
    elif size < 1 << 16:
        head = struct.pack("!BBH", _FINAL | opcode, 126, size)
    else:
        head = struct.pack("!BBQ", _FINAL | opcode, 127, size)
    return head + payload


def closing(code: int, reason: str = "") -> bytes:
    """Give the frame that closes a connection."""
    return frame(struct.pack("!H", code) + reason.encode()[: _LONGEST_CONTROL - 2], CLOSE)


class Messages:
    """The client's text messages, one after the other, until it goes.

    Pings are answered on the way, and so is the closing frame. A client that breaks the protocol is
    told with which code, and heard no more.

    Args:
        source: Where its bytes come from.
        put: Sends bytes to it.
    """

    def __init__(self, source: BinaryIO, put: Callable[[bytes], None]) -> None:
        self._source = source
        self._put = put

    def __iter__(self) -> Iterator[bytes]:
        """Go through the messages."""
        try:
            while True:
                yield self._message()
        except _Goodbye as goodbye:
            self._put(frame(b"", CLOSE) if goodbye.code is None else closing(goodbye.code))
        except Violation as violation:
            note(f"the client broke the protocol: {violation}")
            self._put(closing(violation.code, str(violation)))
        except (EOFError, OSError):
            return

    def _message(self) -> bytes:
        """Read up to the end of the next message."""
        parts: list[bytes] = []
        begun = False
        while True:
            final, opcode, payload = self._frame()
            if opcode & _CONTROL:
                self._control(opcode, payload)
                continue
            if opcode == BINARY:
                raise Violation(NOT_TAKEN, "text is expected, not binary data")
            if begun != (opcode == CONTINUATION):
                raise Violation(PROTOCOL_ERROR, "a message in the middle of another, or no message")
            begun = True
            parts.append(payload)
            if final:
                return _text(b"".join(parts))

    def _control(self, opcode: int, payload: bytes) -> None:
        if opcode == PING:
            self._put(frame(payload, PONG))
        elif opcode == CLOSE:
            raise _Goodbye(_close_code(payload))

    def _frame(self) -> tuple[bool, int, bytes]:
        """Read a frame: whether it is the message's last, its kind, its payload."""
        first, second = self._read(2)
        opcode, size = first & 0xF, second & 0x7F
        if first & _RESERVED:
            raise Violation(PROTOCOL_ERROR, "a reserved bit is set")
        if opcode not in {CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG}:
            raise Violation(PROTOCOL_ERROR, f"there is no opcode {opcode}")
        if not second & _MASKED:
            raise Violation(PROTOCOL_ERROR, "a client's frame is masked")
        if opcode & _CONTROL and (not first & _FINAL or size > _LONGEST_CONTROL):
            raise Violation(PROTOCOL_ERROR, "a control frame is whole and short")
        if size > _LONGEST_CONTROL:
            (size,) = struct.unpack(
                *(("!H", self._read(2)) if size == 126 else ("!Q", self._read(8)))
            )
        if size >> 63:
            raise Violation(PROTOCOL_ERROR, "a length has 63 bits")
        mask = self._read(4)
        return bool(first & _FINAL), opcode, _unmasked(self._read(size), mask)

    def _read(self, size: int) -> bytes:
        """Read exactly so many bytes; a size that is only claimed takes no memory."""
        data = bytearray()
        while len(data) < size:
            piece = self._source.read(min(size - len(data), _CHUNK))
            if not piece:
                raise EOFError
            data += piece
        return bytes(data)


def _unmasked(data: bytes, mask: bytes) -> bytes:
    size = len(data)
    key = (mask * (size // 4 + 1))[:size]
    return (int.from_bytes(data, "big") ^ int.from_bytes(key, "big")).to_bytes(size, "big")


def _text(data: bytes) -> bytes:
    try:
        data.decode()
    except UnicodeDecodeError:
        raise Violation(NOT_UTF8, "text is UTF-8") from None
    return data


def _close_code(payload: bytes) -> int | None:
    """Read the code of a closing frame; None if it has none.

    Raises:
        Violation: It is one that must not be sent, or the reason is no text.
    """
    if not payload:
        return None
    code = int.from_bytes(payload[:2], "big")
    sendable = (1000 <= code <= 1014 and code not in {1004, 1005, 1006}) or 3000 <= code <= 4999
    if len(payload) < 2 or not sendable:
        raise Violation(PROTOCOL_ERROR, "a close code that must not be sent")
    _text(payload[2:])
    return code
