"""Talking to the model: what is sent, what is shown, and how it goes wrong."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from tests.reference.conftest import Held, Refusal, call, completed, done, say, sse

from seatrial_reference.sse import Reader

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.reference.conftest import Server, Stub

MESSAGE = {"type": "message", "role": "assistant", "id": "m"}
OPEN = {"type": "response.output_item.added", "item": {**MESSAGE, "content": []}}


def delta(text: str) -> dict[str, Any]:
    return {"type": "response.output_text.delta", "item_id": "m", "delta": text}


def test_the_request(server: Server, stub: Stub) -> None:
    stub.replies.append(say("hello"))
    thread_id = server.thread(baseInstructions="be brief", developerInstructions="be kind")
    server.turn(thread_id, text="well?")
    (body,) = stub.requests
    conversation = body.pop("input")
    tool, *others = body.pop("tools")
    assert body == {
        "model": "mock-model",
        "instructions": "be brief",
        "tool_choice": "auto",
        "parallel_tool_calls": True,
        "store": False,
        "stream": True,
        "include": [],
        "prompt_cache_key": thread_id,
    }
    assert [item["role"] for item in conversation] == ["developer", "developer", "user", "user"]
    assert conversation[0]["content"][0]["text"] == "be kind"
    assert f"<cwd>{server.cwd}</cwd>" in conversation[2]["content"][0]["text"]
    assert conversation[3]["content"] == [{"type": "input_text", "text": "well?"}]
    assert tool["name"] == "exec_command"
    assert tool["parameters"]["required"] == ["cmd"]
    assert [one["name"] for one in others] == [
        "apply_patch",
        "request_permissions",
        "request_user_input",
    ]
    assert stub.headers[0]["originator"] == "tester"
    assert "authorization" not in stub.headers[0]


def test_earlier_turns_come_first_and_without_ids(server: Server, stub: Stub) -> None:
    stub.replies += [say("one"), call(("c", "echo x")), say("two")]
    thread_id = server.thread(sandbox="danger-full-access")
    server.turn(thread_id, text="first")
    server.turn(thread_id, text="second")
    before, between, after = (request["input"] for request in stub.requests)
    assert between[: len(before)] == before
    assert after[: len(between)] == between
    assert [item["type"] for item in after[len(between) :]] == [
        "function_call",
        "function_call_output",
    ]
    assert not any("id" in item or "status" in item for item in after)


@pytest.mark.parametrize("streamed", [True, False])
def test_deltas_add_up_to_the_message(server: Server, stub: Stub, streamed: bool) -> None:
    whole = done({**MESSAGE, "content": [{"type": "output_text", "text": "hello"}]})
    begun = [OPEN, delta("hel"), delta("lo")] if streamed else []
    stub.replies.append(sse(*begun, whole, completed()))
    ended = server.turn(server.thread())
    deltas = server.named("item/agentMessage/delta")
    assert [d["delta"] for d in deltas] == (["hel", "lo"] if streamed else ["hello"])
    assert {d["itemId"] for d in deltas} == {"m"}
    (started,) = server.items("item/started", "agentMessage")
    (finished,) = server.items("item/completed", "agentMessage")
    assert (started["text"], finished["text"]) == ("", "hello")
    assert ended["items"] == [finished]


def test_tokens_are_counted(server: Server, stub: Stub) -> None:
    stub.replies += [say("one"), say("two")]
    thread_id = server.thread()
    server.turn(thread_id)
    server.turn(thread_id)
    usage = [params["tokenUsage"] for params in server.named("thread/tokenUsage/updated")]
    assert [u["last"]["totalTokens"] for u in usage] == [7, 7]
    assert [u["total"]["totalTokens"] for u in usage] == [7, 14]


FAILED = {"type": "response.failed", "response": {"error": {"code": "x", "message": "no luck"}}}
SLOW = {"type": "error", "code": "rate_limit_exceeded", "message": "slow down"}
CUT = {"incomplete_details": {"reason": "cut short"}}
INCOMPLETE = {"type": "response.incomplete", "response": CUT}
LOST = {"responseStreamDisconnected": {"httpStatusCode": None}}


@pytest.mark.parametrize(
    ("reply", "told", "info"),
    [
        (sse(FAILED), "no luck", "other"),
        (
            sse({**FAILED, "response": {"error": {"code": "context_length_exceeded"}}}),
            "context_length_exceeded",
            "contextWindowExceeded",
        ),
        (
            sse({"type": "error", "code": "rate_limit_exceeded", "message": "slow"}),
            "slow",
            "rateLimitExceeded",
        ),
        (
            sse(
                {
                    "type": "response.incomplete",
                    "response": {"incomplete_details": {"reason": "cut short"}},
                }
            ),
            "cut short",
            "other",
        ),
        (sse(OPEN, delta("hel")), "before response.completed", LOST),
        (b"", "before response.completed", LOST),
        (b"event: x\ndata: {nonsense\n\n", "not JSON", LOST),
        (b"data: [1]\n\n", "not JSON", LOST),
        (Refusal(401, "who?"), "unexpected status 401 Unauthorized: who?", "unauthorized"),
        (Refusal(400, "what?"), "unexpected status 400", "badRequest"),
        (
            Refusal(500, "oops"),
            "unexpected status 500",
            {"httpConnectionFailed": {"httpStatusCode": 500}},
        ),
    ],
)
def test_a_model_that_fails_fails_the_turn(
    server: Server, stub: Stub, reply: Any, told: str, info: Any
) -> None:
    stub.replies.append(reply)
    thread_id = server.thread()
    ended = server.turn(thread_id)
    (error,) = server.named("error")
    assert ended["status"] == "failed"
    assert error["error"] == ended["error"]
    assert error["willRetry"] is False
    assert told in ended["error"]["message"]
    assert ended["error"]["codexErrorInfo"] == info
    begun = server.items("item/started", "agentMessage")
    assert len(begun) == len(server.items("item/completed", "agentMessage"))
    assert len(stub.requests) == 1
    stub.replies.append(say("back"))
    assert server.turn(thread_id)["status"] == "completed"


def test_a_call_in_a_reply_that_breaks_off_does_not_run(server: Server, stub: Stub) -> None:
    arguments = json.dumps({"cmd": "echo ran > log"})
    item = {"type": "function_call", "call_id": "c", "name": "exec_command", "arguments": arguments}
    stub.replies.append(sse(done(item)))
    assert server.turn(server.thread(sandbox="danger-full-access"))["status"] == "failed"
    assert list(server.cwd.iterdir()) == []


def test_a_provider_that_is_not_there(start: Callable[..., Server], home: Path) -> None:
    config = home / "config.toml"
    lines = config.read_text().splitlines()
    config.write_text("\n".join([*lines[:-1], 'base_url = "http://127.0.0.1:1/v1"']))
    server = start()
    ended = server.turn(server.thread())
    assert ended["error"]["codexErrorInfo"] == {"httpConnectionFailed": {"httpStatusCode": None}}


def test_the_key_comes_from_the_environment(
    start: Callable[..., Server], home: Path, stub: Stub
) -> None:
    with (home / "config.toml").open("a") as config:
        config.write('env_key = "STUB_KEY"\n')
    stub.replies.append(say("hello"))
    server = start(STUB_KEY="sesame")
    assert server.turn(server.thread())["status"] == "completed"
    assert stub.headers[0]["authorization"] == "Bearer sesame"
    other = start()
    failed = other.turn(other.thread())
    assert "STUB_KEY" in failed["error"]["message"]
    assert len(stub.requests) == 1


def test_an_interrupt_hangs_up(server: Server, stub: Stub) -> None:
    held = Held(sse(OPEN, delta("hel")), sse(delta("lo"), completed()))
    stub.replies.append(held)
    thread_id = server.thread()
    turn_id = server.begin(thread_id)
    server.method("item/agentMessage/delta")
    server.ask("turn/interrupt", {"threadId": thread_id, "turnId": turn_id})
    assert server.method("turn/completed")["params"]["turn"]["status"] == "interrupted"
    assert server.items("item/completed", "agentMessage")[0]["text"] == "hel"
    refused = server.ask("turn/interrupt", {"threadId": thread_id, "turnId": turn_id})
    assert refused["error"]["message"] == "no active turn to interrupt"


def test_tools_that_are_not_offered_are_answered(server: Server, stub: Stub) -> None:
    other = {"type": "function_call", "call_id": "a", "name": "dance", "arguments": "{}"}
    custom = {"type": "custom_tool_call", "call_id": "b", "name": "sing", "input": "la"}
    stub.replies += [sse(done(other), done(custom), completed()), say("done")]
    assert server.turn(server.thread())["status"] == "completed"
    outputs = stub.requests[-1]["input"][-2:]
    assert [(o["type"], o["call_id"], o["output"]) for o in outputs] == [
        ("function_call_output", "a", "unsupported call: dance"),
        ("custom_tool_call_output", "b", "unsupported call: sing"),
    ]


def test_events_are_put_together_from_lines() -> None:
    reader = Reader()
    lines = [b": hello\n", b"\n", b"event: a\r\n", b'data: {"x":\r\n', b"data:1}\r\n", b"\r\n"]
    lines += [b"event: bare\n", b"\n", b"data: [DONE]\n", b"\n"]
    events = [event for line in lines if (event := reader.feed(line)) is not None]
    assert events == [{"x": 1}, {"type": "bare"}]
