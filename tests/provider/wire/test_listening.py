"""Where the provider listens, and when it does not."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
import uvloop

from seatrial_provider import Gate, Provider, ProviderStateError
from seatrial_provider.faults import HeldAccept, Refused
from seatrial_provider.wire.plan import Then

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.provider.conftest import Run, Send
    from tests.provider.wire.conftest import Serve

    from seatrial_provider.wire.plan import Plan


def test_connections_are_refused_for_a_while_and_then_accepted_again(run: Run, send: Send) -> None:
    async def main() -> None:
        async with Provider() as provider:
            parts = urlsplit(provider.base_url)
            reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
            await provider.admit(Refused())
            await provider.admit(Refused())
            with pytest.raises(ConnectionRefusedError):
                await asyncio.open_connection(parts.hostname, parts.port)
            writer.write(b"GET /v1/models HTTP/1.1\r\n\r\n")
            assert await reader.readline() == b"HTTP/1.1 200 OK\r\n"
            await provider.admit()
            await provider.admit()
            assert (await send(f"{provider.base_url}/models", method="GET")).status == 200
            writer.close()
            await writer.wait_closed()

    run(main())


def bound_to(port: int) -> set[str]:
    """Returns the names of this process's sockets that are bound to a port."""
    found: set[str] = set()
    for path in Path("/proc/self/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):  # that of the folder itself
            what = str(path.readlink())
            if what.startswith("socket:"):
                with socket.socket(fileno=os.dup(int(path.name))) as one:
                    found |= {what} if one.getsockname()[1:2] == (port,) else set()
    return found


@pytest.mark.skipif(sys.platform != "linux", reason="a socket that listens keeps its port on Linux")
@pytest.mark.parametrize("loop", [asyncio.new_event_loop, uvloop.new_event_loop])
def test_the_port_is_held_by_one_socket_all_the_time(
    loop: Callable[[], asyncio.AbstractEventLoop],
) -> None:
    async def main() -> None:
        async with Provider() as provider:
            port = urlsplit(provider.base_url).port
            assert port is not None
            sockets = [bound_to(port)]
            for fault in ((Refused(),), (), (Refused(),), ()):
                await provider.admit(*fault)
                await asyncio.sleep(0)  # a loop may close a listener in its next turn
                sockets.append(bound_to(port))
            assert len(sockets[0]) == 1
            assert sockets == [sockets[0]] * 5
        await asyncio.sleep(0)
        assert bound_to(port) == set()

    with asyncio.Runner(loop_factory=loop) as runner:
        runner.run(asyncio.wait_for(main(), 30))


def test_a_provider_that_refuses_can_be_closed(run: Run) -> None:
    async def main() -> None:
        async with Provider() as provider:
            await provider.admit(Refused())

    run(main())


def test_a_connection_can_be_accepted_slowly(run: Run, send: Send) -> None:
    async def main() -> None:
        gate = Gate("slow")
        async with Provider() as provider:
            await provider.admit(HeldAccept(gate=gate))
            asking = asyncio.create_task(send(f"{provider.base_url}/models", method="GET"))
            await gate.reached()
            assert provider.journal == []
            gate.release()
            assert (await asking).status == 200

    run(main())


def test_the_port_and_the_host_may_be_given(run: Run, send: Send) -> None:
    async def main() -> None:
        with socket.socket() as held:  # bound and not listening: nobody else is given its port
            held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            held.bind(("127.0.0.1", 0))
            port = held.getsockname()[1]
            async with Provider(host="localhost", port=port) as provider:
                assert provider.base_url == f"http://localhost:{port}/v1"
                assert (await send(f"{provider.base_url}/models", method="GET")).status == 200
                with pytest.raises(ProviderStateError, match="cannot listen") as raised:
                    await Provider(port=port).start()
                assert str(port) in str(raised.value)

    run(main())


def test_closing_waits_for_what_a_lost_connection_still_ends(run: Run, serve: Serve) -> None:
    ended: list[str] = []

    async def main() -> None:
        begun = asyncio.Event()

        async def ends_slowly() -> Plan:
            begun.set()
            try:
                await asyncio.get_running_loop().create_future()
            finally:
                for _ in range(20):
                    await asyncio.sleep(0)
                ended.append("it")
            return ()

        async with serve((Then(ends_slowly),)) as served, served.client(b"GET / HTTP/1.1\r\n\r\n"):
            await begun.wait()
        assert ended == ["it"]

    run(main())
