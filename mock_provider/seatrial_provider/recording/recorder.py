"""A proxy in front of a real provider: it passes everything on, and writes a script of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Self

import aiohttp

from seatrial_provider.answering.answers import json_answer
from seatrial_provider.answering.context import BASE_PATH
from seatrial_provider.errors import ProviderError, four_parts
from seatrial_provider.journal.redact import Redactor
from seatrial_provider.recorded import recorded
from seatrial_provider.recording.sockets import Sockets
from seatrial_provider.recording.tape import Take, script_text
from seatrial_provider.wire.plan import Cut, End, Head, Plan, Then, Write
from seatrial_provider.wire.server import LOOPBACK, HttpServer

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import TracebackType

    from seatrial_provider.recorded import RecordedRequest
    from seatrial_provider.wire.reading import Arrived

MESSAGES_PATH = "/responses"
"""Where a WebSocket is passed on and recorded."""

MODEL_PATHS = ("/responses", "/responses/compact", "/chat/completions")
"""What is recorded, if it is posted to; everything else is only passed on."""

_NOT_PASSED_ON = frozenset(
    {"host", "connection", "content-length", "transfer-encoding", "accept-encoding", "keep-alive"}
    | {"expect", "upgrade", "te", "trailer", "proxy-connection", "content-encoding"}
)
_OF_THE_FRAMING = frozenset({"connection", "content-length", "transfer-encoding", "keep-alive"})


class RecorderError(ProviderError):
    """The recorder cannot do what it is asked."""


class Recorder:
    """Passes requests on to a provider, and writes down what it answers.

        async with Recorder("https://api.example.com/v1", "answers.yaml") as recorder:
            ...  # run the program against recorder.base_url, with its real key

    The file is written at the end, a script that `provider.script_file` takes. Keys and other
    secrets are taken out of it: the headers of requests are not in it at all.

    Args:
        upstream: The base URL of the real provider, ending in `/v1` or whatever it has.
        file: The script file that is written.
        redact: Secrets that are taken out of answers, besides those with a known name.
        host: The address to listen on.
        port: The port; 0 lets the system choose one.

    Raises:
        RecorderError: The upstream is no URL, or the file cannot be written.
    """

    def __init__(
        self,
        upstream: str,
        file: str | Path,
        *,
        redact: Iterable[str] = (),
        host: str = LOOPBACK,
        port: int = 0,
    ) -> None:
        if not upstream.startswith(("http://", "https://")):
            raise RecorderError(
                "the provider to record has no address",
                expected="a URL that begins with http:// or https://",
                arrived=repr(upstream),
                cause="Is the scheme left out?",
                remedy="Give its whole base URL.",
            )
        self._upstream = upstream.rstrip("/")
        self._file = Path(file)
        self._redactor = Redactor(redact)
        self._server = HttpServer(_Passing(self), host=host, port=port)
        self._host = host
        self._port = 0
        self._takes: list[Take] = []
        self._sockets = Sockets(self._takes)
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        try:
            self._file.write_text("replies: []\n", "utf-8")
        except OSError as error:
            raise RecorderError(
                f"the script file {str(self._file)!r} cannot be written",
                expected="a file in a folder that is there",
                arrived=str(error),
                cause="Is the path misspelt?",
                remedy="Name another file.",
            ) from error
        bound = aiohttp.ClientTimeout(total=None, connect=30)
        plain = {"accept-encoding": "identity"}
        self._session = aiohttp.ClientSession(timeout=bound, trust_env=True, headers=plain)
        self._port = await self._server.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._server.close()
        if self._session is not None:
            await self._session.close()
        await self._sockets.close()
        whole = [take for take in self._takes if take.status]
        self._file.write_text(script_text(whole, self._redactor), "utf-8")

    @property
    def base_url(self) -> str:
        """Where it listens, ending in `/v1`."""
        return f"http://{self._host}:{self._port}{BASE_PATH}"

    @property
    def recorded(self) -> int:
        """How many answers were recorded so far."""
        return sum(1 for take in self._takes if take.status)

    async def pass_on(self, request: RecordedRequest) -> Plan:
        """Sends a request to the real provider, and returns the beginning of its answer.

        Args:
            request: The request.
        """
        assert self._session is not None
        take = Take()
        if request.method == "POST" and _below(request) in MODEL_PATHS:
            self._takes.append(take)
        try:
            answer = await self._session.request(
                request.method,
                self._address(request),
                data=request.plain_body() or None,
                headers=_passed_on(request),
                allow_redirects=False,
            )
        except (aiohttp.ClientError, TimeoutError) as error:
            return _unreachable(self._upstream, error)
        take.begin(answer.status, answer.headers)
        kept = ((n.lower(), v) for n, v in answer.headers.items())
        headers = tuple((n, v) for n, v in kept if n not in _OF_THE_FRAMING)
        headers = tuple((n, v) for n, v in headers if n != "content-encoding")
        return (Head(answer.status, headers), Then(lambda: _rest(answer, take)))

    async def open_socket(self, request: RecordedRequest) -> Plan:
        """Opens a WebSocket to the real provider, and answers the client that asks for one.

        Args:
            request: The request.
        """
        assert self._session is not None
        address, headers = self._address(request), _passed_on(request)
        try:
            return await self._sockets.open(request, self._session, address, headers)
        except (aiohttp.ClientError, TimeoutError) as error:
            return _unreachable(self._upstream, error)

    async def pass_message_on(self, request: RecordedRequest) -> Plan:
        """Sends a message to the real provider, and returns the beginning of its answer.

        Args:
            request: The message.
        """
        return await self._sockets.pass_on(request)

    def _address(self, request: RecordedRequest) -> str:
        query = f"?{request.query}" if request.query else ""
        return f"{self._upstream}{_below(request)}{query}"


def _below(request: RecordedRequest) -> str:
    return request.path.removeprefix(BASE_PATH)


def _passed_on(request: RecordedRequest) -> dict[str, str]:
    return {n: v for n, v in request.headers.items() if n not in _NOT_PASSED_ON}


async def _rest(answer: aiohttp.ClientResponse, take: Take) -> Plan:
    """Returns the next piece of an answer, and what comes after it."""
    try:
        data = await answer.content.readany()
    except (aiohttp.ClientError, TimeoutError):
        take.end()
        answer.close()
        return (Cut(),)
    if not data:
        take.end()
        answer.release()
        return (End(),)
    take.feed(data)
    return (Write(data), Then(lambda: _rest(answer, take)))


def _unreachable(upstream: str, error: Exception) -> Plan:
    parts = four_parts(
        expected=f"an answer of {upstream}",
        arrived=str(error) or type(error).__name__,
        cause="Is the address right, and the network there?",
        remedy="Try the address without the recorder.",
    )
    message = f"the provider to record cannot be reached\n{parts}"
    body = {"error": {"message": message, "type": "server_error", "param": None, "code": None}}
    return json_answer(body, request_id="req_unreachable", status=502).plan


class _Passing:
    """Has the recorder answer what a connection brings."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder

    def receive(self, arrived: Arrived, connection: int) -> tuple[RecordedRequest, Plan]:
        """Passes a request on."""
        request = recorded(arrived, connection=connection)
        if arrived.trouble is not None:
            return request, (Head(400, (), 0), End(close=True))
        recorder, answer = self._recorder, self._recorder.pass_on
        if request.is_message:
            answer = recorder.pass_message_on
        elif arrived.messages is not None and _below(request) == MESSAGES_PATH:
            answer = recorder.open_socket
        return request, (Then(lambda: answer(request)),)

    def failure(self, request: RecordedRequest) -> object:
        """The connection is cut; the traceback is of no use to the client."""
        return None

    def server_failure(self, error: Exception) -> None:
        """Nothing more can be done."""

    def settle(self, request: RecordedRequest) -> None:
        """Nothing is kept of it but the take."""
