"""Servers that listen: how they are found, how they let us in, and every way they do not."""

from __future__ import annotations

import asyncio
import socket
import stat
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from websockets.asyncio.server import ServerConnection, serve

from seatrial.home import home
from seatrial.peer import PeerGone
from seatrial.profiles import Transport
from seatrial.servers import (
    CannotConnect,
    OnlyConnection,
    PathTooLong,
    RunningServer,
    launch,
    resolve,
)
from seatrial.servers.place import LONGEST, Place

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from contextlib import AbstractAsyncContextManager
    from pathlib import Path

    from tests.harness.conftest import Fake, Run

PATIENCE = 30.0
"""Above what a test may take: a bound that is never met."""

READY = r"listening on: (\S+)"
SAYS = """
    import sys
    for word in {words!r}:
        sys.{stream}.write(word)
        sys.{stream}.flush()
    sys.stdin.read()
"""
LISTENING = ["websocket", "websocket-token", "unix"]


@asynccontextmanager
async def launched(server: Any, **options: Any) -> AsyncIterator[RunningServer]:
    """Starts a server in a home of its own."""
    options = {"dialect": "app_v2", **options}
    with home() as folders:
        async with launch(server, home=folders, provider_url="http://x/v1", **options) as running:
            yield running


def websocket(fake: Fake, program: str, ready: str = READY) -> Any:
    """Makes a server that is said to listen."""
    return fake(program, transports=[{"name": "websocket", "ready": ready, "arguments": []}]).over(
        "websocket"
    )


def says(*words: str, stream: str = "stderr") -> str:
    """Returns a program that prints words, each by itself, and then waits."""
    return SAYS.format(words=words, stream=stream)


async def shut_out(server: Any, **options: Any) -> CannotConnect:
    """Returns the error for a server that cannot be connected to."""
    with pytest.raises(CannotConnect) as caught:
        async with launched(server, **options):
            raise AssertionError("it let us in")
    assert caught.value.by_server
    assert "the server's process" in caught.value.evidence
    return caught.value


@pytest.mark.parametrize("transport", LISTENING)
def test_the_reference_server_is_reached_and_reached_again(run: Run, transport: str) -> None:
    async def main() -> None:
        async with launched(resolve("reference").over(transport)) as running:
            assert (await running.agent.handshake()).release
            running.peer.hang_up()
            async with running.connect() as again, running.connect() as third:
                assert (await again.handshake()).release
                assert (await third.handshake()).release
                assert again.peer.journal is not running.peer.journal

    run(main())


@pytest.mark.parametrize("transport", LISTENING)
def test_servers_share_a_home_at_the_same_time_and_one_after_the_other(
    run: Run, transport: str
) -> None:
    async def main() -> None:
        server = resolve("reference").over(transport)
        with home() as folders:

            def started() -> AbstractAsyncContextManager[RunningServer]:
                url = "http://x/v1"
                return launch(server, home=folders, provider_url=url, dialect="app_v2")

            async with started() as first, started() as second:
                assert (await second.agent.handshake()).release
                assert (await first.agent.handshake()).release
            async with started() as third:
                assert (await third.agent.handshake()).release
            assert not list(folders.root.glob("socket*"))

    run(main())


def test_a_server_on_http_is_reached_and_reached_again(run: Run) -> None:
    async def main() -> None:
        server = resolve("tools").over("http")
        async with launched(server, dialect="mcp_tools") as running:
            assert (await running.agent.handshake()).release
            running.peer.hang_up()
            async with running.connect() as again:
                assert (await again.handshake()).release
                await again.fence()
            with pytest.raises(PeerGone):
                await running.agent.fence()

    run(main())


def test_over_stdio_there_is_one_connection(run: Run) -> None:
    async def main() -> None:
        async with launched(resolve("reference")) as running:
            with pytest.raises(OnlyConnection, match="--transport websocket"):
                await running.connect().__aenter__()

    run(main())


def test_a_wrong_token_is_not_let_in(run: Run) -> None:
    async def main() -> None:
        async with launched(resolve("reference").over("websocket-token")) as running:
            running.door = replace(running.door, token="another")
            with pytest.raises(CannotConnect, match="401"):
                await running.connect().__aenter__()

    run(main())


@pytest.mark.parametrize("stream", ["stderr", "stdout"])
def test_the_address_is_read_wherever_it_is_printed_and_however(
    run: Run, fake: Fake, stream: str
) -> None:
    async def greets(connection: ServerConnection) -> None:
        await connection.send('{"method": "hello"}')
        await connection.wait_closed()

    async def main() -> None:
        async with serve(greets, "127.0.0.1", 0) as listener:
            port = listener.sockets[0].getsockname()[1]
            words = ("a banner\nlisten", f"ing on: \x1b[36mws://127.0.0.1:{port}\x1b[0m\n")
            chatter = "x" * 1_000_000
            server = websocket(fake, says(*words, chatter, stream=stream))
            async with launched(server) as running:
                found = await running.peer.wait_for(
                    "hello", lambda entry: entry.is_notification("hello") or None
                )
                assert found

    run(main())


