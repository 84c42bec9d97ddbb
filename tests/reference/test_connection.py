"""The handshake, wrong input, and the end of the process."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING, Any

import pytest
from tests.reference.conftest import APPROVAL, ESCALATED, Held, call, completed, sse

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.reference.conftest import Server, Stub


def error(message: dict[str, Any]) -> tuple[int, str]:
    return message["error"]["code"], message["error"]["message"]


def test_initialize_tells_who_answers(start: Callable[..., Server]) -> None:
    server = start(handshake=False)
    result = server.initialize()["result"]
    assert result["userAgent"].startswith("tester/")
    assert result["userAgent"].endswith(" seatrial-reference (tester; 1.2)")
    assert result["codexHome"] == str(server.home)
    assert result["platformFamily"] == "unix"


def test_nothing_but_the_protocol_is_written(start: Callable[..., Server]) -> None:
    server = start(handshake=False)
    server.initialize()
    assert server.log == [server.log[0]]
    assert "jsonrpc" not in server.log[0]


def test_requests_before_initialize_are_refused(start: Callable[..., Server]) -> None:
    server = start(handshake=False)
    assert error(server.ask("thread/start", {})) == (-32600, "Not initialized")


def test_a_second_initialize_is_refused(server: Server) -> None:
    assert error(server.initialize()) == (-32600, "Already initialized")


def test_a_refused_initialize_may_be_repeated(start: Callable[..., Server]) -> None:
    server = start(handshake=False)
    refused = server.ask("initialize", {"clientInfo": {"name": "x\r", "version": "1"}})
    assert error(refused)[0] == -32600
    assert "result" in server.initialize()


@pytest.mark.parametrize(
    ("method", "params", "code", "told"),
    [
        ("no/such", {}, -32601, "no/such"),
        ("thread/start", [1], -32602, "object"),
        ("thread/start", {"cwd": 5}, -32602, "`cwd`"),
        ("thread/start", {"cwd": "a\0b"}, -32602, "`cwd`"),
        ("thread/start", {"approvalPolicy": "x"}, -32600, "Invalid request: unknown variant `x`"),
        ("thread/start", {"sandbox": "x"}, -32600, "`workspace-write`"),
        ("thread/start", {"modelProvider": "x"}, -32600, "`x` not found"),
        ("thread/read", {"threadId": "x"}, -32600, "no rollout found"),
        ("turn/start", {"input": []}, -32602, "missing field `threadId`"),
        ("turn/start", {"threadId": "x", "input": []}, -32600, "thread not found: x"),
        ("turn/interrupt", {"threadId": "x", "turnId": "y"}, -32600, "thread not found: x"),
    ],
)
def test_wrong_requests_are_answered_with_what_is_wrong(
    server: Server, method: str, params: Any, code: int, told: str
) -> None:
    answer = server.ask(method, params)
    assert error(answer)[0] == code
    assert told in error(answer)[1]


@pytest.mark.parametrize(
    ("params", "code", "told"),
    [
        ({"input": []}, -32600, "input must not be empty"),
        ({}, -32602, "missing field `input`"),
        ({"input": [{"type": "image", "url": "x"}]}, -32602, "`image` is not supported"),
        ({"input": [{"type": "text"}]}, -32602, "missing field `text`"),
        (
            {"sandboxPolicy": {"type": "workspaceWrite", "writableRoots": ["\0"]}},
            -32602,
            "`writableRoots`",
        ),
        ({"sandboxPolicy": {"type": "x"}}, -32600, "unknown variant `x`"),
    ],
)
def test_wrong_turns_do_not_start(
    server: Server, params: dict[str, Any], code: int, told: str
) -> None:
    ready = [{"type": "text", "text": "go"}]
    base = {} if not params else {"input": ready}
    answer = server.ask("turn/start", {"threadId": server.thread(), **base, **params})
    assert error(answer)[0] == code
    assert told in error(answer)[1]
    assert server.named("turn/started") == []


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b"{nonsense\n", -32700),
        (b"\xff\xfe\n", -32700),
        (b"[" * 100_000 + b"\n", -32700),
        (b"[1]\n", -32600),
        (b"{}\n", -32600),
        (b'{"id": {}, "method": "thread/list"}\n', -32600),
        (b'{"id": null, "method": "thread/list"}\n', -32600),
    ],
)
def test_malformed_lines_are_answered_without_an_id(server: Server, line: bytes, code: int) -> None:
    server.write(line)
    answer = server.receive()
    assert (answer["id"], answer["error"]["code"]) == (None, code)
    assert server.fence() == []


def test_empty_lines_and_unknown_notifications_are_passed_over(server: Server) -> None:
    server.write(b"\r\n\n")
    server.send({"method": "no/such", "params": {}})
    assert server.fence() == []


def test_ids_come_back_as_they_were(server: Server) -> None:
    server.send({"id": "seven", "method": "thread/loaded/list"})
    assert server.receive() == {"id": "seven", "result": {"data": [], "nextCursor": None}}


@pytest.mark.parametrize("request_id", [0, 7, "0", None])
def test_an_answer_to_nothing_is_ignored_and_noted(server: Server, request_id: Any) -> None:
    server.send({"id": request_id, "result": {"decision": "accept"}})
    assert server.fence() == []
    assert server.finish() == 0
    assert f"request {request_id!r}, which is not open" in server.stderr


def test_opting_out_of_a_notification(start: Callable[..., Server]) -> None:
    server = start(handshake=False)
    server.initialize(optOutNotificationMethods=["thread/started"])
    thread_id = server.thread()
    server.fence()
    assert server.named("thread/started") == []
    assert server.log[-1]["result"]["data"] == [thread_id]


def test_the_end_of_stdin_ends_the_server(server: Server) -> None:
    assert server.finish() == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signals_end_the_server(server: Server, number: signal.Signals) -> None:
    server.process.send_signal(number)
    assert server.wait() == 0
    assert server.stderr == ""


def test_nothing_runs_when_the_client_leaves_while_asked(server: Server, stub: Stub) -> None:
    stub.replies.append(call(("c1", "echo x > made"), **ESCALATED))
    server.begin(server.thread())
    server.method(APPROVAL)
    assert server.finish() == 0
    assert list(server.cwd.iterdir()) == []


def test_the_server_ends_while_the_model_is_silent(server: Server, stub: Stub) -> None:
    held = Held(b"", sse(completed()))
    stub.replies.append(held)
    server.begin(server.thread())
    assert held.reached.wait(20)
    assert server.finish() == 0
