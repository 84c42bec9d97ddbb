"""The HTTP server: reads requests, sends answers, and holds them at gates; nothing else."""

import asyncio
import time

from aiohttp import web
from aiohttp.http import HttpProcessingError

from seatrial_provider.answering.answerer import Answerer
from seatrial_provider.gates import HoldEnded
from seatrial_provider.recorded import RecordedRequest
from seatrial_provider.wire.httplog import reporting_logger
from seatrial_provider.wire.plan import End, Head, Hold, Plan, Write

_HOST = "127.0.0.1"
_SHUTDOWN_BOUND = 5.0
"""Seconds that aiohttp may take to shut a connection down after its handler was ended."""


class HttpServer:
    """Serves an answerer on a free port of the loopback interface.

    Args:
        answerer: Decides what each request is answered.
    """

    def __init__(self, answerer: Answerer) -> None:
        self._answerer = answerer
        self._ended = HoldEnded()
        self._runner: web.ServerRunner | None = None
        self._in_flight: set[asyncio.Transport] = set()

    async def start(self) -> int:
        """Binds a port that the system chooses and starts to serve.

        Returns:
            The port.
        """
        server = web.Server(
            self._handle,
            handler_cancellation=True,
            auto_decompress=False,
            access_log=None,
            logger=reporting_logger(self._library_failed),
        )
        self._runner = web.ServerRunner(server, shutdown_timeout=_SHUTDOWN_BOUND)
        await self._runner.setup()
        await web.TCPSite(self._runner, _HOST, 0).start()
        _, port = self._runner.addresses[0][:2]
        return int(port)

    async def close(self) -> None:
        """Stops serving: held and half-sent responses are cut off, every socket is closed."""
        if self._runner is None:
            return
        self._ended.set()
        for transport in tuple(self._in_flight):
            transport.abort()
        await self._runner.cleanup()
        self._runner = None
        await asyncio.sleep(0)  # lets closed transports finish their close

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        transport = request.transport
        if transport is None:  # the client is gone already
            return web.StreamResponse()
        self._in_flight.add(transport)
        try:
            return await self._serve(request)
        finally:
            self._in_flight.discard(transport)

    async def _serve(self, request: web.BaseRequest) -> web.StreamResponse:
        if request.headers.get("expect", "").lower() == "100-continue":
            await request.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        recorded = _record(request, await request.content.read())
        answer = self._answerer.answer(recorded)
        response = web.StreamResponse()
        try:
            await self._send(request, response, recorded, answer.plan)
        except asyncio.CancelledError:  # the connection was lost, or was cut by `close`
            self._note_lost(recorded)
            raise
        except ConnectionError:
            self._note_lost(recorded)
        except Exception:
            self._answerer.failure(recorded)
            _cut(request)
        finally:
            self._answerer.settle(recorded)
        return response

    async def _send(
        self,
        request: web.BaseRequest,
        response: web.StreamResponse,
        recorded: RecordedRequest,
        plan: Plan,
    ) -> None:
        for step in plan:
            if isinstance(step, Hold):
                if not await self._ended.hold(step.gate):
                    return _cut(request)
            elif isinstance(step, Head):
                response.set_status(step.status)
                response.headers.extend(step.headers)
                response.content_length = step.length
                await response.prepare(request)
                recorded.status = step.status
            elif isinstance(step, Write):
                recorded.events.extend(step.events)
                await response.write(step.payload)
            elif isinstance(step, End):
                recorded.completed = True
                await response.write_eof()
        return None

    def _library_failed(self, error: BaseException) -> None:
        self._answerer.http_failure(error, by_client=isinstance(error, HttpProcessingError))

    def _note_lost(self, recorded: RecordedRequest) -> None:
        recorded.client_gone = not recorded.completed and not self._ended.is_set


def _record(request: web.BaseRequest, body: bytes) -> RecordedRequest:
    headers: dict[str, str] = {}
    for name, value in request.headers.items():
        key = name.lower()
        headers[key] = f"{headers[key]}, {value}" if key in headers else value
    return RecordedRequest(
        index=0,
        method=request.method,
        path=request.path,
        query=request.query_string,
        headers=headers,
        body=body,
        received_at=time.monotonic(),
    )


def _cut(request: web.BaseRequest) -> None:
    if request.transport is not None:
        request.transport.abort()