def test_a_server_that_dies_before_it_listens_is_told_at_once(run: Run, fake: Fake) -> None:
    async def main() -> None:
        program = 'import sys; sys.exit("no such option: --listen")'
        error = await shut_out(websocket(fake, program), timeout=100 * PATIENCE)
        assert error.what == "the server ended before it listened"
        assert "exit status 1" in error.arrived
        assert "no such option: --listen" in error.evidence

    run(main())


def test_a_server_that_never_says_so_meets_its_bound(run: Run, fake: Fake) -> None:
    async def main() -> None:
        error = await shut_out(websocket(fake, says("listening on:\n")), timeout=0.2)
        assert error.what == "the server does not say that it listens"
        assert error.arrived == "no such line within 0.2 s"
        assert READY.replace("\\", "\\\\") in error.expected

    run(main())


@pytest.mark.parametrize(
    "address",
    [
        "ws://192.0.2.1:80",
        "ws://0.0.0.0:80",
        "http://127.0.0.1:80",
        "ws://127.0.0.1",
        "ws://[x",
        ":",
    ],
)
def test_an_address_elsewhere_is_not_gone_to(run: Run, fake: Fake, address: str) -> None:
    async def main() -> None:
        error = await shut_out(websocket(fake, says(f"listening on: {address}\n")))
        assert error.what == "the server does not listen where it should"
        assert error.arrived == repr(address)

    run(main())


def test_an_address_where_nobody_is_is_told(run: Run, fake: Fake) -> None:
    async def main() -> None:
        with socket.socket() as nobody:
            nobody.bind(("127.0.0.1", 0))
            address = f"ws://127.0.0.1:{nobody.getsockname()[1]}"
            error = await shut_out(websocket(fake, says(f"listening on: {address}\n")))
        assert error.what == "the server does not let us in"
        assert address in error.expected
        assert "Connect call failed" in error.arrived or "refused" in error.arrived

    run(main())


def test_the_token_is_for_the_server_and_for_nobody_else(tmp_path: Path) -> None:
    place = Place(tmp_path)
    place.prepare(Transport(name="websocket-token", ready="(x)"))
    assert place.token_file.read_text() == place.token
    assert stat.S_IMODE(place.token_file.stat().st_mode) == 0o600
    assert Place(tmp_path).token != place.token
    assert place.token not in repr(place)


def test_words_are_filled_in_and_not_changed_otherwise(tmp_path: Path) -> None:
    place = Place(tmp_path, "x")
    assert place.fill("unix://${socket}") == f"unix://{tmp_path / 'socket-x'}"
    assert place.fill("${token_file}") == str(tmp_path / "token-x")
    assert place.fill("$HOME $$ ${other} {socket}") == "$HOME $$ ${other} {socket}"


def test_a_path_that_no_socket_can_have_is_told_before_the_start(tmp_path: Path) -> None:
    place = Place(tmp_path / ("x" * LONGEST))
    with pytest.raises(PathTooLong, match="SEATRIAL_HOMES"):
        place.prepare(Transport(name="unix", ready="x"))
    place.prepare(Transport(name="stdio"))


def test_a_socket_that_was_made_elsewhere_is_removed_with_its_lock(tmp_path: Path) -> None:
    place, elsewhere = Place(tmp_path), tmp_path / "elsewhere"
    elsewhere.mkdir()
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(str(elsewhere / "s"))
    (elsewhere / "s.lock").touch()
    (elsewhere / "other").touch()
    place.socket.symlink_to(elsewhere / "s")
    place.clear()
    assert [one.name for one in elsewhere.iterdir()] == ["other"]


def test_what_is_no_socket_is_left_alone(tmp_path: Path) -> None:
    place, file = Place(tmp_path), tmp_path / "file"
    place.clear()
    file.touch()
    place.socket.symlink_to(file)
    place.clear()
    assert file.exists()


def test_cancelling_a_start_leaves_nothing(run: Run, fake: Fake) -> None:
    async def main() -> None:
        async def start() -> None:
            async with launched(websocket(fake, says("nothing\n"))):
                raise AssertionError("it let us in")

        starting = asyncio.create_task(start())
        await asyncio.sleep(0)
        starting.cancel()
        await asyncio.wait((starting,))
        assert starting.cancelled()

    run(main())
