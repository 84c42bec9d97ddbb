"""Saved threads of the reference server: resumed, listed, archived, forked and rolled back."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.reference.conftest import ESCALATED, call, say

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.reference.conftest import Server, Stub

    Start = Callable[..., Server]

FULL = {"approvalPolicy": "never", "sandbox": "danger-full-access"}


def said(thread: dict[str, Any]) -> list[str]:
    return [
        item.get("text") or item["content"][0]["text"]
        for turn in thread["turns"]
        for item in turn["items"]
    ]


def talk(server: Server, stub: Stub, *texts: str, **params: Any) -> dict[str, Any]:
    """Has a turn for each text, answered by `re:` it, and returns the thread."""
    thread: dict[str, Any] = server.result("thread/start", {"cwd": str(server.cwd), **params})
    for text in texts:
        stub.replies.append(say(f"re: {text}"))
        assert server.turn(thread["thread"]["id"], text=text)["status"] == "completed"
    return dict(thread["thread"])


def test_another_server_goes_on_where_the_first_one_ended(start: Start, stub: Stub) -> None:
    server = start()
    stub.replies += [call(("c", "echo x"))]
    thread = talk(server, stub, "one", **FULL)
    assert server.finish() == 0
    before = stub.requests[-1]["input"]
    other = start()
    opened = other.result("thread/resume", {"threadId": thread["id"]})
    assert said(opened["thread"]) == ["one", "re: one"]
    assert (opened["approvalPolicy"], opened["sandbox"]["type"]) == ("never", "dangerFullAccess")
    stub.replies.append(say("re: two"))
    other.turn(thread["id"], text="two")
    sent = stub.requests[-1]["input"]
    assert sent[: len(before)] == before
    assert [item["content"][0]["text"] for item in sent[len(before) :]] == ["re: one", "two"]
    assert len(list(other.home.rglob("rollout-*"))) == 1


def test_what_the_client_asks_for_goes_before_what_was_recorded(start: Start, stub: Stub) -> None:
    server = start()
    thread = talk(server, stub, "one")
    server.finish()
    other = start()
    asked = {"model": "m2", "cwd": "/", "approvalPolicy": "never", "sandbox": "workspace-write"}
    opened = other.result("thread/resume", {"threadId": thread["id"], **asked})
    shown = (opened["model"], opened["cwd"], opened["approvalPolicy"], opened["sandbox"]["type"])
    assert shown == ("m2", "/", "never", "workspaceWrite")


def test_one_server_at_a_time_has_a_thread(start: Start, stub: Stub) -> None:
    server = start()
    thread = talk(server, stub, "one")
    other = start()
    refused = other.ask("thread/resume", {"threadId": thread["id"]})["error"]["message"]
    assert thread["id"] in refused
    assert "another server" in refused
    assert server.finish() == 0
    assert said(other.result("thread/resume", {"threadId": thread["id"]})["thread"])


def test_a_killed_server_loses_nothing_that_it_said(start: Start, stub: Stub) -> None:
    server = start()
    thread = talk(server, stub, "one")
    stub.replies.append(call(("c", "echo x"), **ESCALATED))
    server.begin(thread["id"], text="two")
    server.method("item/commandExecution/requestApproval")
    server.process.send_signal(signal.SIGKILL)
    server.wait()
    other = start()
    opened = other.result("thread/resume", {"threadId": thread["id"]})["thread"]
    assert said(opened) == ["one", "re: one", "two"]
    assert [turn["status"] for turn in opened["turns"]] == ["completed", "interrupted"]
    stub.replies.append(say("re: three"))
    other.turn(thread["id"], text="three")
    outputs = [item for item in stub.requests[-1]["input"] if item["type"].endswith("_output")]
    assert [item["call_id"] for item in outputs] == ["c"]


def test_a_line_that_was_cut_is_not_written_on(start: Start, stub: Stub) -> None:
    server = start()
    thread = talk(server, stub, "one")
    server.finish()
    path = Path(thread["path"])
    os.truncate(path, path.stat().st_size - 5)
    other = start()
    other.result("thread/resume", {"threadId": thread["id"]})
    stub.replies.append(say("re: two"))
    other.turn(thread["id"], text="two")
    texts = path.read_text().splitlines()
    sound = [text for text in texts if text.endswith("}}")]
    assert len(texts) - len(sound) == 1
    assert all(json.loads(text) for text in sound)


def test_the_list_comes_in_pages_and_a_cursor_has_to_be_one(start: Start, stub: Stub) -> None:
    server = start()
    ids = [talk(server, stub, text)["id"] for text in ("one", "two", "three")]
    first = server.result("thread/list", {"limit": 2})
    rest = server.result("thread/list", {"limit": 2, "cursor": first["nextCursor"]})
    assert [thread["id"] for thread in first["data"] + rest["data"]] == ids[::-1]
    assert rest["nextCursor"] is None
    wrong = server.ask("thread/list", {"cursor": "nowhere"})["error"]
    assert "invalid cursor: nowhere" in wrong["message"]


def test_an_archived_thread_comes_back_only_by_unarchiving(start: Start, stub: Stub) -> None:
    server = start()
    thread = talk(server, stub, "one")
    named = {"threadId": thread["id"]}
    assert server.result("thread/archive", named) == {}
    assert server.method("thread/archived")["params"] == named
    assert not Path(thread["path"]).exists()
    assert "archived" in server.ask("thread/resume", named)["error"]["message"]
    assert server.result("thread/list", {})["data"] == []
    listed = server.result("thread/list", {"archived": True})["data"]
    assert [row["id"] for row in listed] == [thread["id"]]
    assert server.result("thread/unarchive", named)["thread"]["path"] == thread["path"]
    assert said(server.result("thread/resume", named)["thread"]) == ["one", "re: one"]


def test_a_turn_that_is_archived_in_its_middle_ends(start: Start, stub: Stub) -> None:
    server = start()
    thread = talk(server, stub, "one")
    stub.replies.append(call(("c", "echo x"), **ESCALATED))
    server.begin(thread["id"], text="two")
    server.method("item/commandExecution/requestApproval")
    server.result("thread/archive", {"threadId": thread["id"]})
    server.fence()
    assert server.named("turn/completed")[-1]["turn"]["status"] == "interrupted"
    assert not Path(thread["path"]).exists()
    assert (
        "not found"
        in server.ask("turn/start", {"threadId": thread["id"], "input": []})["error"]["message"]
    )


def test_a_fork_goes_its_own_way_from_any_turn(start: Start, stub: Stub) -> None:
    server = start()
    thread = talk(server, stub, "one", "later")
    before = Path(thread["path"]).read_bytes()
    turns = server.result("thread/read", {"threadId": thread["id"], "includeTurns": True})
    at = {"threadId": thread["id"], "lastTurnId": turns["thread"]["turns"][0]["id"]}
    forked = server.result("thread/fork", at)["thread"]
    assert forked["forkedFromId"] == thread["id"] != forked["id"]
    assert said(forked) == ["one", "re: one"]
    stub.replies.append(say("re: else"))
    server.turn(forked["id"], text="else")
    assert "later" not in json.dumps(stub.requests[-1]["input"])
    assert Path(thread["path"]).read_bytes() == before
    wrong = server.ask("thread/fork", {**at, "lastTurnId": "none"})["error"]["message"]
    assert "turn not found: none" in wrong


def test_turns_that_were_rolled_back_are_gone_for_good(start: Start, stub: Stub) -> None:
    server = start()
    thread = talk(server, stub, "one", "later", "last")
    back = {"threadId": thread["id"], "numTurns": 2}
    assert said(server.result("thread/rollback", back)["thread"]) == ["one", "re: one"]
    assert "roll back" in server.ask("thread/rollback", back)["error"]["message"]
    server.finish()
    other = start()
    opened = other.result("thread/resume", {"threadId": thread["id"]})["thread"]
    assert said(opened) == ["one", "re: one"]
    stub.replies.append(say("ok"))
    other.turn(thread["id"], text="four")
    assert "later" not in json.dumps(stub.requests[-1]["input"])


@pytest.mark.parametrize("content", ["", '{"type":"event_msg","payload":{}}\n', "{\n"])
def test_a_rollout_that_says_of_nobody_is_refused_and_not_listed(
    start: Start, stub: Stub, content: str
) -> None:
    server = start()
    thread = talk(server, stub, "one")
    broken = Path(thread["path"]).with_name("rollout-2999-01-01T00-00-00-broken.jsonl")
    broken.write_text(content)
    refused = server.ask("thread/resume", {"threadId": "broken"})["error"]["message"]
    assert "failed to load rollout" in refused
    assert [row["id"] for row in server.result("thread/list", {})["data"]] == [thread["id"]]


def test_in_v1_the_history_comes_with_a_notification_and_the_answer(
    start: Start, stub: Stub
) -> None:
    server = start()
    thread = talk(server, stub, "one")
    server.finish()
    other = start()
    answer = other.result("resumeConversation", {"path": thread["path"]})
    told = [
        {"type": "user_message", "message": "one"},
        {"type": "agent_message", "message": "re: one"},
    ]
    assert (answer["conversationId"], answer["initialMessages"]) == (thread["id"], told)
    (configured,) = other.named("sessionConfigured")
    assert configured["initialMessages"] == told
    wrong = {"conversationId": "somebody else", "rolloutPath": thread["path"]}
    assert "does not match" in other.ask("archiveConversation", wrong)["error"]["message"]
    assert "expected `path`" in other.ask("resumeConversation", {})["error"]["message"]


def test_a_client_that_joins_again_is_asked_again(start: Start, stub: Stub) -> None:
    server = start()
    thread = talk(server, stub, "one")
    stub.replies += [call(("c", "echo x"), **ESCALATED), say("done")]
    server.begin(thread["id"], text="later")
    ask = "item/commandExecution/requestApproval"
    first = server.method(ask)
    opened = server.result("thread/resume", {"threadId": thread["id"]})["thread"]
    assert opened["turns"][-1]["status"] == "inProgress"
    again = server.method(ask)
    assert (again["id"], again["params"]["itemId"]) == (first["id"], first["params"]["itemId"])
    server.send({"id": again["id"], "result": {"decision": "accept"}})
    assert server.method("turn/completed")["params"]["turn"]["status"] == "completed"
