"""Starting and closing: nothing is left open, whatever was going on."""

from __future__ import annotations

import asyncio
import json
import socket
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import psutil
import pytest

from seatrial_provider import Provider, ProviderStateError, reply, say

if TYPE_CHECKING:
    from tests.provider.conftest import Ask, Run, Send


def own_sockets() -> int:
    return len(psutil.Process().net_connections("tcp"))


def own_ports() -> set[int]:
    """The ports that this process listens on; another process may take one that is given up."""
    sockets = psutil.Process().net_connections("tcp")
    return {one.laddr.port for one in sockets if one.status == psutil.CONN_LISTEN}


def test_it_serves_on_loopback_and_not_after_it_was_closed(run: Run, send: Send) -> None:
    async def main() -> None:
        async with Provider() as provider:
            parts = urlsplit(provider.base_url)
            assert (parts.scheme, parts.hostname, parts.path) == ("http", "127.0.0.1", "/v1")
            assert (await send(f"{provider.base_url}/models", method="GET")).status == 200
            assert parts.port in own_ports()
        assert parts.port not in own_ports()
        assert provider.base_url.endswith("/v1")

    run(main())


def test_closing_twice_and_closing_what_was_never_started_is_fine(run: Run) -> None:
    async def main() -> None:
        provider = Provider()
        await provider.close()
        async with Provider() as started:
            await started.close()

    run(main())


def test_starting_twice_and_reading_the_url_too_early_are_refused(run: Run) -> None:
    async def main() -> None:
        with pytest.raises(ProviderStateError, match="the provider has no address yet"):
            _ = Provider().base_url
        async with Provider() as provider:
            with pytest.raises(ProviderStateError, match="started twice"):
                await provider.start()

    run(main())


def test_closing_leaves_no_socket_behind_idle_connections(run: Run) -> None:
    async def main() -> None:
        before = own_sockets()
        async with Provider() as provider:
            parts = urlsplit(provider.base_url)
            idle = socket.create_connection((parts.hostname, parts.port or 0))
            half = socket.create_connection((parts.hostname, parts.port or 0))
            half.sendall(b"POST /v1/responses HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{")
            reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
            writer.write(b"GET /v1/models HTTP/1.1\r\nHost: x\r\n\r\n")
            assert await reader.readline() == b"HTTP/1.1 200 OK\r\n"
        await reader.read()
        writer.close()
        await writer.wait_closed()
        idle.close()
        half.close()
        assert own_sockets() == before

    run(main())


def test_closing_does_not_wait_for_a_client_that_does_not_read(run: Run, ask: Ask) -> None:
    async def main() -> None:
        async with Provider() as provider:
            provider.script(reply(say("x" * 5_000_000)))
            parts = urlsplit(provider.base_url)
            body = json.dumps(ask()).encode()
            head = f"POST /v1/responses HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n"
            client = socket.create_connection((parts.hostname, parts.port or 0))
            client.sendall(head.encode() + body)
            (request,) = await provider.wait_for_requests(1)
        assert not request.completed
        assert not request.client_gone
        client.close()

    run(main())


def test_providers_live_side_by_side(run: Run, send: Send, ask: Ask) -> None:
    async def main() -> None:
        async with Provider() as first, Provider() as second:
            assert first.base_url != second.base_url
            first.script(reply(say("one")))
            await send(f"{first.base_url}/responses", ask())
            assert (len(first.requests), len(second.requests)) == (1, 0)

    run(main())


def test_a_client_that_leaves_in_the_middle_of_its_body_is_no_request(
    run: Run, send: Send, ask: Ask
) -> None:
    async def main() -> None:
        async with Provider() as provider:
            provider.script(reply(say("fine")))
            parts = urlsplit(provider.base_url)
            with socket.create_connection((parts.hostname, parts.port or 0)) as client:
                client.sendall(
                    b"POST /v1/responses HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{"
                )
            assert (await send(f"{provider.base_url}/responses", ask())).status == 200
        assert len(provider.journal) == 1
        assert provider.verify() == []

    run(main())
