"""The reference server as a process, and a model that says what a test tells it to."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
from collections import deque
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Message = dict[str, Any]
    Answer = Callable[[Message], Message | None]

PATIENCE = 20.0
ESCALATED = {"sandbox_permissions": "require_escalated", "justification": "may I?"}
APPROVAL = "item/commandExecution/requestApproval"


def sse(*events: dict[str, Any]) -> bytes:
    """Spell events as a stream."""
    return "".join(f"event: {e['type']}\ndata: {json.dumps(e)}\n\n" for e in events).encode()


def done(item: dict[str, Any]) -> dict[str, Any]:
    """Spell one finished item."""
    return {"type": "response.output_item.done", "item": item}


def completed(**usage: int) -> dict[str, Any]:
    """Spell the end of a reply."""
    return {"type": "response.completed", "response": {"id": "r", "usage": usage or None}}


def call(*commands: tuple[str, str], **arguments: Any) -> bytes:
    """Let the model wish for commands, each with its call id."""
    items = [
        {
            "type": "function_call",
            "id": f"fc-{call_id}",
            "call_id": call_id,
            "name": "exec_command",
            "arguments": json.dumps({"cmd": text, **arguments}),
        }
        for call_id, text in commands
    ]
    return sse(*map(done, items), completed())


def say(text: str) -> bytes:
    """Let the model say something."""
    content = [{"type": "output_text", "text": text}]
    item = {"type": "message", "role": "assistant", "id": "msg-1", "content": content}
    return sse(done(item), completed(input_tokens=3, output_tokens=4, total_tokens=7))


class Held:
    """A reply in two halves; the second comes when `go` is set."""

    def __init__(self, first: bytes, second: bytes) -> None:
        self.first, self.second = first, second
        self.reached, self.go = threading.Event(), threading.Event()


class Refusal:
    """A reply with another status than 200."""

    def __init__(self, status: int, text: str) -> None:
        self.status, self.text = status, text


class Stub:
    """A model provider on a port of its own; a request too many gets status 500."""

    def __init__(self) -> None:
        self.path = "/v1/responses"
        self.replies: deque[bytes | Held | Refusal] = deque()
        self.requests: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self._held: list[Held] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def close(self) -> None:
        for held in self._held:
            held.go.set()
        self._server.shutdown()
        self._thread.join(PATIENCE)
        self._server.server_close()

    def _handler(stub) -> type[BaseHTTPRequestHandler]:  # noqa: N805
        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_: Any) -> None:
                pass

            def do_POST(self) -> None:
                length = int(self.headers.get("content-length", 0))
                stub.requests.append(json.loads(self.rfile.read(length)))
                stub.headers.append({k.lower(): v for k, v in self.headers.items()})
                assert self.path == stub.path
                reply = stub.replies.popleft() if stub.replies else Refusal(500, "script used up")
                if isinstance(reply, Refusal):
                    self.send_response(reply.status)
                    self.end_headers()
                    self.wfile.write(reply.text.encode())
                    return
                self.send_response(200)
                self.send_header("content-type", "text/event-stream")
                self.end_headers()
                if isinstance(reply, bytes):
                    self.wfile.write(reply)
                    return
                stub._held.append(reply)
                self.wfile.write(reply.first)
                self.wfile.flush()
                reply.reached.set()
                assert reply.go.wait(PATIENCE)
                try:
                    self.wfile.write(reply.second)
                except OSError:
                    self.close_connection = True

        return Handler


class Server:
    """The reference server as a process of its own, and the client at its other end."""

    def __init__(
        self,
        home: Path,
        cwd: Path,
        *arguments: str,
        front: str = "app-server",
        **environment: str,
    ) -> None:
        self.home, self.cwd = home, cwd
        self.log: list[Message] = []
        self._messages: queue.Queue[Message | None] = queue.Queue()
        self._last_id = 0
        self._errors: list[bytes] = []
        self.process = subprocess.Popen(
            [sys.executable, "-m", "seatrial_reference", front, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=cwd,
            env={
                "PATH": os.environ["PATH"],
                "HOME": str(home),
                "SEATRIAL_REFERENCE_HOME": str(home),
                **environment,
            },
            start_new_session=True,
        )
        self._readers = [
            threading.Thread(target=self._read_stdout),
            threading.Thread(target=self._read_stderr),
        ]
        for reader in self._readers:
            reader.start()

    def _read_stdout(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._messages.put(json.loads(line))
        self._messages.put(None)

    def _read_stderr(self) -> None:
        assert self.process.stderr is not None
        self._errors.extend(self.process.stderr)

    @property
    def stderr(self) -> str:
        return b"".join(self._errors).decode()

    def write(self, data: bytes) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def send(self, message: Any) -> None:
        self.write(json.dumps(message).encode() + b"\n")

    def receive(self) -> Message:
        message = self._messages.get(timeout=PATIENCE)
        assert message is not None, f"the server ended; stderr: {self.stderr}"
        self.log.append(message)
        return message

    def until(self, wanted: Callable[[Message], bool], answer: Answer | None = None) -> Message:
        """Receive up to the message that is wanted; answer the server's requests on the way."""
        while True:
            message = self.receive()
            if "method" in message and "id" in message and answer is not None:
                reply = answer(message)
                if reply is not None:
                    self.send({"id": message["id"], **reply})
            if wanted(message):
                return message

    def method(self, name: str, answer: Answer | None = None) -> Message:
        return self.until(lambda m: m.get("method") == name, answer)

    def ask(self, method: str, params: Any = None) -> Message:
        self._last_id += 1
        mine = self._last_id
        self.send({"id": mine, "method": method, "params": params})
        return self.until(lambda m: m.get("id") == mine and "method" not in m)

    def initialize(self, **capabilities: Any) -> Message:
        client = {"name": "tester", "title": None, "version": "1.2"}
        answer = self.ask("initialize", {"clientInfo": client, "capabilities": capabilities})
        self.send({"method": "initialized"})
        return answer

    def result(self, method: str, params: Any = None) -> Any:
        """Ask, and give the result, which there must be."""
        answer = self.ask(method, params)
        assert "result" in answer, answer
        return answer["result"]

    def thread(self, **params: Any) -> str:
        """Start a thread in the server's folder; give its id."""
        answer = self.ask("thread/start", {"cwd": str(self.cwd), **params})
        thread_id: str = answer["result"]["thread"]["id"]
        return thread_id

    def begin(self, thread_id: str, text: str = "go", **params: Any) -> str:
        """Start a turn; give its id."""
        said = [{"type": "text", "text": text, "text_elements": []}]
        answer = self.ask("turn/start", {"threadId": thread_id, "input": said, **params})
        turn_id: str = answer["result"]["turn"]["id"]
        return turn_id

    def turn(self, thread_id: str, answer: Answer | None = None, **params: Any) -> Message:
        """Run a whole turn; give the `turn` of its `turn/completed`."""
        self.begin(thread_id, **params)
        ended: Message = self.method("turn/completed", answer)["params"]["turn"]
        return ended

    def fence(self) -> list[Message]:
        """Give all that came before the answer to a request made now."""
        before = len(self.log)
        self.ask("thread/loaded/list")
        return self.log[before:-1]

    def named(self, method: str) -> list[Message]:
        """Give the parameters of the messages of this method so far."""
        return [m["params"] for m in self.log if m.get("method") == method]

    def items(self, method: str, kind: str) -> list[Message]:
        """Give the items of this type in `item/started` or `item/completed` so far."""
        return [p["item"] for p in self.named(method) if p["item"]["type"] == kind]

    def finish(self) -> int:
        """Let stdin end; give the exit status."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        return self.wait()

    def wait(self) -> int:
        status = self.process.wait(PATIENCE)
        for reader in self._readers:
            reader.join(PATIENCE)
        return status

    def close(self) -> None:
        """End the server, its commands with it, whatever the test left it in."""
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            assert pipe is not None
            with suppress(BrokenPipeError):
                pipe.close()
            if pipe is self.process.stdin:
                try:
                    self.wait()
                except subprocess.TimeoutExpired:
                    self.process.kill()
                    self.wait()


def deciding(decision: Any) -> Answer:
    """Answer every approval in one way."""
    return lambda message: {"result": {"decision": decision}}


def make_home(folder: Path, stub: Stub, wire_api: str = "responses") -> Path:
    """Write a home whose provider is the stub."""
    folder.mkdir(exist_ok=True)
    (folder / "config.toml").write_text(
        'model = "mock-model"\nmodel_provider = "stub"\n'
        f'[model_providers.stub]\nname = "Stub"\nwire_api = "{wire_api}"\n'
        f'base_url = "{stub.url}"\n'
    )
    return folder


@pytest.fixture
def stub() -> Iterator[Stub]:
    provider = Stub()
    yield provider
    provider.close()


@pytest.fixture
def home(tmp_path: Path, stub: Stub) -> Path:
    """Make a home whose provider is the stub."""
    return make_home(tmp_path / "home", stub)


@pytest.fixture
def start(tmp_path: Path, home: Path) -> Iterator[Callable[..., Server]]:
    """Start servers that are ended with the test; initialized unless told otherwise."""
    servers: list[Server] = []
    workspace = tmp_path / "work"
    workspace.mkdir()

    def start_one(*arguments: str, handshake: bool = True, **environment: Any) -> Server:
        server = Server(home, workspace, *arguments, **environment)
        servers.append(server)
        if handshake:
            server.initialize()
        return server

    yield start_one
    for server in servers:
        server.close()


@pytest.fixture
def server(start: Callable[..., Server]) -> Server:
    return start()
