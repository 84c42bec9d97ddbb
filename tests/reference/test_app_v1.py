"""The dialect app_v1: conversations, listeners, the core's events, approvals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.reference.conftest import ESCALATED, Held, Refusal, call, completed, deciding, say, sse

if TYPE_CHECKING:
    from tests.reference.conftest import Answer, Message, Server, Stub

ASK = "execCommandApproval"
COMMAND = "echo token; echo ran >> log"
ENDS = {"task_complete", "turn_aborted"}


def talk(server: Server, **params: Any) -> str:
    """Start a conversation and listen to it; give its id."""
    started = server.result("newConversation", {"cwd": str(server.cwd), **params})
    conversation: str = started["conversationId"]
    server.result("addConversationListener", {"conversationId": conversation})
    return conversation


def send(server: Server, conversation: str, text: str = "go") -> None:
    items = [{"type": "text", "data": {"text": text}}]
    server.result("sendUserMessage", {"conversationId": conversation, "items": items})


def until_end(server: Server, answer: Answer | None = None) -> Message:
    """Receive up to the end of the turn; give its last event."""

    def is_end(message: Message) -> bool:
        return str(message.get("method")).removeprefix("codex/event/") in ENDS

    last: Message = server.until(is_end, answer)["params"]["msg"]
    return last


def steps(server: Server) -> list[str]:
    """Name the core's events and the requests so far, in order."""
    methods = [str(message.get("method", "")) for message in server.log]
    return [m.removeprefix("codex/event/") for m in methods if m.startswith("codex/") or m == ASK]


def runs(server: Server) -> int:
    log = server.cwd / "log"
    return len(log.read_text().splitlines()) if log.exists() else 0


def test_an_approved_command_begins_after_the_answer_and_ends(server: Server, stub: Stub) -> None:
    stub.replies += [call(("c", COMMAND), **ESCALATED), say("done")]
    conversation = talk(server)
    send(server, conversation)
    assert until_end(server, deciding("approved"))["last_agent_message"] == "done"
    assert steps(server) == [
        "task_started",
        "user_message",
        "exec_approval_request",
        ASK,
        "exec_command_begin",
        "exec_command_end",
        "agent_message",
        "task_complete",
    ]
    (end,) = server.named("codex/event/exec_command_end")
    assert end["conversationId"] == conversation
    assert (end["msg"]["exit_code"], end["msg"]["aggregated_output"]) == (0, "token\n")
    assert runs(server) == 1


def test_the_request_for_approval(server: Server, stub: Stub) -> None:
    stub.replies += [call(("c", COMMAND), **ESCALATED), say("done")]
    conversation = talk(server)
    send(server, conversation)
    until_end(server, deciding("denied"))
    (asked,) = server.named(ASK)
    assert asked.pop("command")[1:] == ["-lc", COMMAND]
    assert asked == {
        "conversationId": conversation,
        "callId": "c",
        "cwd": str(server.cwd),
        "reason": "may I?",
        "parsedCmd": [{"type": "unknown", "cmd": COMMAND}],
    }


def test_a_denied_command_neither_begins_nor_ends(server: Server, stub: Stub) -> None:
    stub.replies += [call(("c", COMMAND), **ESCALATED), say("then not")]
    send(server, talk(server))
    assert until_end(server, deciding("denied"))["type"] == "task_complete"
    assert not {"exec_command_begin", "exec_command_end"} & set(steps(server))
    assert runs(server) == 0
    assert "rejected" in stub.requests[-1]["input"][-1]["output"]


def test_abort_ends_the_turn(server: Server, stub: Stub) -> None:
    stub.replies.append(call(("c", COMMAND), **ESCALATED))
    send(server, talk(server))
    ended = until_end(server, deciding("abort"))
    assert ended == {"type": "turn_aborted", "reason": "interrupted"}
    assert (runs(server), len(stub.requests)) == (0, 1)


def test_approved_for_session_is_asked_once(server: Server, stub: Stub) -> None:
    conversation = talk(server)
    for _ in range(2):
        stub.replies += [call(("c", COMMAND), **ESCALATED), say("done")]
        send(server, conversation)
        until_end(server, deciding("approved_for_session"))
    assert (len(server.named(ASK)), runs(server)) == (1, 2)


@pytest.mark.parametrize("decision", ["accept", "allow", None])
def test_another_dialects_word_denies(server: Server, stub: Stub, decision: Any) -> None:
    stub.replies += [call(("c", COMMAND), **ESCALATED), say("then not")]
    send(server, talk(server))
    until_end(server, deciding(decision))
    assert runs(server) == 0


