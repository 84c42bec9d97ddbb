"""Passes the messages of WebSockets on, both ways, and records the answers among them."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

import aiohttp

from seatrial_provider.answering.answers import EVENT_STREAM
from seatrial_provider.answering.messages import CREATE, asks_for_nothing
from seatrial_provider.recording.tape import Take
from seatrial_provider.responses.endings import ENDINGS
from seatrial_provider.wire.plan import Cut, End, Head, Message, Plan, Switch, Then
from seatrial_provider.wire.sse import framed, whole_objects

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seatrial_provider.recorded import RecordedRequest

_HEADERS = {"content-type": EVENT_STREAM}
_ENDS = frozenset(ending.EVENT for ending in ENDINGS.values())
_OF_THE_HANDSHAKE = "sec-websocket-"


class Sockets:
    """The WebSockets to the real provider, one for each that a client opened.

    A message that asks for a response is passed on, and then what comes of it, until the event
    that ends the response; only then is the client's next message looked at. An answer is
    recorded as the event stream that says the same.

    Args:
        takes: Where answers are recorded.
    """

    def __init__(self, takes: list[Take]) -> None:
        self._takes = takes
        self._open: dict[int, aiohttp.ClientWebSocketResponse] = {}
        self._closing: set[asyncio.Task[bool]] = set()

    async def open(
        self,
        request: RecordedRequest,
        session: aiohttp.ClientSession,
        url: str,
        headers: Mapping[str, str],
    ) -> Plan:
        """Opens a WebSocket to the real provider for one that a client asks for.

        Args:
            request: The client's request.
            session: Makes the connection.
            url: The address at the real provider.
            headers: The headers to pass on.

        Returns:
            The answer to the client: its own WebSocket, or the status of the refusal.

        Raises:
            aiohttp.ClientError: The real provider cannot be reached.
        """
        own = {n: v for n, v in headers.items() if not n.startswith(_OF_THE_HANDSHAKE)}
        try:
            socket = await session.ws_connect(url, headers=own, max_msg_size=0)
        except aiohttp.WSServerHandshakeError as refusal:
            return (Head(refusal.status, (), 0), End())
        self._open[request.connection] = socket
        return (Switch(at_end=partial(self._leave, request.connection)),)

    async def pass_on(self, request: RecordedRequest) -> Plan:
        """Passes a message on, and returns the beginning of what comes of it.

        Args:
            request: The message.
        """
        socket = self._open[request.connection]
        head = Head(200, tuple(_HEADERS.items()))
        asks = _type_of(request.body) == CREATE
        take = Take()
        if asks and not asks_for_nothing(request):
            self._takes.append(take)
        try:
            await socket.send_frame(request.body, aiohttp.WSMsgType.TEXT)
        except ConnectionError:
            return (head, Cut())
        if not asks:
            return (head, End())
        return (head, *await _rest(socket, take))

    async def close(self) -> None:
        """Waits until the WebSockets of clients that left are closed."""
        while self._closing:
            await asyncio.wait(self._closing)

    def _leave(self, connection: int) -> None:
        task = asyncio.get_running_loop().create_task(self._open.pop(connection).close())
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)


async def _rest(socket: aiohttp.ClientWebSocketResponse, take: Take) -> Plan:
    """Returns the next message of an answer, and what comes after it."""
    message = await socket.receive()
    if message.type not in (aiohttp.WSMsgType.TEXT, aiohttp.WSMsgType.BINARY):
        take.end()
        return (Cut(),)
    data = message.data.encode() if isinstance(message.data, str) else message.data
    if not take.status:
        take.begin(200, _HEADERS)
    take.feed(framed(data))
    if _type_of(data) in _ENDS:
        take.end()
        return (Message(data), End())
    return (Message(data), Then(lambda: _rest(socket, take)))


def _type_of(message: bytes) -> object:
    return next(iter(whole_objects([message])), {}).get("type")
