"""The provider for tests without an event loop."""

from __future__ import annotations

import http.client
import json
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from seatrial_provider import (
    Gate,
    Provider,
    ProviderStateError,
    SyncProvider,
    WaitTimeoutError,
    reply,
    say,
)

if TYPE_CHECKING:
    from tests.provider.conftest import Ask, JsonObject

HEADERS = {"content-type": "application/json", "accept": "text/event-stream"}


def post(provider: SyncProvider, body: JsonObject) -> bytes:
    parts = urlsplit(provider.base_url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)
    try:
        connection.request("POST", f"{parts.path}/responses", json.dumps(body), HEADERS)
        return connection.getresponse().read()
    finally:
        connection.close()


def test_it_serves_without_an_event_loop(ask: Ask) -> None:
    seen: list[str] = []
    with SyncProvider() as provider:
        provider.script(reply(say("one")), reply(say("two")))
        leave = provider.subscribe(lambda request: seen.append(request.last_user_text()))
        assert b"one" in post(provider, ask("first"))
        leave()
        assert b"two" in post(provider, ask("second"))
        assert [r.last_user_text() for r in provider.wait_for_requests(2)] == ["first", "second"]
        provider.wait_until_settled(provider.requests[1])
        assert provider.requests[1].completed
        assert provider.verify() == []
    assert seen == ["first"]
    assert len(provider.journal) == 2
    assert provider.verify() == []


def test_a_gate_is_waited_for_and_released_from_another_thread(ask: Ask) -> None:
    gate = Gate("held")
    with SyncProvider() as provider, ThreadPoolExecutor() as threads:
        provider.script(reply(say("text"), gates={"response.completed": gate}))
        answer = threads.submit(post, provider, ask())
        gate.wait_reached()
        with pytest.raises(WaitTimeoutError, match="still being answered"):
            provider.wait_until_settled(provider.requests[0], timeout=0.01)
        assert not answer.done()
        gate.release()
        assert b"response.completed" in answer.result(30)


def test_waits_are_bounded() -> None:
    with SyncProvider() as provider:
        with pytest.raises(WaitTimeoutError, match="did not arrive"):
            provider.wait_for_requests(1, timeout=0.01)
        with pytest.raises(WaitTimeoutError, match="not reached"):
            Gate("lonely").wait_reached(timeout=0.01)


def test_its_thread_ends_with_it_whatever_is_held(ask: Ask) -> None:
    gate = Gate("held")
    before = threading.active_count()
    with ThreadPoolExecutor() as threads:
        with SyncProvider() as provider:
            provider.script(reply(say("text"), gates={"headers": gate}))
            answer = threads.submit(post, provider, ask())
            gate.wait_reached()
        with pytest.raises((http.client.RemoteDisconnected, ConnectionError)):
            answer.result(30)
    assert threading.active_count() == before


def test_what_cannot_be_started_or_is_used_too_late_is_refused() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(ProviderStateError, match="cannot listen"):
            SyncProvider(Provider(port=taken.getsockname()[1])).start()
    with SyncProvider() as provider, pytest.raises(ProviderStateError, match="started twice"):
        provider.start()
    with pytest.raises(ProviderStateError, match="not being served"):
        provider.wait_for_requests(1)
    provider.close()
    SyncProvider().close()


def test_anything_else_of_the_provider_is_called_in_its_thread() -> None:
    with SyncProvider() as provider:
        name = provider.call(lambda: threading.current_thread().name)
    assert name == "seatrial-provider"
