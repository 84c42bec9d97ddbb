"""The dialect mcp: tools, events about a call, elicitations, results."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.reference.conftest import ESCALATED, Held, Refusal, call, completed, say, sse

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.reference.conftest import Answer, Message, Server, Stub

ASK = "elicitation/create"
COMMAND = "echo token; echo ran >> log"
HELLO = {
    "protocolVersion": "2025-06-18",
    "capabilities": {"elicitation": {}},
    "clientInfo": {"name": "tester", "version": "1.2"},
}


@pytest.fixture
def mcp(start: Callable[..., Server]) -> Server:
    server = start(front="mcp-server", handshake=False)
    server.result("initialize", HELLO)
    server.send({"jsonrpc": "2.0", "method": "notifications/initialized"})
    return server


def begin(server: Server, tool: str, arguments: dict[str, Any], call_id: Any = "call-1") -> None:
    params = {"name": tool, "arguments": arguments}
    server.send({"jsonrpc": "2.0", "id": call_id, "method": "tools/call", "params": params})


def finish(server: Server, answer: Answer | None = None, call_id: Any = "call-1") -> Message:
    """Receive up to the result of the call; give it."""
    answered = server.until(lambda m: m.get("id") == call_id and "method" not in m, answer)
    result: Message = answered["result"]
    return result


def codex(
    server: Server, answer: Answer | None = None, prompt: str = "go", **arguments: Any
) -> Message:
    """Call `codex` in the server's folder, up to its result."""
    begin(server, "codex", {"prompt": prompt, "cwd": str(server.cwd), **arguments})
    return finish(server, answer)


def replying(result: Message) -> Answer:
    return lambda _: {"result": result}


def steps(server: Server) -> list[str]:
    """Name the core's events and the elicitations so far, in order."""
    said = [m for m in server.log if m.get("method") in {"codex/event", ASK}]
    return [ASK if m["method"] == ASK else m["params"]["msg"]["type"] for m in said]


def runs(server: Server) -> int:
    log = server.cwd / "log"
    return len(log.read_text().splitlines()) if log.exists() else 0


@pytest.mark.parametrize(
    ("asked", "spoken"),
    [("2024-11-05", "2024-11-05"), ("2025-06-18", "2025-06-18"), ("2099-01-01", "2025-06-18")],
)
def test_the_handshake_settles_on_a_revision_that_is_spoken(
    start: Callable[..., Server], asked: str, spoken: str
) -> None:
    server = start(front="mcp-server", handshake=False)
    result = server.result("initialize", {**HELLO, "protocolVersion": asked})
    assert result["protocolVersion"] == spoken
    assert "tools" in result["capabilities"]
    assert result["serverInfo"]["name"] == "seatrial-reference"
    assert result["serverInfo"]["user_agent"].startswith("tester/")


def test_a_second_initialize_is_refused(mcp: Server) -> None:
    error = mcp.ask("initialize", HELLO)["error"]
    assert (error["code"], error["message"]) == (-32600, "initialize called more than once")


def test_requests_before_initialize_are_refused(start: Callable[..., Server]) -> None:
    server = start(front="mcp-server", handshake=False)
    assert server.ask("tools/list")["error"]["message"] == "Not initialized"


def test_an_unknown_method_is_an_error(mcp: Server) -> None:
    assert mcp.ask("prompts/list")["error"]["code"] == -32601


def test_the_tools_and_what_they_need(mcp: Server) -> None:
    tools = {tool["name"]: tool["inputSchema"] for tool in mcp.result("tools/list")["tools"]}
    assert list(tools) == ["codex", "codex-reply"]
    assert [schema["required"] for schema in tools.values()] == [["prompt"], ["prompt"]]
    assert "approval-policy" in tools["codex"]["properties"]


def test_a_call_is_told_in_events_and_answered_at_its_end(mcp: Server, stub: Stub) -> None:
    stub.replies += [call(("c", COMMAND), **ESCALATED), say("done")]
    result = codex(mcp, replying({"decision": "approved"}))
    session = mcp.named("codex/event")[0]["msg"]["session_id"]
    assert result == {
        "content": [{"type": "text", "text": "done"}],
        "structuredContent": {"threadId": session, "content": "done"},
    }
    assert steps(mcp) == [
        "session_configured",
        "task_started",
        "user_message",
        "exec_approval_request",
        ASK,
        "exec_command_begin",
        "exec_command_end",
        "agent_message",
        "task_complete",
    ]
    assert {params["_meta"]["requestId"] for params in mcp.named("codex/event")} == {"call-1"}
    assert {params["_meta"]["threadId"] for params in mcp.named("codex/event")} == {session}
    assert {message["jsonrpc"] for message in mcp.log} == {"2.0"}
    assert runs(mcp) == 1


def test_the_elicitation(mcp: Server, stub: Stub) -> None:
    stub.replies += [call(("c", COMMAND), **ESCALATED), say("done")]
    codex(mcp, replying({"decision": "denied"}))
    (asked,) = mcp.named(ASK)
    started = mcp.named("codex/event")[1]
    assert COMMAND in asked.pop("message")
    assert asked.pop("codex_command")[1:] == ["-lc", COMMAND]
    assert asked == {
        "requestedSchema": {"type": "object", "properties": {}},
        "threadId": started["_meta"]["threadId"],
        "codex_elicitation": "exec-approval",
        "codex_mcp_tool_call_id": "call-1",
        "codex_event_id": started["id"],
        "codex_call_id": "c",
        "codex_cwd": str(mcp.cwd),
        "codex_parsed_cmd": [{"type": "unknown", "cmd": COMMAND}],
    }


