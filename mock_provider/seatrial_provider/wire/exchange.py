"""Carries out a plan: one response on one connection, step by step."""

from __future__ import annotations

import asyncio
from enum import Enum, auto
from functools import partial
from typing import TYPE_CHECKING, Protocol, cast

from seatrial_provider.wire.plan import (
    Cut,
    Delay,
    End,
    Fill,
    HalfClose,
    Head,
    Hold,
    Message,
    Ping,
    Raw,
    Reset,
    Stall,
    Switch,
    Then,
    Write,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence

    from seatrial_provider.recorded import RecordedRequest
    from seatrial_provider.wire.filled import Filled, Payload
    from seatrial_provider.wire.link import Buffers, Link
    from seatrial_provider.wire.messages import MessageWriter
    from seatrial_provider.wire.plan import Plan, Step

    Wait = Callable[[], Awaitable[object]]

_SLICE = 65_536
"""The most bytes of a body that are written at once."""


class After(Enum):
    """What becomes of the connection when a plan was carried out."""

    KEEP = auto()
    CLOSE = auto()
    DISCARD = auto()
    """Our side is closed; what the client still sends is read and dropped, until it ends too."""
    SWITCH = auto()
    """The connection goes over to WebSocket."""


class Writer(Protocol):
    """Turns the steps of a plan into what goes over the wire, and records what was said.

    Attributes:
        keeps_alive: Whether the connection stays for the next request; known after the head.
        can_wait: Whether the last write of an answer may wait for those on other connections:
            nothing else is said on this one in between.
    """

    @property
    def keeps_alive(self) -> bool: ...  # noqa: D102
    @property
    def can_wait(self) -> bool: ...  # noqa: D102

    def head(self, step: Head) -> bytes:
        """Returns the head."""

    def piece(self, payload: Payload) -> Buffers:
        """Returns what a piece of the body becomes, which is not empty."""

    def end(self, *, close: bool) -> bytes:
        """Returns the end of the body, after which the connection is closed or not."""


class Exchange:
    """One request and the sending of its response.

    Head and end go out in one write with the piece of the body next to them. Every other
    `Write` is a write of its own, and one that is long is sent slice by slice, as the client
    reads.

    Args:
        link: Where to send.
        writer: Says it in the words of the protocol.
        recorded: The request in the journal; it is told what becomes of it.
        plan: The response.

    Attributes:
        recorded: As given.
        after: What becomes of the connection; a plan that does not come to its end closes it.
        at_end: What is called when a connection that goes over to WebSocket ends.
        is_about_to_end: Whether nothing is left but the last write, which `conclude` makes.
    """

    def __init__(self, link: Link, writer: Writer, recorded: RecordedRequest, plan: Plan) -> None:
        self.recorded = recorded
        self.after = After.CLOSE
        self.at_end: Callable[[], None] | None = None
        self.is_about_to_end = False
        self._leaves_last = False
        self._writer = writer
        self._link = link
        self._plan = plan
        self._next = 0
        self._pending: list[bytes | memoryview] = []
        self._slices: Iterator[bytes | memoryview] = iter(())
        self._has_written = True

    def begin(self, *, leaves_last: bool) -> Wait | None:
        """Carries out the plan until something has to be waited for.

        Args:
            leaves_last: Whether the write that ends the plan is left to `conclude`, if the plan
                comes to it without waiting.

        Returns:
            Makes what has to be awaited before `advance` is called; None at the end.
        """
        self._leaves_last = leaves_last
        wait = self.advance()
        self._leaves_last = False
        return wait

    def conclude(self) -> Wait | None:
        """Makes the last write, if it was left.

        Returns:
            As `begin`.
        """
        self.is_about_to_end = False
        self._send_end()
        return self.advance()

    def advance(self) -> Wait | None:
        """Goes on until something has to be waited for.

        Returns:
            Makes what has to be awaited before this is called again; None at the end.
        """
        self._has_written = True
        while True:
            if self._has_written:
                wait = self._send_on()
                if wait is not None:
                    return wait
            if self._next == len(self._plan):
                if self.is_about_to_end or not self._pending:
                    return None
                self._flush()
                continue
            step = self._plan[self._next]
            self._next += 1
            wait = _STEPS[type(step)](self, step)
            if wait is not None:
                return wait

    def _send_on(self) -> Wait | None:
        """Sends the slices that are left, as far as the client reads; then it may be written to."""
        while True:
            if self._link.is_gone:
                return asyncio.get_running_loop().create_future
            if not self._link.is_clear:
                return self._link.clear
            piece = next(self._slices, None)
            if piece is None:
                self._has_written = False
                return None
            self._link.write(piece)

    async def run(self, wait: Wait | None) -> None:
        """Carries out the rest of the plan.

        Args:
            wait: What `advance` returned.
        """
        while wait is not None:
            await wait()
            wait = self.advance()

    def _flush(self) -> None:
        if self._pending:
            self._link.write(_joined(self._pending))
            self._pending = []
            self._has_written = True

    def _head(self, step: Head) -> None:
        self._pending = [self._writer.head(step)]
        self.recorded.status = step.status
        self.recorded.response_headers = step.headers

    def _write(self, step: Write) -> None:
        if len(step.payload) > _SLICE:
            self._send_in_slices((step.payload,))
        elif step.payload:
            self._send(step.payload)

    def _message(self, step: Message) -> None:
        writer = cast("MessageWriter", self._writer)  # such a step is planned for no other
        self._pending.append(writer.message(step))
        if not step.waits and not self._next_is(End):
            self._flush()

    def _ping(self, step: Ping) -> None:
        writer = cast("MessageWriter", self._writer)
        self._pending.append(writer.ping(step))

    def _fill(self, step: Fill) -> None:
        if len(step.body) > _SLICE:
            self._send_in_slices(step.body.parts(_SLICE))
        else:
            self._send(step.body)

    def _send(self, payload: bytes | Filled) -> None:
        self._pending += self._writer.piece(payload)
        if not self._next_is(End):
            self._flush()

    def _send_in_slices(self, parts: Iterable[bytes]) -> None:
        self._flush()
        self._slices = (_joined(self._writer.piece(one)) for one in _slices_of(parts))
        self._has_written = True

    def _next_is(self, kind: type[Step]) -> bool:
        return self._next < len(self._plan) and type(self._plan[self._next]) is kind

    def _end(self, step: End) -> None:
        if self._writer.keeps_alive and not step.close:
            self.after = After.KEEP
        end = self._writer.end(close=step.close)
        if end:
            self._pending.append(end)
        if self._leaves_last and self._next == len(self._plan):
            self.is_about_to_end = True
        else:
            self._send_end()

    def _send_end(self) -> None:
        self._completed()  # before the bytes leave: who reads them may look at once
        self._flush()
        if not self._link.is_clear:
            self.recorded.completed = False
            self._link.once_clear(self._completed)

    def _completed(self) -> None:
        self.recorded.completed = True

    def _raw(self, step: Raw) -> None:
        self.recorded.pieces.append(step.payload)
        self._pending.append(step.payload)
        self._flush()

    def _hold(self, step: Hold) -> Wait | None:
        self._flush()
        return None if step.gate.arrive() else step.gate.released

    def _delay(self, step: Delay) -> Wait:
        self._flush()
        return partial(asyncio.sleep, step.seconds)

    def _stall(self, step: Stall) -> Wait:
        self._flush()
        return asyncio.get_running_loop().create_future

    def _half_close(self, step: HalfClose) -> None:
        self._flush()
        self.after = After.DISCARD
        self._link.half_close()

    def _switch(self, step: Switch) -> None:
        self.at_end = step.at_end
        self.recorded.status = 101
        self.recorded.completed = True
        self.after = After.SWITCH

    def _then(self, step: Then) -> Wait:
        async def go_on() -> None:
            self._plan = (*await step.make(), *self._plan[self._next :])
            self._next = 0

        self._flush()
        return go_on

    def _cut(self, step: Cut) -> None:
        self._flush()
        self.after = After.CLOSE
        self._link.cut()

    def _reset(self, step: Reset) -> Wait | None:
        self._flush()
        self.after = After.CLOSE
        if not self._link.is_clear:  # what was sent before it shall arrive
            self._next -= 1
            return self._link.clear
        self._link.reset()
        return None


_STEPS: Mapping[type[Step], Callable[..., Wait | None]] = {
    Head: Exchange._head,
    Write: Exchange._write,
    Message: Exchange._message,
    Ping: Exchange._ping,
    Fill: Exchange._fill,
    Raw: Exchange._raw,
    Hold: Exchange._hold,
    Delay: Exchange._delay,
    Stall: Exchange._stall,
    End: Exchange._end,
    HalfClose: Exchange._half_close,
    Cut: Exchange._cut,
    Reset: Exchange._reset,
    Switch: Exchange._switch,
    Then: Exchange._then,
}


def _joined(buffers: Sequence[bytes | memoryview]) -> bytes | memoryview:
    return buffers[0] if len(buffers) == 1 else b"".join(buffers)


def _slices_of(parts: Iterable[bytes]) -> Iterator[memoryview]:
    for part in parts:
        whole = memoryview(part)
        yield from (whole[start : start + _SLICE] for start in range(0, len(whole), _SLICE))