def test_only_those_who_listen_hear_events(server: Server, stub: Stub) -> None:
    started = server.result("newConversation", {"cwd": str(server.cwd)})
    named = {"conversationId": started["conversationId"]}
    subscription = server.result("addConversationListener", named)
    stub.replies += [say("heard"), say("unheard")]
    send(server, named["conversationId"])
    until_end(server)
    server.result("removeConversationListener", subscription)
    mark = len(steps(server))
    send(server, named["conversationId"])
    server.result("getAuthStatus")
    assert steps(server)[mark:] == []
    again = server.ask("removeConversationListener", subscription)
    assert again["error"]["message"].startswith("subscription not found")


def test_events_are_sent_once_however_many_listen(server: Server, stub: Stub) -> None:
    conversation = talk(server)
    server.result("addConversationListener", {"conversationId": conversation})
    stub.replies.append(say("once"))
    send(server, conversation)
    until_end(server)
    assert steps(server).count("agent_message") == 1


def test_a_failed_turn_is_an_error_and_then_complete(server: Server, stub: Stub) -> None:
    stub.replies.append(Refusal(400, "no luck"))
    send(server, talk(server))
    assert until_end(server)["type"] == "task_complete"
    (error,) = server.named("codex/event/error")
    assert "no luck" in error["msg"]["message"]


def test_the_settings_of_a_user_turn_stay(server: Server, stub: Stub) -> None:
    conversation = talk(server, approvalPolicy="never")
    stub.replies += [
        *(call(("a", "touch a")), say("one")),
        *(call(("b", "touch b")), say("two")),
    ]
    turn = {
        "conversationId": conversation,
        "items": [{"type": "text", "data": {"text": "go"}}],
        "cwd": str(server.cwd),
        "approvalPolicy": "never",
        "sandboxPolicy": {"type": "danger-full-access"},
        "model": "another",
        "summary": "auto",
    }
    server.result("sendUserTurn", turn)
    until_end(server)
    send(server, conversation)
    until_end(server)
    assert {request["model"] for request in stub.requests} == {"another"}
    assert (server.cwd / "a").exists()
    assert (server.cwd / "b").exists()


def test_interrupting_a_conversation(server: Server, stub: Stub) -> None:
    held = Held(b": wait\n\n", sse(completed()))
    stub.replies.append(held)
    conversation = talk(server)
    send(server, conversation)
    assert held.reached.wait(20)
    stopped = server.result("interruptConversation", {"conversationId": conversation})
    assert stopped == {"abortReason": "interrupted"}
    assert until_end(server)["type"] == "turn_aborted"


def test_saved_conversations_are_listed(server: Server, stub: Stub) -> None:
    stub.replies.append(say("hello"))
    conversation = talk(server)
    send(server, conversation, "first words")
    until_end(server)
    (item,) = server.result("listConversations")["items"]
    assert (item["conversationId"], item["preview"]) == (conversation, "first words")
    assert item["path"].endswith(f"{conversation}.jsonl")


def test_who_answers_and_who_is_signed_in(server: Server) -> None:
    assert server.result("getUserAgent")["userAgent"].startswith("tester/")
    assert server.result("getAuthStatus") == {
        "authMethod": None,
        "authToken": None,
        "requiresOpenaiAuth": False,
    }


def test_both_dialects_share_a_conversation(server: Server, stub: Stub) -> None:
    stub.replies += [say("one"), say("two")]
    conversation = talk(server)
    send(server, conversation)
    until_end(server)
    assert server.turn(conversation)["status"] == "completed"
    assert len(stub.requests[1]["input"]) > len(stub.requests[0]["input"])


TEXT = [{"type": "text", "data": {"text": "x"}}]


@pytest.mark.parametrize(
    ("method", "params", "told"),
    [
        ("newConversation", {"approvalPolicy": "x"}, "unknown variant `x`"),
        ("newConversation", {"sandbox": "x"}, "unknown variant `x`"),
        ("addConversationListener", {"conversationId": "x"}, "thread not found: x"),
        ("addConversationListener", {}, "missing field `conversationId`"),
        ("removeConversationListener", {}, "missing field `subscriptionId`"),
        ("sendUserMessage", {"items": []}, "input must not be empty"),
        ("sendUserMessage", {"items": [{"type": "image", "data": {}}]}, "`image`"),
        ("sendUserMessage", {"items": [{"type": "text", "data": {}}]}, "missing field `text`"),
        ("sendUserTurn", {"items": TEXT, "sandboxPolicy": {"type": "readOnly"}}, "`readOnly`"),
        ("interruptConversation", {}, "no active turn"),
    ],
)
def test_wrong_input_is_refused(
    server: Server, method: str, params: dict[str, Any], told: str
) -> None:
    if "Conversation" not in method or method == "interruptConversation":
        params = {"conversationId": talk(server), **params}
    assert told in server.ask(method, params)["error"]["message"]