@pytest.mark.parametrize(
    ("answer", "ran", "ended"),
    [
        ({"decision": "approved"}, 1, "task_complete"),
        ({"action": "accept", "content": {}}, 1, "task_complete"),
        ({"decision": "denied", "action": "accept"}, 0, "task_complete"),
        ({"decision": "denied"}, 0, "task_complete"),
        ({"action": "decline"}, 0, "task_complete"),
        ({"decision": "abort"}, 0, "turn_aborted"),
        ({"action": "cancel"}, 0, "turn_aborted"),
        ({}, 0, "task_complete"),
        ({"action": ["accept"]}, 0, "task_complete"),
    ],
)
def test_each_answer(mcp: Server, stub: Stub, answer: Message, ran: int, ended: str) -> None:
    stub.replies += [call(("c", COMMAND), **ESCALATED), say("done")]
    result = codex(mcp, replying(answer))
    assert (runs(mcp), steps(mcp)[-1]) == (ran, ended)
    assert result.get("isError", False) is (ended == "turn_aborted")


def test_arguments_are_the_settings_of_the_session(mcp: Server, stub: Stub) -> None:
    stub.replies.append(say("done"))
    settings: dict[str, Any] = {
        "approval-policy": "never",
        "sandbox": "workspace-write",
        "model": "another",
        "base-instructions": "be brief",
    }
    codex(mcp, **settings)
    configured = mcp.named("codex/event")[0]["msg"]
    assert configured["approval_policy"] == "never"
    assert configured["sandbox_policy"]["type"] == "workspace-write"
    assert stub.requests[0]["model"] == "another"
    assert stub.requests[0]["instructions"] == "be brief"


@pytest.mark.parametrize("name", ["threadId", "conversationId", "sessionId"])
def test_a_reply_goes_on_with_the_session(mcp: Server, stub: Stub, name: str) -> None:
    stub.replies += [say("one"), say("two")]
    session = codex(mcp, prompt="first")["structuredContent"]["threadId"]
    begin(mcp, "codex-reply", {name: session, "prompt": "second"}, call_id=77)
    assert finish(mcp, call_id=77)["structuredContent"] == {"threadId": session, "content": "two"}
    assert stub.requests[1]["input"][: len(stub.requests[0]["input"])] == stub.requests[0]["input"]
    assert steps(mcp).count("session_configured") == 1


def test_a_cancelled_call_is_interrupted_and_not_answered(mcp: Server, stub: Stub) -> None:
    held = Held(b": wait\n\n", sse(completed()))
    stub.replies.append(held)
    begin(mcp, "codex", {"prompt": "go"})
    assert held.reached.wait(20)
    cancelled = {"method": "notifications/cancelled", "params": {"requestId": "call-1"}}
    mcp.send({"jsonrpc": "2.0", **cancelled})
    assert mcp.result("ping") == {}
    assert steps(mcp)[-1] == "turn_aborted"
    assert not [message for message in mcp.log if message.get("id") == "call-1"]


def test_a_client_that_cannot_be_asked_is_not_asked(
    start: Callable[..., Server], stub: Stub
) -> None:
    server = start(front="mcp-server", handshake=False)
    server.result("initialize", {**HELLO, "capabilities": {}})
    stub.replies += [call(("c", COMMAND), **ESCALATED), say("then not")]
    result = codex(server)
    assert result["content"] == [{"type": "text", "text": "then not"}]
    assert ASK not in steps(server)
    assert runs(server) == 0


def test_what_a_call_gives_under_config_takes_the_place_of_the_configuration(
    mcp: Server, stub: Stub
) -> None:
    stub.replies += [say("one"), say("two")]
    codex(mcp, config={"model": "another"})
    codex(mcp, config={"model": "another"}, model="a third")
    assert [request["model"] for request in stub.requests] == ["another", "a third"]


@pytest.mark.parametrize("params", [{}, {"requestId": "other"}, {"requestId": [1]}, [1], None])
def test_a_cancellation_of_nothing_is_passed_over(mcp: Server, params: Any) -> None:
    mcp.send({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": params})
    assert mcp.result("ping") == {}


def test_a_failed_turn_is_a_failed_call(mcp: Server, stub: Stub) -> None:
    stub.replies.append(Refusal(400, "no luck"))
    result = codex(mcp)
    assert result["isError"] is True
    assert "no luck" in result["content"][0]["text"]


@pytest.mark.parametrize(
    ("tool", "arguments", "told"),
    [
        ("hammer", {}, "Unknown tool 'hammer'"),
        ("codex", None, "the `prompt` field is required"),
        ("codex", {"prompt": 1}, "`prompt`"),
        ("codex", {"prompt": "x", "approval-policy": "x"}, "unknown variant `x`"),
        ("codex", [1], "`arguments`"),
        ("codex-reply", {"threadId": "x"}, "the `prompt` field is required"),
        ("codex-reply", {"prompt": "x"}, "missing field `threadId`"),
        ("codex-reply", {"prompt": "x", "threadId": "y"}, "Session not found for threadId: y"),
    ],
)
def test_a_wrong_call_is_told_in_its_result(
    mcp: Server, tool: str, arguments: Any, told: str
) -> None:
    begin(mcp, tool, arguments)
    result = finish(mcp)
    assert result["isError"] is True
    assert told in result["content"][0]["text"]
