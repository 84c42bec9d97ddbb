"""Tool servers behind the app-server: started, offered, called, and their questions passed on."""

from __future__ import annotations

import json
import sys
import tomllib
from typing import TYPE_CHECKING, Any

import pytest
from tests.reference.conftest import completed, done, say, sse

from seatrial_reference.config import parse
from seatrial_reference.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.reference.conftest import Message, Server, Stub

ELICIT = "mcpServer/elicitation/request"

TOOL_SERVER = """
import json, sys

def send(message):
    sys.stdout.write(json.dumps({"jsonrpc": "2.0", **message}) + "\\n")
    sys.stdout.flush()

for line in sys.stdin:
    message = json.loads(line)
    if message.get("method") == "initialize":
        able = message["params"]["capabilities"]
        send({"id": message["id"], "result": {"capabilities": {}}})
    elif message.get("method") == "tools/list":
        tool = {"name": "ask", "description": "Asks.", "inputSchema": {"type": "object"}}
        send({"id": message["id"], "result": {"tools": [tool]}})
    elif message.get("method") == "tools/call":
        called = message["id"]
        if message["params"]["arguments"].get("quit"):
            sys.exit()
        form = {"message": "Sure?", "requestedSchema": {"type": "object", "properties": {}}}
        send({"id": "own-id", "method": "elicitation/create", "params": form})
    elif message.get("id") == "own-id":
        heard = json.dumps(message.get("result", message.get("error")))
        send({"id": called, "result": {"content": [{"type": "text", "text": heard}],
                                       "_meta": {"kept": True}, "able": able}})
"""


@pytest.fixture
def server(tmp_path: Path, home: Path, start: Callable[..., Server]) -> Server:
    program = tmp_path / "tool_server.py"
    program.write_text(TOOL_SERVER)
    words = json.dumps([str(program)])
    with (home / "config.toml").open("a") as file:
        file.write(f"\n[mcp_servers.sea]\ncommand = {json.dumps(sys.executable)}\nargs = {words}\n")
    return start()


def turn(
    server: Server, stub: Stub, answer: Message | None, **arguments: Any
) -> tuple[Message, str]:
    """Have the model call the tool and the client answer; give the item and what was told."""
    wish = {
        "type": "function_call",
        "call_id": "c",
        "name": "mcp__sea__ask",
        "arguments": json.dumps(arguments),
    }
    stub.replies += [sse(done(wish), completed()), say("done")]
    thread = server.result("thread/start", {})["thread"]["id"]
    server.result("turn/start", {"threadId": thread, "input": [{"type": "text", "text": "go"}]})
    server.method("turn/completed", lambda _: answer)
    items = [params["item"] for params in server.named("item/completed")]
    (item,) = [item for item in items if item["type"] == "mcpToolCall"]
    return item, str(stub.requests[-1]["input"][-1]["output"])


def test_its_tools_are_offered_and_its_question_is_forwarded(server: Server, stub: Stub) -> None:
    given = {"action": "accept", "content": {}}
    item, told = turn(server, stub, {"result": given})
    assert "mcp__sea__ask" in [tool["name"] for tool in stub.requests[0]["tools"]]
    (asked,) = server.named(ELICIT)
    assert (asked["serverName"], asked["mode"], asked["message"]) == ("sea", "form", "Sure?")
    assert asked["requestedSchema"] == {"type": "object", "properties": {}}
    assert json.loads(told) == given
    assert (item["status"], item["result"]["_meta"]) == ("completed", {"kept": True})


@pytest.mark.parametrize(
    ("answer", "heard"),
    [
        ({"result": {"action": "decline"}}, {"action": "decline"}),
        ({"result": {"action": "cancel"}}, {"action": "cancel"}),
        ({"error": {"code": -32000, "message": "no"}}, None),
        ({"result": {"action": "perhaps"}}, None),
        ({"result": None}, None),
    ],
)
def test_an_answer_reaches_the_tool_server_and_nothing_else_counts(
    server: Server, stub: Stub, answer: Message, heard: Message | None
) -> None:
    _, told = turn(server, stub, answer)
    said = json.loads(told)
    assert said == heard if heard else said["code"] == -32603


def test_a_tool_server_that_ends_is_a_failed_call(server: Server, stub: Stub) -> None:
    item, told = turn(server, stub, None, quit=True)
    assert item["status"] == "failed"
    assert told == "tool call error: the tool server has ended"


def test_a_tool_server_that_cannot_be_started_is_left_out(
    home: Path, start: Callable[..., Server], stub: Stub
) -> None:
    with (home / "config.toml").open("a") as file:
        file.write('\n[mcp_servers.sea]\ncommand = "/no/such/program"\n')
    stub.replies.append(say("done"))
    server = start()
    thread = server.result("thread/start", {})["thread"]["id"]
    server.result("turn/start", {"threadId": thread, "input": [{"type": "text", "text": "go"}]})
    server.method("turn/completed")
    assert not [t for t in stub.requests[0]["tools"] if t["name"].startswith("mcp__")]


@pytest.mark.parametrize("table", ["command = 1", 'url = "http://127.0.0.1/"', 'args = "x"'])
def test_a_table_that_cannot_be_used_is_refused_at_the_start(table: str) -> None:
    with pytest.raises(ConfigError, match=r"mcp_servers\.sea"):
        parse({"mcp_servers": tomllib.loads(f"[sea]\n{table}")}, home="/home", path="c.toml")
