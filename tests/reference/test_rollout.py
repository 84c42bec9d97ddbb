"""What a thread leaves on disk, and how it is listed and read again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.reference.conftest import ESCALATED, call, deciding, say

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.reference.conftest import Server, Stub


def lines(server: Server) -> list[dict[str, Any]]:
    (path,) = server.home.glob("sessions/*/*/*/rollout-*.jsonl")
    text = path.read_text()
    assert text.endswith("\n")
    return [json.loads(line) for line in text.splitlines()]


def test_the_file_appears_with_the_first_turn_and_holds_it(server: Server, stub: Stub) -> None:
    started = server.ask("thread/start", {"cwd": str(server.cwd)})["result"]["thread"]
    assert not (server.home / "sessions").exists()
    stub.replies += [call(("c", "echo x"), **ESCALATED), say("done")]
    server.turn(started["id"], deciding("accept"), text="please")
    written = lines(server)
    assert {frozenset(line) for line in written} == {frozenset({"timestamp", "type", "payload"})}
    meta = written[0]
    assert meta["type"] == "session_meta"
    assert meta["payload"]["id"] == started["id"]
    assert meta["payload"]["cwd"] == str(server.cwd)
    assert started["path"].startswith(f"{server.home}/sessions/")
    assert started["path"].endswith(f"-{started['id']}.jsonl")
    items = [line["payload"] for line in written if line["type"] == "response_item"]
    assert items[: len(stub.requests[-1]["input"])] == stub.requests[-1]["input"]
    assert items[-1]["content"][0]["text"] == "done"
    events = [line["payload"]["type"] for line in written if line["type"] == "event_msg"]
    assert events == ["task_started", "user_message", "task_complete"]
    assert [line["type"] for line in written].count("turn_context") == 1


def test_an_ephemeral_thread_leaves_nothing(server: Server, stub: Stub) -> None:
    stub.replies.append(say("done"))
    answer = server.ask("thread/start", {"ephemeral": True})["result"]["thread"]
    assert answer["path"] is None
    assert server.turn(answer["id"])["status"] == "completed"
    assert not (server.home / "sessions").exists()


def test_a_disk_that_cannot_be_written_does_not_fail_the_turn(server: Server, stub: Stub) -> None:
    (server.home / "sessions").write_text("in the way")
    stub.replies.append(say("done"))
    assert server.turn(server.thread())["status"] == "completed"
    assert server.finish() == 0
    assert "no longer recorded" in server.stderr


def test_threads_are_listed_and_read(start: Callable[..., Server], stub: Stub) -> None:
    server = start()
    stub.replies += [say("one"), say("two")]
    first, second = server.thread(), server.thread()
    server.turn(first, text="alpha")
    server.turn(second, text="beta")
    listed = server.ask("thread/list", {})["result"]["data"]
    assert {thread["id"]: thread["preview"] for thread in listed} == {
        first: "alpha",
        second: "beta",
    }
    read = server.ask("thread/read", {"threadId": first, "includeTurns": True})["result"]["thread"]
    (turn,) = read["turns"]
    assert [item["type"] for item in turn["items"]] == ["userMessage", "agentMessage"]
    assert server.ask("thread/read", {"threadId": first})["result"]["thread"]["turns"] == []
    assert server.finish() == 0
    (server.home / "sessions" / "2000" / "01" / "01").mkdir(parents=True)
    (server.home / "sessions/2000/01/01/rollout-x.jsonl").write_text("{garbage\n")
    other = start()
    later = other.ask("thread/list", {})["result"]["data"]
    assert {thread["id"] for thread in later} == {first, second}
    assert {thread["status"]["type"] for thread in later} == {"notLoaded"}
    found = other.ask("thread/read", {"threadId": second})["result"]["thread"]
    assert (found["preview"], found["cwd"]) == ("beta", str(server.cwd))


def test_text_that_is_not_unicode_does_no_harm(server: Server, stub: Stub) -> None:
    stub.replies.append(say("\ud800"))
    assert server.turn(server.thread(), text="a\udfffb")["status"] == "completed"
    assert len(lines(server)) == 9
