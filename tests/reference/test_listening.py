"""The reference server at an address: who is let in, how it is spoken to, and how it ends."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import stat
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect, unix_connect

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PATIENCE = 20.0
HELLO = {"clientInfo": {"name": "t", "title": "t", "version": "1"}}


class Listening:
    """A server that listens, and where."""

    def __init__(self, process: subprocess.Popen[str], address: str) -> None:
        self.process, self.address = process, address

    @contextmanager
    def connect(self, **headers: str) -> Iterator[ClientConnection]:
        """Connects to it for the length of a block."""
        options: dict[str, Any] = {"additional_headers": headers, "open_timeout": PATIENCE}
        if self.address.startswith("unix://"):
            client = unix_connect(self.address.removeprefix("unix://"), **options)
        else:
            client = connect(self.address, proxy=None, **options)
        with client:
            yield client

    def end(self) -> int:
        """Asks it to end, and returns its status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE)


@contextmanager
def listening(home: Path, url: str, *words: str) -> Iterator[Listening]:
    """Runs a server at an address for the length of a block."""
    command = [sys.executable, "-m", "seatrial_reference", "app-server", "--listen", url, *words]
    environment = {"PATH": os.environ["PATH"], "SEATRIAL_REFERENCE_HOME": str(home)}
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr is not None
            said = process.stderr.readline()
            found = re.search(r"listening on: (\S+)", said)
            assert found, said
            yield Listening(process, found[1])
        finally:
            process.kill()


def ask(client: ClientConnection, number: int, method: str, params: Any = None) -> Any:
    """Sends a request and returns its answer; what comes before it is passed over."""
    client.send(json.dumps({"id": number, "method": method, "params": params or {}}))
    while True:
        message = client.recv(timeout=PATIENCE)
        assert isinstance(message, str), "a binary frame"
        answer = json.loads(message)
        if answer.get("id") == number:
            return answer["result"]


