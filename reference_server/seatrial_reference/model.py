"""The model behind its HTTP interface: one request, one stream of events (Responses API)."""

from __future__ import annotations

import http.client
import json
import os
import socket
from contextlib import suppress
from urllib.parse import urlsplit

from seatrial_reference import sse
from seatrial_reference.errors import TurnFailed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from seatrial_reference.activity import TurnControl
    from seatrial_reference.config import Provider

_SILENCE = 300.0  # seconds without a byte after which the stream counts as lost
_STATUSES: dict[int, str] = {400: "badRequest", 401: "unauthorized", 503: "serverOverloaded"}
_CODES: dict[Any, str] = {
    "context_length_exceeded": "contextWindowExceeded",
    "insufficient_quota": "usageLimitExceeded",
    "rate_limit_exceeded": "rateLimitExceeded",
    "server_is_overloaded": "serverOverloaded",
}


class Model:
    """Sends requests to one provider.

    Args:
        provider: Where it is.
        headers: Who is asking: sent along with every request.
    """

    def __init__(self, provider: Provider, headers: dict[str, str]) -> None:
        self._provider = provider
        self._headers = headers

    def stream(self, body: dict[str, Any], control: TurnControl) -> Iterator[dict[str, Any]]:
        """Ask the model, and give its events up to the one that completes the reply.

        Yields:
            Each event; the last one is `response.completed`.

        Raises:
            TurnFailed: The provider cannot be reached, refuses, fails, or stops half way.
            TurnInterrupted: The turn was interrupted.
        """
        connection = self._connect()
        line = connection.sock
        try:
            response = self._send(connection, body, control, line)
            for event in self._events(response, control, line):
                kind = event.get("type")
                if kind in {"response.failed", "response.incomplete", "error"}:
                    raise _reported(event)
                yield event
                if kind == "response.completed":
                    return
            raise _lost("stream closed before response.completed")
        finally:
            connection.close()

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
        line: socket.socket,
    ) -> http.client.HTTPResponse:
        path = urlsplit(self._provider.base_url).path + "/responses"
        headers = {
            "Content-Type": "application/json",
            "Accept": "text/event-stream",
            **self._headers,
            **self._authorization(),
        }
        try:
            connection.request("POST", path, json.dumps(body).encode(), headers)
            with control.waiting(lambda: _hang_up(line)):
                response = connection.getresponse()
        except (OSError, http.client.HTTPException) as error:
            control.check()
            raise _lost(f"no answer from the model provider: {error!r}") from error
        if response.status != http.HTTPStatus.OK:
            raise self._refused(response)
        return response

    def _authorization(self) -> dict[str, str]:
        key = self._provider.env_key
        if key is None:
            return {}
        if not os.environ.get(key):
            raise TurnFailed(
                f"expected the environment variable {key} to hold the key of the provider "
                f"{self._provider.name!r}, but it is not set; set it, or remove `env_key`.",
                info="unauthorized",
            )
        return {"Authorization": f"Bearer {os.environ[key]}"}

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
                raise _lost(f"stream disconnected: {error!r}") from error
            control.check()
            if not text:
                return
            try:
                event = reader.feed(text)
            except ValueError as error:
                raise _lost(f"stream holds an event that is not JSON: {error}") from error
            if event is not None:
                yield event


def _hang_up(line: socket.socket) -> None:
    """Make whoever reads from the connection see its end."""
    with suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)


def _lost(message: str) -> TurnFailed:
    return TurnFailed(message, info={"responseStreamDisconnected": {"httpStatusCode": None}})


def _reported(event: dict[str, Any]) -> TurnFailed:
    """Read the error out of `response.failed`, `response.incomplete` or `error`."""
    response = event.get("response")
    holder = response if isinstance(response, dict) else event
    error = holder.get("error") or holder.get("incomplete_details") or event
    fields = error if isinstance(error, dict) else {"message": str(error)}
    message = fields.get("message") or fields.get("reason") or f"the model reported {event}"
    return TurnFailed(str(message), info=_CODES.get(fields.get("code"), "other"))
