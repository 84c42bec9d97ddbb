"""The model behind its HTTP interface: one request, one stream of events."""

from __future__ import annotations

import http.client
import json
import socket
from contextlib import suppress
from urllib.parse import urlsplit

from seatrial_reference import sse
from seatrial_reference.apis import APIS
from seatrial_reference.apis.api import lost
from seatrial_reference.errors import TurnFailed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from seatrial_reference.account.manager import Manager
    from seatrial_reference.activity import TurnControl
    from seatrial_reference.config import Provider
    from seatrial_reference.context import Request

_SILENCE = 300.0  # seconds without a byte after which the stream counts as lost
_STATUSES: dict[int, str] = {400: "badRequest", 401: "unauthorized", 503: "serverOverloaded"}


class Model:
    """Sends requests to one provider.

    Args:
        provider: Where it is.
        headers: Who is asking: sent along with every request.
        account: Who is signed in.
    """

    def __init__(self, provider: Provider, headers: dict[str, str], account: Manager) -> None:
        self._provider = provider
        self._api = APIS[provider.wire_api]()
        self._headers = headers
        self._account = account

    def stream(self, request: Request, control: TurnControl) -> Iterator[dict[str, Any]]:
        """Ask the model, and give its events up to the one that completes the reply.

        A bearer that is refused is renewed once, and the model asked again with the new one.

        Yields:
            Each event, as the Responses API has it; the last one is `response.completed`.

        Raises:
            TurnFailed: The provider cannot be reached, refuses, fails, or stops half way.
            TurnInterrupted: The turn was interrupted.
        """
        body = self._api.body(request)
        for may_renew in (True, False):
            connection = self._connect()
            line = connection.sock  # the connection forgets it once the answer has begun
            try:
                own = self._account.headers(self._provider)
                response = self._send(connection, body, control, own)
                if response.status == http.HTTPStatus.OK:
                    yield from self._api.reply(self._events(response, control, line))
                    return
                if not (may_renew and self._renewed(response, own, control)):
                    raise self._refused(response)
            finally:
                connection.close()

    def _renewed(
        self, response: http.client.HTTPResponse, own: dict[str, str], control: TurnControl
    ) -> bool:
        if response.status != http.HTTPStatus.UNAUTHORIZED or "Authorization" not in own:
            return False
        return self._account.renew(self._provider, own["Authorization"], control)

    def _connect(self) -> http.client.HTTPConnection:
        parts = urlsplit(self._provider.base_url)
        secure = parts.scheme == "https"
        kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
        connection = kind(parts.hostname or "", parts.port, timeout=_SILENCE)
        try:
            connection.connect()
        except OSError as error:
            raise TurnFailed(
                f"error sending request to the model provider: {error}",
                info={"httpConnectionFailed": {"httpStatusCode": None}},
            ) from error
        return connection

    def _send(
        self,
        connection: http.client.HTTPConnection,
        body: dict[str, Any],
        control: TurnControl,
        own: dict[str, str],
    ) -> http.client.HTTPResponse:
        line = connection.sock
        path = urlsplit(self._provider.base_url).path + self._api.path
        headers = {
            "Content-Type": "application/json",
            "Accept": "text/event-stream",
            **self._headers,
            **own,
        }
        try:
            connection.request("POST", path, json.dumps(body).encode(), headers)
            with control.waiting(lambda: _hang_up(line)):
                response = connection.getresponse()
        except (OSError, http.client.HTTPException) as error:
            control.check()
            raise lost(f"no answer from the model provider: {error!r}") from error
        return response

    @staticmethod
    def _refused(response: http.client.HTTPResponse) -> TurnFailed:
        try:
            text = response.read(4096).decode("utf-8", "replace")
        except (OSError, http.client.HTTPException):
            text = ""
        status = response.status
        known = _STATUSES.get(status)
        return TurnFailed(
            f"unexpected status {status} {response.reason}: {text}",
            info=known or {"httpConnectionFailed": {"httpStatusCode": status}},
        )

    @staticmethod
    def _events(
        response: http.client.HTTPResponse, control: TurnControl, line: socket.socket
    ) -> Iterator[dict[str, Any]]:
        reader = sse.Reader()
        while True:
            control.check()
            try:
                with control.waiting(lambda: _hang_up(line)):
                    text = response.readline()
            except (OSError, http.client.HTTPException) as error:
                control.check()
                raise lost(f"stream disconnected: {error!r}") from error
            control.check()
            if not text:
                return
            try:
                event = reader.feed(text)
            except ValueError as error:
                raise lost(f"stream holds an event that is not JSON: {error}") from error
            if event is not None:
                yield event


def _hang_up(line: socket.socket) -> None:
    """Make whoever reads from the connection see its end."""
    with suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)