@pytest.fixture(params=["ws", "unix"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An address of each kind."""
    return "ws://127.0.0.1:0" if request.param == "ws" else f"unix://{tmp_path / 's'}"


def test_it_speaks_one_message_a_frame_and_comes_back(tmp_path: Path, url: str) -> None:
    with listening(tmp_path, url) as server:
        for _ in range(2):
            with server.connect() as client:
                assert "seatrial-reference" in ask(client, 1, "initialize", HELLO)["userAgent"]
                client.send(b'{"method": "initialized"}', text=True)
                assert ask(client, 2, "thread/loaded/list", {"x": "y" * 3_000_000})["data"] == []
                client.ping().wait(PATIENCE)
                assert ask(client, 3, "thread/loaded/list")["data"] == []
        assert server.end() == 0


def test_clients_at_the_same_time_do_not_disturb_each_other(tmp_path: Path, url: str) -> None:
    with listening(tmp_path, url) as server, server.connect() as first:
        ask(first, 1, "initialize", HELLO)
        mine = ask(first, 2, "thread/start", {"cwd": str(tmp_path)})["thread"]["id"]
        with server.connect() as second:
            ask(second, 1, "initialize", HELLO)
            assert ask(second, 2, "thread/loaded/list")["data"] == []
        assert ask(first, 3, "thread/loaded/list")["data"] == [mine]


def test_a_socket_is_for_this_user_only_and_gone_with_the_server(tmp_path: Path) -> None:
    path = tmp_path / "s"
    with listening(tmp_path, f"unix://{path}") as server:
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert server.end() == 0
        assert not path.exists()


def test_its_end_is_the_end_of_its_clients(tmp_path: Path, url: str) -> None:
    with listening(tmp_path, url) as server, server.connect() as client:
        ask(client, 1, "initialize", HELLO)
        assert server.end() == 0
        with pytest.raises(ConnectionClosed):
            client.recv(timeout=PATIENCE)


def test_a_token_is_asked_for(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("secret\n")
    with listening(tmp_path, "ws://127.0.0.1:0", "--ws-token-file", str(file)) as server:
        for headers in ({}, {"Authorization": "Bearer other"}, {"Authorization": "secret"}):
            with pytest.raises(InvalidStatus, match="401"), server.connect(**headers):
                pass
        with server.connect(Authorization="Bearer secret") as client:
            assert "userAgent" in ask(client, 1, "initialize", HELLO)


GOOD = {
    "Upgrade": "websocket",
    "Connection": "keep-alive, Upgrade",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
}


@pytest.mark.parametrize(
    ("line", "changed", "status"),
    [
        ("GET / HTTP/1.1", {}, 101),
        ("GET /any/path?at=all HTTP/1.1", {}, 101),
        ("GET /readyz HTTP/1.1", {}, 200),
        ("GET /healthz HTTP/1.1", {"Upgrade": ""}, 200),
        ("GET / HTTP/1.1", {"Origin": "http://a.page"}, 403),
        ("GET / HTTP/1.1", {"Upgrade": "h2c"}, 426),
        ("GET / HTTP/1.1", {"Connection": "close"}, 426),
        ("GET / HTTP/1.1", {"Sec-WebSocket-Version": "8"}, 426),
        ("GET / HTTP/1.1", {"Sec-WebSocket-Key": "short"}, 400),
        ("GET / HTTP/1.1", {"Sec-WebSocket-Key": "!"}, 400),
        ("POST / HTTP/1.1", {}, 400),
        ("nonsense", {}, 400),
        ("GET / HTTP/1.1\r\nno header", {}, 400),
        ("GET / HTTP/1.1" + "\r\nX: y" * 200, {}, 400),
        ("GET /" + "x" * 70_000, {}, 400),
    ],
)
def test_requests_that_open_a_websocket_and_others(
    listener: Listening, line: str, changed: dict[str, str], status: int
) -> None:
    port = int(listener.address.rpartition(":")[2])
    headers = "".join(f"{name}: {value}\r\n" for name, value in {**GOOD, **changed}.items())
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as client:
        client.sendall(f"{line}\r\n{headers}\r\n".encode())
        with client.makefile("rb") as answer:
            assert int(answer.readline().split()[1]) == status
            if status == 101:  # the example of RFC 6455, 1.3
                told = [answer.readline() for _ in range(3)]
                assert b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n" in told


@pytest.fixture(scope="module")
def listener(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Listening]:
    """One server for many requests."""
    with listening(tmp_path_factory.mktemp("home"), "ws://127.0.0.1:0") as server:
        yield server


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--listen", "ws://0.0.0.0:0"), "expected ws://127.0.0.1:PORT"),
        (("--listen", "ws://127.0.0.1"), "expected ws://127.0.0.1:PORT"),
        (("--listen", "ws://127.0.0.1:99999"), "expected ws://127.0.0.1:PORT"),
        (("--listen", "http://127.0.0.1:0"), "expected ws://127.0.0.1:PORT"),
        (("--listen", "unix://relative"), "unix:///PATH"),
        (("--listen", "unix:///no/such/folder/s"), "No such file"),
        (("--listen", "ws://127.0.0.1:0", "--ws-token-file", "/no/such"), "cannot be read"),
        (("--listen", "ws://127.0.0.1:0", "--ws-token-file", "/dev/null"), "is empty"),
    ],
)
def test_an_address_that_cannot_be_used_is_told_so(
    tmp_path: Path, words: tuple[str, ...], told: str
) -> None:
    command = [sys.executable, "-m", "seatrial_reference", "app-server", *words]
    environment = {"PATH": os.environ["PATH"], "SEATRIAL_REFERENCE_HOME": str(tmp_path)}
    ended = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert ended.returncode == 1
    assert told in ended.stderr


def test_an_address_that_is_taken_is_told_so(tmp_path: Path, listener: Listening) -> None:
    words = ["app-server", "--listen", listener.address]
    environment = {"PATH": os.environ["PATH"], "SEATRIAL_REFERENCE_HOME": str(tmp_path)}
    ended = subprocess.run(
        [sys.executable, "-m", "seatrial_reference", *words],
        env=environment,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert ended.returncode == 1
    assert "Address already in use" in ended.stderr
