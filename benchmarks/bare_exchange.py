"""The floor: one approved command turn, both ends written by hand, nothing checked or recorded."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from seatrial.home import base_folder
from seatrial.process import environment
from seatrial.servers import ServerUnderTest

__all__ = ["exchange"]

USAGE = {
    "input_tokens": 0,
    "input_tokens_details": None,
    "output_tokens": 0,
    "output_tokens_details": None,
    "total_tokens": 0,
}


def _stream(number: int, item: dict[str, Any]) -> bytes:
    response = {"id": f"resp-{number}", "usage": USAGE}
    events = (
        {"type": "response.created", "response": response},
        {"type": "response.output_item.done", "item": item},
        {"type": "response.completed", "response": response},
    )
    return "".join(f"event: {e['type']}\ndata: {json.dumps(e)}\n\n" for e in events).encode()


def _replies(command: str) -> list[bytes]:
    arguments = {
        "cmd": command,
        "sandbox_permissions": "require_escalated",
        "justification": "may I",
    }
    call = {
        "type": "function_call",
        "call_id": "call-1",
        "name": "exec_command",
        "arguments": json.dumps(arguments),
    }
    text = {"type": "output_text", "text": "done"}
    said = {"type": "message", "role": "assistant", "id": "msg-1", "content": [text]}
    return [_stream(1, call), _stream(2, said)]


def _provider(replies: list[bytes]) -> ThreadingHTTPServer:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: Any) -> None:
            pass

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            body = replies.pop(0)
            self.send_response(200)
            self.send_header("content-type", "text/event-stream")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(
        target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
    ).start()
    return server


def exchange(server: ServerUnderTest) -> None:
    """Starts the server, has one command approved, waits for the turn's end, kills the server."""
    base = base_folder()
    base.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=base, ignore_cleanup_errors=True) as folder:
        root = Path(folder)
        provider = _provider(_replies("echo trace >> trace.txt && echo trace-ran-here"))
        values = {
            "home": folder,
            "workspace": folder,
            "provider_url": f"http://127.0.0.1:{provider.server_address[1]}/v1",
        }
        variables, files = server.profile.filled(values)
        for name, text in files.items():
            (root / name).write_text(text)
        process = subprocess.Popen(
            server.argv,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment(variables | server.environment, run="bare"),
            cwd=folder,
            process_group=0,
        )
        try:
            _converse(process, folder)
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            provider.shutdown()
            provider.server_close()
        assert (root / "trace.txt").read_text() == "trace\n"


def _converse(process: subprocess.Popen[bytes], folder: str) -> None:
    assert process.stdin
    assert process.stdout

    def send(message: dict[str, Any]) -> None:
        assert process.stdin
        process.stdin.write(json.dumps(message).encode() + b"\n")
        process.stdin.flush()

    def until(wanted: Any) -> dict[str, Any]:
        assert process.stdout
        for line in process.stdout:
            message: dict[str, Any] = json.loads(line)
            if wanted(message):
                return message
        raise EOFError("the server is gone")

    client = {"name": "bare", "title": None, "version": "0"}
    send({"id": 1, "method": "initialize", "params": {"clientInfo": client}})
    until(lambda m: m.get("id") == 1)
    send({"method": "initialized"})
    settings = {"cwd": folder, "approvalPolicy": "on-request", "sandbox": "read-only"}
    send({"id": 2, "method": "thread/start", "params": settings})
    thread = until(lambda m: m.get("id") == 2)["result"]["thread"]["id"]
    content = [{"type": "text", "text": "go", "text_elements": []}]
    send({"id": 3, "method": "turn/start", "params": {"threadId": thread, "input": content}})
    asked = until(lambda m: m.get("method") == "item/commandExecution/requestApproval")
    send({"id": asked["id"], "result": {"decision": "accept"}})
    until(lambda m: m.get("method") == "turn/completed")
