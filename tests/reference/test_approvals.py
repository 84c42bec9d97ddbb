"""The approval of a command: what is asked, in which order, and what each answer does."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from tests.reference.conftest import APPROVAL, ESCALATED, call, deciding, say

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.reference.conftest import Server, Stub

COMMAND = "echo token; echo ran >> log"


def runs(server: Server) -> int:
    log = server.cwd / "log"
    return len(log.read_text().splitlines()) if log.exists() else 0


def told(stub: Stub) -> str:
    last = stub.requests[-1]["input"][-1]
    assert last["type"] == "function_call_output"
    output: str = last["output"]
    return output


def wish(stub: Stub, *commands: str) -> None:
    """Let the model wish for one escalated command after the other, then say so."""
    for number, text in enumerate(commands):
        stub.replies.append(call((f"c{number}", text), **ESCALATED))
    stub.replies.append(say("done"))


def test_accept_runs_once_and_the_model_hears_of_it(server: Server, stub: Stub) -> None:
    wish(stub, COMMAND)
    ended = server.turn(server.thread(), deciding("accept"))
    assert ended["status"] == "completed"
    assert ended["error"] is None
    assert runs(server) == 1
    assert len(server.named(APPROVAL)) == 1
    assert "Process exited with code 0" in told(stub)
    assert told(stub).endswith("Output:\ntoken\n")
    item = server.items("item/completed", "commandExecution")[0]
    assert (item["status"], item["exitCode"]) == ("completed", 0)
    assert item["aggregatedOutput"] == "token\n"
    assert "".join(d["delta"] for d in server.named("item/commandExecution/outputDelta")) == (
        "token\n"
    )


def test_an_accepted_command_that_fails_is_shown_as_failed(server: Server, stub: Stub) -> None:
    wish(stub, "echo ran >> log; exit 3")
    assert server.turn(server.thread(), deciding("accept"))["status"] == "completed"
    item = server.items("item/completed", "commandExecution")[0]
    assert (item["status"], item["exitCode"]) == ("failed", 3)
    assert "Process exited with code 3" in told(stub)


@pytest.mark.parametrize(
    "answer",
    [
        {"result": {"decision": "decline"}},
        {"error": {"code": -1, "message": "no window to ask in"}},
        {"result": {"decision": "perhaps"}},
        {"result": {"decision": {"acceptWithExecpolicyAmendment": {"execpolicy_amendment": []}}}},
        {"result": "accept"},
        {"result": None},
        {"result": {"decision": ["accept"]}},
    ],
    ids=json.dumps,
)
def test_whatever_is_not_an_approval_declines(
    server: Server, stub: Stub, answer: dict[str, Any]
) -> None:
    wish(stub, COMMAND)
    assert server.turn(server.thread(), lambda _: answer)["status"] == "completed"
    assert runs(server) == 0
    assert "rejected by user" in told(stub)
    item = server.items("item/completed", "commandExecution")[0]
    assert (item["status"], item["exitCode"], item["aggregatedOutput"]) == ("declined", None, None)
    assert server.finish() == 0
    assert ("counts as declined" in server.stderr) is (
        answer != {"result": {"decision": "decline"}}
    )


def test_cancel_interrupts_the_turn(server: Server, stub: Stub) -> None:
    wish(stub, COMMAND)
    thread_id = server.thread()
    assert server.turn(thread_id, deciding("cancel"))["status"] == "interrupted"
    assert runs(server) == 0
    assert len(stub.requests) == 1
    assert server.items("item/completed", "commandExecution")[0]["status"] == "declined"
    assert server.fence() == []
    stub.replies.clear()
    stub.replies.append(say("again"))
    assert server.turn(thread_id)["status"] == "completed"
    call_item, output = stub.requests[-1]["input"][3:5]
    assert (call_item["type"], output["type"]) == ("function_call", "function_call_output")
    assert output["output"] == "aborted by user"


def test_the_request_says_all_there_is_to_say(server: Server, stub: Stub) -> None:
    wish(stub, "cat 'a b'")
    thread_id = server.thread()
    turn_id = server.begin(thread_id)
    request = server.method(APPROVAL)
    params = request["params"]
    assert request["id"] == 0
    assert isinstance(params.pop("startedAtMs"), int)
    shown = params.pop("command")
    assert shown.endswith("sh -lc \"cat 'a b'\"")
    amendment = {"acceptWithExecpolicyAmendment": {"execpolicy_amendment": ["cat", "a b"]}}
    assert params == {
        "kind": "command",
        "threadId": thread_id,
        "turnId": turn_id,
        "itemId": "c0",
        "reason": "may I?",
        "cwd": str(server.cwd),
        "commandActions": [{"type": "unknown", "command": "cat 'a b'"}],
        "availableDecisions": ["accept", "acceptForSession", "decline", "cancel", amendment],
        "proposedExecpolicyAmendment": ["cat", "a b"],
    }


def test_the_order_of_what_the_client_hears(server: Server, stub: Stub) -> None:
    wish(stub, COMMAND)
    server.turn(server.thread(), deciding("accept"))
    heard = []
    for message in server.log:
        method, params = message.get("method"), message.get("params", {})
        if method in {"item/started", "item/completed"}:
            heard.append(f"{method} {params['item']['type']}")
        elif method == "thread/status/changed":
            heard.append(
                "/".join([params["status"]["type"], *params["status"].get("activeFlags", [])])
            )
        elif method and method != "thread/tokenUsage/updated":
            heard.append(method)
    assert heard == [
        "thread/started",
        "active",
        "turn/started",
        "item/started userMessage",
        "item/completed userMessage",
        "item/started commandExecution",
        "active/waitingOnApproval",
        APPROVAL,
        "serverRequest/resolved",
        "active",
        "item/commandExecution/outputDelta",
        "item/completed commandExecution",
        "item/started agentMessage",
        "item/agentMessage/delta",
        "item/completed agentMessage",
        "idle",
        "turn/completed",
    ]


def test_for_session_is_remembered_for_this_command_in_this_thread(
    server: Server, stub: Stub
) -> None:
    wish(stub, COMMAND, COMMAND, "echo ran >> log")
    first, second = server.thread(), server.thread()
    server.turn(first, deciding("acceptForSession"))
    assert [asked["itemId"] for asked in server.named(APPROVAL)] == ["c0", "c2"]
    assert runs(server) == 3
    wish(stub, COMMAND)
    server.turn(first, deciding("decline"))
    assert runs(server) == 4
    wish(stub, COMMAND)
    server.turn(second, deciding("decline"))
    assert server.named(APPROVAL)[-1]["threadId"] == second
    assert runs(server) == 4


def test_for_session_does_not_hold_in_another_folder(server: Server, stub: Stub) -> None:
    (server.cwd / "inner").mkdir()
    stub.replies.append(call(("a", "echo ran >> log"), **ESCALATED))
    stub.replies.append(call(("b", "echo ran >> log"), workdir="inner", **ESCALATED))
    stub.replies.append(say("done"))
    server.turn(server.thread(), deciding("acceptForSession"))
    folders = [asked["cwd"] for asked in server.named(APPROVAL)]
    assert folders == [str(server.cwd), str(server.cwd / "inner")]


def test_several_wishes_in_one_reply_are_asked_one_after_the_other(
    server: Server, stub: Stub
) -> None:
    stub.replies.append(
        call(("a", "echo a >> log"), ("b", "echo b >> log"), ("c", "echo c >> log"), **ESCALATED)
    )
    stub.replies.append(say("done"))
    decisions = iter(["accept", "decline", "accept"])
    server.turn(server.thread(), lambda _: {"result": {"decision": next(decisions)}})
    assert (server.cwd / "log").read_text() == "a\nc\n"
    outputs = [i for i in stub.requests[-1]["input"] if i["type"] == "function_call_output"]
    assert [output["call_id"] for output in outputs] == ["a", "b", "c"]
    ids = [m["id"] for m in server.log if m.get("method") == APPROVAL]
    assert ids == [0, 1, 2]


def test_answering_twice_changes_nothing(server: Server, stub: Stub) -> None:
    wish(stub, COMMAND)
    server.begin(server.thread())
    request = server.method(APPROVAL)
    server.send({"id": request["id"], "result": {"decision": "decline"}})
    server.send({"id": request["id"], "result": {"decision": "accept"}})
    server.method("turn/completed")
    server.send({"id": request["id"], "result": {"decision": "accept"}})
    assert server.fence() == []
    assert runs(server) == 0


def test_an_interrupt_settles_the_request(server: Server, stub: Stub) -> None:
    wish(stub, COMMAND)
    thread_id = server.thread()
    turn_id = server.begin(thread_id)
    request = server.method(APPROVAL)
    mark = len(server.log)
    assert server.ask("turn/interrupt", {"threadId": thread_id, "turnId": turn_id})["result"] == {}
    server.send({"id": request["id"], "result": {"decision": "accept"}})
    server.fence()
    methods = [m["method"] for m in server.log[mark:] if "method" in m]
    assert methods == [
        "serverRequest/resolved",
        "item/completed",
        "thread/status/changed",
        "turn/completed",
    ]
    assert server.items("item/completed", "commandExecution")[0]["status"] == "declined"
    assert server.named("turn/completed")[0]["turn"]["status"] == "interrupted"
    assert runs(server) == 0


def test_two_threads_wait_side_by_side(server: Server, stub: Stub) -> None:
    first, second = server.thread(), server.thread()
    stub.replies.append(call(("a", "echo a >> log"), **ESCALATED))
    server.begin(first)
    one = server.method(APPROVAL)
    stub.replies.append(call(("b", "echo b >> log"), **ESCALATED))
    stub.replies.append(say("done"))
    server.begin(second)
    two = server.method(APPROVAL)
    assert (one["params"]["threadId"], two["params"]["threadId"]) == (first, second)
    assert one["id"] != two["id"]
    server.send({"id": two["id"], "result": {"decision": "accept"}})
    assert server.method("turn/completed")["params"]["threadId"] == second
    assert (server.cwd / "log").read_text() == "b\n"
    stub.replies.append(say("done"))
    server.send({"id": one["id"], "result": {"decision": "decline"}})
    assert server.method("turn/completed")["params"]["threadId"] == first
    assert (server.cwd / "log").read_text() == "b\n"


def test_a_thread_runs_one_turn_at_a_time(server: Server, stub: Stub) -> None:
    wish(stub, COMMAND)
    thread_id = server.thread()
    server.begin(thread_id)
    request = server.method(APPROVAL)
    said = [{"type": "text", "text": "more"}]
    refused = server.ask("turn/start", {"threadId": thread_id, "input": said})
    assert refused["error"]["code"] == -32600
    server.send({"id": request["id"], "result": {"decision": "accept"}})
    assert server.method("turn/completed")["params"]["turn"]["status"] == "completed"


def test_what_is_not_a_command_is_answered_to_the_model(
    start: Callable[..., Server], stub: Stub
) -> None:
    server = start()
    stub.replies.append(call(("c0", "x"), workdir=3))
    stub.replies.append(say("done"))
    assert server.turn(server.thread())["status"] == "completed"
    assert "`workdir` has the wrong type" in told(stub)
